import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows what is permitted for a pupil.
struct PupilConsentsCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "consents",
        abstract: "Show what is permitted for a pupil, and who said what.",
        discussion: """
            This opens personal data: who asked, and why, is written in the log.

            Example: syncd pupil consents A123456789012 --reason "School photographer" --store school
            """
    )

    @Argument(help: "The pupil's UPN, MIS key or id.")
    var subject: String

    @Option(help: ArgumentHelp("The school, when two have this MIS key.", valueName: "key"))
    var base: String?

    @Option(help: "Why you look; written in the log.")
    var reason: String

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        let pupil = try search.one(subject)
        try session.recordReading("pupil consents", of: [pupil.id], reason: reason)
        try session.showing(asOf: moment.asOf) { try show(pupil, in: session) }
    }

    private func show(_ pupil: Entity, in session: Session) throws {
        try session.requireShown(pupil)
        let view = try PupilConsentView(of: pupil, in: session)
        try session.console.say(
            .object(
                ConsentPurpose.allCases.map { purpose in
                    .init(
                        name: purpose.rawValue,
                        value: [
                            "standing": .string(view.standing(of: purpose).rawValue),
                            "said": .array(view.said(of: purpose).map(\.json)),
                        ]
                    )
                }
            )
        )
        for purpose in ConsentPurpose.allCases {
            try session.console.say("\(purpose.rawValue.padding(12))\(view.standing(of: purpose).words)")
            for consent in view.said(of: purpose) { try session.console.say("  \(consent.words)") }
        }
    }
}

/// What was said for a pupil, and who may decide now.
struct PupilConsentView {
    /// The pupil's present links.
    let links: [ResponsibilityLink]
    /// The pupil's age; nil when it is not known.
    let age: Int?
    private let consents: [RecordedConsent]

    /// Reads what is known.
    init(of pupil: Entity, in session: Session) throws {
        let today = LondonTime.day(session.shownNow)
        (links, age, consents) = try session.state.read { snapshot in
            let content = try snapshot.group(.contacts, of: pupil.id)?.content
            let born = try snapshot.group(.basicDetails, of: pupil.id)?.content?.rows.first?[.birthDate]
            return (
                content.map { ResponsibilityLink.all(in: $0) } ?? [], born.flatMap { Self.years(from: $0, to: today) },
                try snapshot.consents(of: pupil.id)
            )
        }
    }

    /// What follows for a purpose.
    func standing(of purpose: ConsentPurpose) -> PupilConsentRules.Standing {
        PupilConsentRules.standing(of: purpose, consents.map(\.statement), links: links)
    }

    /// What was said about a purpose.
    func said(of purpose: ConsentPurpose) -> [RecordedConsent] { consents.filter { $0.statement.purpose == purpose } }

    /// Whole years between two days, yyyy-MM-dd.
    private static func years(from born: String, to today: String) -> Int? {
        let (one, two) = (
            born.split(separator: "-").compactMap { Int($0) }, today.split(separator: "-").compactMap { Int($0) }
        )
        guard one.count == 3, two.count == 3 else { return nil }
        return two[0] - one[0] - ((two[1], two[2]) < (one[1], one[2]) ? 1 : 0)
    }
}

extension RecordedConsent {
    /// Who said what, in words.
    var words: String {
        let who = statement.consenter == .pupil ? "the pupil" : "contact \(statement.consenter.key)"
        let how = statement.isWritten ? ", in writing" : ""
        return "\(statement.decision.word) by \(who) \(LondonTime.text(at))\(how), wording \(statement.wording)"
    }

    /// The statement for machines.
    var json: JSON {
        [
            "decision": .string(statement.decision.word),
            "by": statement.consenter == .pupil ? "pupil" : .string(statement.consenter.key),
            "wording": .string(statement.wording), "written": .bool(statement.isWritten),
            "at": .string(LondonTime.iso(at)), "position": JSON(position.rawValue),
        ]
    }
}

extension PupilConsentRules.Standing {
    /// The standing in words.
    var words: String {
        switch self {
        case .allowed: "allowed"
        case .refused: "refused: it must not be done"
        case .notGiven: "not given: it must not be done"
        }
    }
}
