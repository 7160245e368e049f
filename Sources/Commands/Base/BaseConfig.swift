import ArgumentParser
import Identifiers
import Projections
import School

/// Sets what is known of a school.
struct BaseConfig: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Set a school's DfE number, URN or name, or where its register is kept.",
        discussion: """
            Files for an authority need the DfE number (LAESTAB). Another number than the school has is a key change. \
            If the public list of links tells that the school of the new URN follows this one, or --new-controller is \
            given, the school has a new legal owner: what its head accepted lapses, and its tasks begin anew. \
            Otherwise, and with --correction, the number was wrong, and nothing else changes. With --register external \
            the attendance register is kept elsewhere, and the duty to keep its entries for six years with it: leavers can \
            be deleted here at once.

            Example: syncd base config 8201001 --laestab 8201001 --store school
            """
    )

    @Argument(help: "The school's key.")
    var key: String

    @OptionGroup
    var attributes: BaseAttributeOptions

    @Flag(help: "The school has a new legal owner, such as an academy trust.")
    var newController = false

    @Flag(help: "The number was wrong, whatever the public list says.")
    var correction = false

    @Option(help: "Where the attendance register is kept: here or external.")
    var register: RegisterPlace?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    /// Where a school keeps its attendance register.
    enum RegisterPlace: String, ExpressibleByArgument, CaseIterable {
        case here
        case external
    }

    func validate() throws {
        if newController && correction { throw ValidationError("Give --new-controller or --correction, not both.") }
        if attributes.attributes.isEmpty, !newController, register == nil {
            throw ValidationError("Give --laestab, --urn, --name, --register or --new-controller.")
        }
    }

    func run(in session: Session) throws {
        let base = try session.base(key)
        if let register {
            try session.append([ErasureEvents.register(isExternal: register == .external, of: base.id)])
            if attributes.attributes.isEmpty, !newController {
                return try session.console.say(
                    register == .external
                        ? "\(base.key) keeps its register elsewhere." : "\(base.key) keeps its register in this store."
                )
            }
        }
        let others = try session.bases().map(\.registration)
        let told = try told(of: base, in: session)
        let isNew = newController || told.hasNewController
        var decision = try BaseRegistration.configure(
            base.registration,
            attributes.attributes,
            beside: others,
            as: newController ? .succeeded : told.reason,
            hasNewController: isNew
        )
        guard isNew else {
            try session.carryOut(decision)
            return try session.console.say(.object(try session.base(base.id)?.members ?? []))
        }
        let lapse = try NewController(at: base.id, in: session)
        decision.events += lapse.events
        decision.conditions += lapse.conditions
        decision.message += ", under a new legal owner"
        if !lapse.reports.isEmpty { decision.message += ": \(lapse.reports.joined(separator: ", ")) lapsed" }
        try session.carryOut(decision)
        try lapse.endInterrupted(in: session)
        try session.console.say(.object(try session.base(base.id)?.members ?? []))
    }

    /// What the public lists say of the numbers that are to be set.
    private func told(
        of base: Base,
        in session: Session
    ) throws -> (reason: BaseKeyChange.Reason, hasNewController: Bool) {
        guard !correction else { return (.corrected, false) }
        return try session.state.read { snapshot in
            if let urn = attributes.urn, !base.urn.isEmpty, urn != base.urn {
                let book = LinkBook(try snapshot.establishmentLinks(of: base.urn))
                guard book.successors(of: base.urn).contains(where: { $0.urn == urn }) else {
                    return (.corrected, false)
                }
                let trust = try snapshot.establishment(base.urn)?.trustCode ?? ""
                let isSame = try !trust.isEmpty && snapshot.establishment(urn)?.trustCode == trust
                return (.succeeded, !isSame)
            }
            let laestab = try snapshot.establishment(base.urn)?.laestab ?? ""
            return (!laestab.isEmpty && laestab == attributes.laestab ? .renumbered : .corrected, false)
        }
    }
}
