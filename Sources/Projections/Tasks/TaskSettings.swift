import EventLog
import Events
import Identifiers
import LMDB
import School
import SwiftProtobuf

/// What is set for all tasks of a base, or of the store.
///
/// ```
/// task-settings.locks          base 16 → locked at 8
/// task-settings.prerequisites  base 16, name → value
/// task-settings.blackouts      "windows" → open part of a BlackoutsChanged
/// ```
public struct TaskSettings: Projection {
    /// Its name.
    public let name = "task-settings"
    /// Its version.
    public let version: UInt32 = 1
    /// Events that set something.
    public let types: [EventType] = [.baseTasksLockChanged, .prerequisiteRecorded, .blackoutsChanged]
    /// Its tables.
    public let tables = [Self.locks, Self.prerequisites, Self.blackouts]

    static let locks = TableDefinition("task-settings.locks")
    static let prerequisites = TableDefinition("task-settings.prerequisites")
    static let blackouts = TableDefinition("task-settings.blackouts")
    static let windows = Array("windows".utf8)

    /// Makes the projection.
    public init() {}

    /// Sets what an event sets.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .baseTasksLockChanged(let message):
            if message.locked {
                var writer = RowWriter()
                writer.append(event.position)
                rows.put(writer.bytes, for: event.base.bytes, in: Self.locks)
            } else {
                rows.delete(event.base.bytes, in: Self.locks)
            }
        case .prerequisiteRecorded(let message):
            rows.put(
                Array(message.value.utf8),
                for: event.base.bytes + Array(message.name.utf8),
                in: Self.prerequisites
            )
        case .blackoutsChanged(let message):
            rows.put(try message.serializedBytes() as [UInt8], for: Self.windows, in: Self.blackouts)
        default: break
        }
    }
}

extension Snapshot {
    /// The bases whose tasks are for their schools' use only.
    public func lockedBases() throws -> Set<BaseID> {
        var found: Set<BaseID> = []
        try scan(TaskSettings.locks.name, prefix: [UInt8]()) { key, _ in
            found.insert(BaseID(reading: key))
            return true
        }
        return found
    }

    /// What is known of the things that transfers from a base need.
    public func prerequisites(of base: BaseID) throws -> [String: String] {
        var found: [String: String] = [:]
        try scan(TaskSettings.prerequisites.name, prefix: base.bytes) { key, row in
            let name = String(decoding: UnsafeRawBufferPointer(rebasing: key[16...]), as: UTF8.self)
            found[name] = String(decoding: row, as: UTF8.self)
            return true
        }
        return found
    }

    /// When nothing begins by itself.
    public func blackouts() throws -> [Blackout] {
        guard let row = try value(for: TaskSettings.windows, in: TaskSettings.blackouts.name) else { return [] }
        return try Syncd_Events_BlackoutsChanged(serializedBytes: row).windows.compactMap(Blackout.init)
    }
}
