import EventLog
import Identifiers
import Projections
import School

/// What of a selection may be told, and from when on.
struct FeedGate {
    /// A change of the consumer's leave: everyone is told of at that position.
    enum Turn: Equatable {
        /// The head accepted: groups may be granted whose changes the cursor has passed.
        case begins(Position)
        /// The head withdrew: everyone is told as no longer shared.
        case ends(Position)

        /// Where in the log.
        var position: Position {
            switch self {
            case .begins(let position), .ends(let position): position
            }
        }
    }

    /// What is asked for.
    let selection: FeedSelection
    /// The newest change of the leave; nil when the selection needs none.
    let turn: Turn?
    private let granted: [DataGroup: Set<Field>]?

    /// Asks the acceptance, where the selection needs one.
    ///
    /// - Throws: `unknown` for a report without a school, `notAccepted` when the head has never accepted it.
    init(_ selection: FeedSelection, in snapshot: borrowing Snapshot) throws {
        self.selection = selection
        guard let name = selection.report else {
            turn = nil
            granted = nil
            return
        }
        guard let base = selection.base else {
            throw TransferError(.unknown, "a report is accepted school by school: name the school, too")
        }
        let acceptance = try snapshot.acceptance(of: name, at: base)
        guard acceptance.state != .available,
            let report = ReportCatalogue.report(name, version: Int(acceptance.version))
        else { throw Self.notAccepted(name) }
        turn = acceptance.state == .accepted ? .begins(acceptance.position) : .ends(acceptance.position)
        granted = Dictionary(uniqueKeysWithValues: report.grants.map { ($0.group, $0.fields) })
    }

    /// The refusal of a report that is not accepted.
    static func notAccepted(_ report: String) -> TransferError {
        TransferError(
            .notAccepted,
            "the school's head has not accepted \(report): nothing is told under it. "
                + "See `syncd consent reports`"
        )
    }

    /// True when the consumer is to be told that there is no more to come.
    var isEnding: Bool {
        if case .ends = turn { return true }
        return false
    }

    /// Whether changes of a group may be told, and are asked for.
    func takes(_ group: DataGroup) -> Bool {
        selection.takes(group) && (granted.map { $0[group] != nil } ?? true)
    }

    /// The part of a content that may be told, and is asked for.
    func part(of content: GroupContent) -> GroupContent {
        guard let granted else { return selection.part(of: content) }
        let fields = granted[content.group] ?? []
        return selection.part(
            of: GroupContent(
                content.group,
                content.rows.map { row in FieldRow(row.entries.filter { fields.contains($0.field) }) }
            )
        )
    }
}
