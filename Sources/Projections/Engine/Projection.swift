import Identifiers
import School

/// A part of state: a pure function of the log and of which keys have been destroyed (invariant 5).
///
/// Rows and checkpoint are committed together by the engine. A projection keeps nothing in memory between events, reads
/// no clock and draws no randomness, so that rebuilt, resumed anywhere, or applied one event at a time it is byte-equal.
/// No row sums sealed values over people.
public protocol Projection: Sendable {
    /// Its name, as `projections list` shows it.
    var name: String { get }
    /// Raised whenever the same events would give other rows; state of another version is rebuilt.
    var version: UInt32 { get }
    /// The types of event that change it; others are not shown to it.
    var types: [EventType] { get }
    /// Its tables; only its own events write to them.
    var tables: [TableDefinition] { get }
    /// Writes what an event changes.
    ///
    /// - Parameters:
    ///   - event: the event, decoded; parts whose keys have been destroyed say nothing.
    ///   - rows: the projection's own tables, in the order of `tables`.
    func apply(_ event: DecodedEvent, to rows: inout Rows) throws
    /// Whose data a row holds, for who reviews a rebuild and may see it; nil for nobody's.
    func subject(ofRow key: [UInt8], in table: String) -> SubjectID?
}

extension Projection {
    /// Nobody's, unless the projection says otherwise.
    public func subject(ofRow key: [UInt8], in table: String) -> SubjectID? { nil }
}
