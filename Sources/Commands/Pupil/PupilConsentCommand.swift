import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Writes down what a parent or a pupil said.
struct PupilConsentCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Write down that a parent, or a pupil, gave, refused or withdrew a permission.",
        discussion: """
            Purposes: photo, internet, trips, biometrics. Only who has parental responsibility for this very pupil \
            decides, and nobody whom a court order bars. Biometrics follow a law of their own: one parent consents in \
            writing, no parent objects, and the pupil's own refusal overrides.

            Example: syncd pupil consent A123456789012 photo --given --by C-1043 --wording "photos 2025" --store school
            Example: syncd pupil consent A123456789012 biometrics --refused --by-pupil --wording "biometrics 2025"
            """
    )

    /// What was said, as flags.
    enum Said: String, EnumerableFlag {
        case given
        case refused
        case withdrawn

        static func help(for value: Self) -> ArgumentHelp? {
            switch value {
            case .given: "Yes."
            case .refused: "No."
            case .withdrawn: "No longer yes: it acts at once."
            }
        }

        var decision: ConsentStatement.Decision {
            switch self {
            case .given: .given
            case .refused: .refused
            case .withdrawn: .withdrawn
            }
        }
    }

    @Argument(help: "The pupil's UPN, MIS key or id.")
    var subject: String

    @Argument(help: "What about: photo, internet, trips or biometrics.")
    var purpose: ConsentPurpose

    @Flag(help: "What was said.")
    var said: Said

    @Option(help: ArgumentHelp("The contact who said it, by the MIS's key.", valueName: "key"))
    var by: String?

    @Flag(help: "The pupil said it.")
    var byPupil = false

    @Option(help: "Which wording was read.")
    var wording: String

    @Flag(help: "It was said in writing.")
    var written = false

    @Option(help: ArgumentHelp("The school, when two have this MIS key.", valueName: "key"))
    var base: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (by != nil) != byPupil, by != "" else { throw ValidationError("Give --by CONTACT or --by-pupil.") }
    }

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        let pupil = try search.one(subject)
        let consents = try PupilConsentView(of: pupil, in: session)
        let statement = ConsentStatement(
            purpose,
            said.decision,
            by: by.map(Consenter.contact) ?? .pupil,
            wording: wording,
            isWritten: written
        )
        let decision = try PupilConsentRules.record(
            statement,
            of: pupil.id,
            at: pupil.base,
            links: consents.links,
            age: consents.age
        )
        try session.carryOut(decision)
        let after = try PupilConsentView(of: pupil, in: session)
        let standing = after.standing(of: purpose)
        try session.console.say([
            "pupil": .string(pupil.id.hex), "purpose": .string(purpose.rawValue),
            "decision": .string(said.decision.word), "standing": .string(standing.rawValue),
        ])
        try session.console.say("\(purpose.rawValue): \(standing.words)")
    }
}

extension ConsentPurpose: ExpressibleByArgument {}
