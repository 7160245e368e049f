import ArgumentParser
import Identifiers
import Projections
import School

/// Which source and which school.
struct InboundOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only this source; by default what authorities have sent.", valueName: "name"))
    var source: String?

    @Option(help: ArgumentHelp("The school, for a source of another kind.", valueName: "key"))
    var base: String?

    func validate() throws {
        guard base == nil || source != nil else { throw ValidationError("--base goes with --source.") }
    }
}

/// A pupil of another source, and why somebody asks.
struct TheirsOptions: ParsableArguments {
    @Argument(help: "The pupil of the other source, by id.")
    var theirs: String

    @Option(help: "Why; written in the log, sealed.")
    var reason: String

    @OptionGroup
    var inbound: InboundOptions

    func validate() throws { try ReadingReason.check(reason) }

    /// The pupil, and what came from there.
    ///
    /// - Throws: `subjectUnknown`.
    func find(in session: Session) throws -> (Inbound, SubjectID) {
        let found = try session.inbound(source: inbound.source, base: inbound.base)
        if let id = SubjectID(hex: theirs), let entity = try session.state.read({ try $0.entity(id) }),
            entity.kind == .pupil,
            let inbound = found.first(where: { $0.source == entity.source }),
            try !isWithheld(id, inbound, session)
        {
            return (inbound, id)
        }
        throw CommandError(
            .subjectUnknown,
            "There is no pupil of another source with this id: `syncd matches list` shows them."
        )
    }

    /// Whether it is kept back that the pupil, or the match, is at the school: then it answers like for nobody.
    private func isWithheld(_ id: SubjectID, _ inbound: Inbound, _ session: Session) throws -> Bool {
        let link = try session.state.read { try inbound.link(of: id, $0) }
        return try Withholding(session).hides([id] + [link?.ours].compactMap { $0 }, at: inbound.base.id)
    }
}
