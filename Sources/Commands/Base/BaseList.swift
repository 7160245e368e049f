import ArgumentParser
import Identifiers
import Projections
import School

/// Lists the schools.
struct BaseList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the schools of the store.",
        discussion: """
            Example: syncd base list --store school
            Example: syncd base list --as-of 03/03/2024 --store school
            """
    )

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let point = try asOf.map(session.point)
        let bases = try session.read(asOf: point, [Bases(), Entities()]) { try Self.listed($0, session.reaches) }
        try session.console.say(
            .array(
                bases.map { base, pupils in
                    .object(
                        base.members + [
                            .init(name: "pupils", value: JSON(pupils.present)),
                            .init(name: "ofAuthority", value: .bool(base.isOfAuthority)),
                        ]
                    )
                }
            )
        )
        if let point { try session.console.say(point.sentence) }
        guard !bases.isEmpty else {
            return try session.console.say("No school is registered yet. Register one with `syncd base add KEY`.")
        }
        var table = TextTable("Base", "Name", "DfE number", "URN", "#Pupils")
        for (base, pupils) in bases where !base.isOfAuthority {
            table.add(
                base.key,
                base.name.orDash,
                base.laestab.orDash,
                base.urn.orDash,
                Counts.grouped(pupils.present)
            )
        }
        try session.console.say(table.text)
        for (base, pupils) in bases where base.isOfAuthority {
            try session.console.say(
                "Not counted: what the authority \(base.key) tells of \(Counts.of(pupils.present, "pupil")), see "
                    + "`syncd matches list`."
            )
        }
    }

    private static func listed(
        _ snapshot: borrowing Snapshot,
        _ isWithinReach: (BaseID) -> Bool
    ) throws -> [(base: Base, pupils: PupilCount)] {
        var listed: [(base: Base, pupils: PupilCount)] = []
        for base in try Session.bases(in: snapshot) where isWithinReach(base.id) {
            listed.append((base, try PupilCount(of: base.id, in: snapshot)))
        }
        return listed
    }
}

/// How many pupils a school has, by where they stand in its MIS.
struct PupilCount: Equatable {
    /// In the MIS's exports.
    var present = 0
    /// No longer in them, left, deleted or moved.
    var gone = 0

    /// Counts the pupils of a base.
    init(of base: BaseID, in snapshot: borrowing Snapshot) throws {
        var present = 0
        var gone = 0
        var pupils: [SubjectID] = []
        try snapshot.entities(.pupil, at: base) { pupil in
            pupils.append(pupil)
            return true
        }
        for pupil in pupils {
            if try snapshot.status(of: pupil, at: base) == .present { present += 1 } else { gone += 1 }
        }
        self.present = present
        self.gone = gone
    }
}

extension String {
    /// The text, or a dash where there is none.
    var orDash: String { isEmpty ? "-" : self }
}
