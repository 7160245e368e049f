import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// A transfer task: which bases, to whom, what, under which report.
///
/// A task over several bases makes one run, one file and one cursor for each of them.
public struct TaskDefinition: Sendable, Hashable {
    /// What a run sends (S1-06, rulings 23).
    ///
    /// Attendance and attainment come with their own connectors.
    public enum DataType: String, Sendable, Hashable, CaseIterable {
        /// Only what changed since the last successful run (S1-14).
        case changedData = "changed_data"
        /// The full current state, regardless of the cursor (S1-15).
        case snapshot
    }

    /// Random.
    public var id: TaskID
    /// The name that people use.
    public var name: String
    /// The schools whose data is sent.
    public var bases: [BaseID]
    /// To whom.
    public var recipient: RecipientID
    /// What a run sends.
    public var type: DataType
    /// The report that must be accepted.
    public var report: String
    /// What its files are.
    public var format: TransferFormat

    /// Makes a definition.
    public init(
        id: TaskID,
        name: String,
        bases: [BaseID],
        recipient: RecipientID,
        type: DataType,
        report: String,
        format: TransferFormat = .ces
    ) {
        self.id = id
        self.name = name
        self.bases = bases
        self.recipient = recipient
        self.type = type
        self.report = report
        self.format = format
    }

    /// Creates a task.
    ///
    /// - Parameters:
    ///   - task: the new one, its id drawn at random.
    ///   - others: those that the store has.
    ///   - owner: the base id of the store's own events.
    /// - Throws: `SchoolError` with code `nameInvalid`, `nameTaken`, `basesInvalid`, `reportUnknown` or
    ///   `formatUnfit`.
    public static func create(_ task: TaskDefinition, beside others: [TaskDefinition], owner: BaseID) throws -> Decision
    {
        try NameRule.check(task.name, taken: others.map(\.name), of: "task")
        guard !task.bases.isEmpty, Set(task.bases).count == task.bases.count else {
            throw SchoolError(.basesInvalid, "a task names at least one base, and each only once")
        }
        try task.format.require(ReportCatalogue.newest(task.report))
        try task.requireOneShape(beside: others)
        let message = Syncd_Events_TaskCreated.with {
            $0.name = task.name
            $0.bases = Data(task.bases.flatMap(\.bytes))
            $0.recipient = Data(task.recipient.bytes)
            $0.type = task.type.rawValue
            $0.report = task.report
            $0.format = task.format.rawValue
        }
        let stream = StreamID(task.id)
        let event = NewEvent(
            type: EventTypeNumber(rawValue: EventType.taskCreated.rawValue),
            base: owner,
            stream: stream,
            open: EventBytes.of(message)
        )
        return Decision(
            events: [event],
            conditions: [StreamCondition(stream: stream, version: 0)],
            message: "task \(task.name) is created"
        )
    }

    /// What a recipient has of a school is counted once: files of another format would never be sent what those before
    /// told, and the rows of one report would blank those of another.
    private func requireOneShape(beside others: [TaskDefinition]) throws(SchoolError) {
        for other in others where other.recipient == recipient && !Set(other.bases).isDisjoint(with: bases) {
            guard other.format == format, format == .ces || other.report == report else {
                throw SchoolError(
                    .formatUnfit,
                    "the recipient gets \(other.format.rawValue) files of \(other.report) from task \(other.name): "
                        + "add a recipient of its own for this one"
                )
            }
        }
    }
}

extension SchoolError.Code {
    /// No base, or one named twice.
    public static let basesInvalid = Self(rawValue: "basesInvalid")
}
