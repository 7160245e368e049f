import EventLog
import Events
import Identifiers
import LMDB
import School

/// What the head of each base has accepted, report by report (rulings 7 to 9).
///
/// ```
/// acceptances  base 16, report → state 1, version 4, position 8
/// ```
/// A report without a row is available.
public struct Acceptances: Projection {
    /// Its name.
    public let name = "acceptances"
    /// Its version.
    public let version: UInt32 = 2
    /// Acceptance and withdrawal.
    public let types: [EventType] = [.reportAccepted, .reportWithdrawn]
    /// Its tables.
    public let tables = [Self.acceptances]

    static let acceptances = TableDefinition("acceptances")

    /// Makes the projection.
    public init() {}

    /// Enters the newest word on a report.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        let acceptance: Acceptance
        switch event.payload {
        case .reportAccepted(let message):
            acceptance = Acceptance(
                report: message.report,
                state: .accepted,
                version: message.reportVersion,
                position: event.position
            )
        case .reportWithdrawn(let message):
            acceptance = Acceptance(
                report: message.report,
                state: message.ground == .newController ? .lapsed : .withdrawn,
                version: message.reportVersion,
                position: event.position
            )
        default:
            return
        }
        rows.put(acceptance.row, for: Self.key(event.base, acceptance.report), in: Self.acceptances)
    }

    static func key(_ base: BaseID, _ report: String) -> [UInt8] { base.bytes + Array(report.utf8) }
}

/// The state of a report at a base.
public struct Acceptance: Sendable, Equatable {
    /// What the head has said.
    public enum State: UInt8, Sendable {
        /// Nothing yet.
        case available = 0
        /// It may leave.
        case accepted = 1
        /// It may no longer leave.
        case withdrawn = 2
        /// It may no longer leave: the school has a new legal owner.
        case lapsed = 3
    }

    /// The report.
    public var report: String
    /// What the head has said last.
    public var state: State
    /// Of which version; 0 while available.
    public var version: UInt32
    /// Where it was said; the origin while available.
    public var position: Position

    init(report: String, state: State, version: UInt32, position: Position) {
        self.report = report
        self.state = state
        self.version = version
        self.position = position
    }

    init(_ report: String, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "acceptances")
        self.report = report
        state = State(rawValue: try reader.next()) ?? .available
        version = try reader.next()
        position = try reader.position()
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(state.rawValue)
        writer.append(version)
        writer.append(position)
        return writer.bytes
    }
}

extension Snapshot {
    /// The state of a report at a base.
    public func acceptance(of report: String, at base: BaseID) throws -> Acceptance {
        guard let row = try value(for: Acceptances.key(base, report), in: Acceptances.acceptances.name) else {
            return Acceptance(report: report, state: .available, version: 0, position: .origin)
        }
        return try Acceptance(report, row)
    }

    /// The reports on which the head of a base has said anything.
    public func acceptances(at base: BaseID) throws -> [Acceptance] {
        var found: [Acceptance] = []
        try scan(Acceptances.acceptances.name, prefix: base.bytes) { key, row in
            found.append(try Acceptance(String(decoding: key[16...], as: UTF8.self), [UInt8](row)))
            return true
        }
        return found
    }
}
