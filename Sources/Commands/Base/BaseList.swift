import ArgumentParser
import Identifiers
import Projections
import School

/// Lists the schools.
struct BaseList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the schools of the store.",
        discussion: "Example: syncd base list --store school"
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let bases = try session.bases().map { base in
            (base: base, pupils: try session.state.read { try PupilCount(of: base.id, in: $0) })
        }
        try session.console.say(
            .array(
                bases.map { base, pupils in
                    .object(base.members + [.init(name: "pupils", value: JSON(pupils.present))])
                }
            )
        )
        guard !bases.isEmpty else {
            return try session.console.say("No school is registered yet. Register one with `syncd base add KEY`.")
        }
        var table = TextTable("Base", "Name", "DfE number", "URN", "#Pupils")
        for (base, pupils) in bases {
            table.add(
                base.key,
                base.name.orDash,
                base.laestab.orDash,
                base.urn.orDash,
                Counts.grouped(pupils.present)
            )
        }
        try session.console.say(table.text)
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
