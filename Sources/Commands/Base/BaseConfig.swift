import ArgumentParser
import Identifiers
import Projections
import School
import Transfer

/// Sets what is known of a school.
struct BaseConfig: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Set a school's DfE number, URN, name or MIS, or where its register is kept.",
        discussion: """
            Files for an authority need the DfE number (LAESTAB). Another number than the school has is a key change. \
            If the public list of links tells that the school of the new URN follows this one, or --new-controller is \
            given, the school has a new legal owner: what its head accepted lapses, and its tasks begin anew. \
            Otherwise, and with --correction, the number was wrong, and nothing else changes. With --register external \
            the attendance register is kept elsewhere, and the duty to keep its entries for six years with it: leavers can \
            be deleted here at once.

            --mis says which MIS the school runs, on which the reports depend that its head can accept.

            Example: syncd base config 8201001 --laestab 8201001 --store school
            Example: syncd base config 8201001 --mis sims --store school
            """
    )

    @Argument(help: "The school's key.")
    var key: String

    @OptionGroup
    var attributes: BaseAttributeOptions

    @Option(help: "The MIS that the school runs.")
    var mis: MISType?

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
        if attributes.attributes.isEmpty, !newController, mis == nil, register == nil {
            throw ValidationError("Give --laestab, --urn, --name, --mis, --register or --new-controller.")
        }
    }

    func run(in session: Session) throws {
        let base = try session.base(key)
        if let mis { try set(mis, at: base, in: session) }
        if let register { try set(register, at: base, in: session) }
        guard !attributes.attributes.isEmpty || newController else { return }
        let others = try session.everyBase().map(\.registration)
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

    /// Says where the school keeps its attendance register.
    private func set(_ register: RegisterPlace, at base: Base, in session: Session) throws {
        try session.append([ErasureEvents.register(isExternal: register == .external, of: base.id)])
        try session.console.say(
            register == .external
                ? "\(base.key) keeps its register elsewhere." : "\(base.key) keeps its register in this store."
        )
    }

    /// Says what the school runs; what is not defined for it ends, and files of it that wait go (rulings 8).
    private func set(_ mis: MISType, at base: Base, in session: Session) throws {
        let acceptances = try ReportCatalogue.newestReports.map { try session.acceptance(of: $0.name, at: base.id) }
        let decision = AgentRules.set(
            mis,
            at: base.id,
            before: try session.state.read { try $0.mis(of: base.id) },
            acceptances,
            by: try session.accepter(at: base.id)
        )
        try session.carryOut(decision, of: base.title)
        let tasks = try session.state.read { try $0.tasks() }.filter { $0.bases.contains(base.id) }
        try session.transferRunner().endInterrupted(at: base.id, of: tasks.map(\.id))
        try session.console.say(["base": .string(base.key), "mis": .string(mis.rawValue)])
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

extension MISType: ExpressibleByArgument {}
