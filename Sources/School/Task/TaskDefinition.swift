import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// A transfer task: which bases, to whom, what, under which report.
///
/// A task over several bases makes one run, one file and one cursor for each of them.
public struct TaskDefinition: Sendable, Hashable {
    /// What a run sends: one of four, and never several (S1-06, rulings 23).
    public enum DataType: String, Sendable, Hashable, CaseIterable {
        /// Results of assessments (S1-07).
        case attainment
        /// Marks: one of five sub-types (S1-08).
        case attendance
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
    /// Cohort, schedule and what else it has.
    public var terms: TaskTerms

    /// Makes a definition.
    public init(
        id: TaskID,
        name: String,
        bases: [BaseID],
        recipient: RecipientID,
        type: DataType,
        report: String,
        format: TransferFormat = .ces,
        terms: TaskTerms = TaskTerms()
    ) {
        self.id = id
        self.name = name
        self.bases = bases
        self.recipient = recipient
        self.type = type
        self.report = report
        self.format = format
        self.terms = terms
    }

    /// Creates a task.
    ///
    /// - Parameters:
    ///   - task: the new one, its id drawn at random.
    ///   - others: those that the store has.
    ///   - owner: the base id of the store's own events.
    ///   - recipient: whom it sends to; nil to leave what goes together unchecked.
    ///   - kind: what its bases run.
    /// - Throws: `SchoolError` with code `nameInvalid`, `nameTaken`, `basesInvalid`, `reportUnknown`, `pairIllegal` or
    ///   `formatUnfit`.
    public static func create(
        _ task: TaskDefinition,
        beside others: [TaskDefinition],
        owner: BaseID,
        to recipient: TransferParty? = nil,
        at kind: TaskPairs.BaseKind = .sims7
    ) throws -> Decision {
        try task.require(beside: others, to: recipient, at: kind)
        let message = Syncd_Events_TaskCreated.with {
            $0.name = task.name
            $0.bases = Data(task.bases.flatMap(\.bytes))
            $0.recipient = Data(task.recipient.bytes)
            $0.type = task.type.rawValue
            $0.report = task.report
            $0.format = task.format.rawValue
            $0.terms = task.terms.message
        }
        let stream = StreamID(task.id)
        let event = NewEvent(
            type: EventType.taskCreated.number,
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

    /// Refuses a definition that must not be saved.
    ///
    /// - Parameter others: the store's other tasks.
    func require(beside others: [TaskDefinition], to recipient: TransferParty?, at kind: TaskPairs.BaseKind) throws {
        try NameRule.check(name, taken: others.map(\.name), of: "task")
        guard !bases.isEmpty, Set(bases).count == bases.count else {
            throw SchoolError(.basesInvalid, "a task names at least one base, and each only once")
        }
        let newest = try ReportCatalogue.newest(report)
        try format.require(newest)
        if let recipient { try TaskPairs.check(self, to: recipient, under: newest, at: kind) }
        try requireOneShape(beside: others)
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
