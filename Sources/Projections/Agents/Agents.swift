import EventLog
import Events
import Foundation
import Identifiers
import LMDB
import School
import SwiftProtobuf

/// Which MIS each school runs, and the agent that is installed there.
///
/// ```
/// agents.mis  base 16 → MIS (UTF-8)
/// agents      base 16 → account 16 (zeros for none), installed 8, seen 8 (microseconds, 0 for never), version (text)
/// ```
public struct Agents: Projection {
    /// Its name.
    public let name = "agents"
    /// Its version.
    public let version: UInt32 = 1
    /// What schools run.
    public let types: [EventType] = [.baseMISSet, .agentInstalled, .agentSeen]
    /// Its tables.
    public let tables = [Self.agents, Self.systems]

    static let agents = TableDefinition("agents")
    static let systems = TableDefinition("agents.mis")

    /// Makes the projection.
    public init() {}

    /// Enters what a school runs.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .baseMISSet(let message):
            rows.put(Array(message.mis.utf8), for: event.base.bytes, in: Self.systems)
        case .agentInstalled(let message):
            let agent = Agent(
                account: message.account.isEmpty ? nil : try identifier(message.account),
                installed: event.recorded.recordedAt,
                seen: nil,
                version: message.version
            )
            rows.put(agent.row, for: event.base.bytes, in: Self.agents)
        case .agentSeen(let message):
            guard let row = try rows.value(for: event.base.bytes, in: Self.agents) else { return }
            var agent = try Agent(row)
            agent.version = message.version
            agent.seen = max(agent.seen ?? event.recorded.recordedAt, event.recorded.recordedAt)
            rows.put(agent.row, for: event.base.bytes, in: Self.agents)
        default: break
        }
    }
}

/// The agent of a school.
public struct Agent: Sendable, Equatable {
    /// The machine's account; nil when the store had none.
    public var account: ActorID?
    /// When it was installed.
    public var installed: Timestamp
    /// When it was heard of last; nil for never.
    public var seen: Timestamp?
    /// Its version.
    public var version: String

    init(account: ActorID?, installed: Timestamp, seen: Timestamp?, version: String) {
        (self.account, self.installed, self.seen, self.version) = (account, installed, seen, version)
    }

    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: "agents")
        let account: ActorID = try reader.identifier()
        self.account = account == .zero ? nil : account
        installed = Timestamp(microseconds: try reader.next())
        let seen: Int64 = try reader.next()
        self.seen = seen == 0 ? nil : Timestamp(microseconds: seen)
        version = try reader.text()
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(account ?? .zero)
        writer.append(installed.microseconds)
        writer.append(seen?.microseconds ?? 0)
        writer.append(version)
        return writer.bytes
    }
}

extension Snapshot {
    /// The agent of a school; nil when none is installed.
    public func agent(at base: BaseID) throws -> Agent? {
        try value(for: base.bytes, in: Agents.agents.name).map(Agent.init)
    }

    /// What a school runs; nil when nobody has said.
    public func mis(of base: BaseID) throws -> MISType? {
        try value(for: base.bytes, in: Agents.systems.name)
            .map { MISType(rawValue: String(decoding: $0, as: UTF8.self)) ?? .other }
    }
}
