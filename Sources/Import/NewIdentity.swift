import Identifiers
import School

extension Identifier where Kind == Kinds.Subject {
    /// Draws the identity of something that a source tells of for the first time.
    ///
    /// The first four bytes are those of the base where it is told, the next one is the number of its kind, and 88 bits
    /// are drawn: what is told together lies together in every table that is ordered by identity, and an import touches
    /// few pages (docs/decisions/0071). Base and kind stand in clear in the same leaves, so nothing more is said by it.
    static func drawn(
        _ kind: EntityKind,
        at base: BaseID,
        using generator: inout some RandomNumberGenerator
    ) -> SubjectID {
        let id = SubjectID.random(using: &generator)
        let front = base.high & 0xFFFF_FFFF_0000_0000 | UInt64(kind.rawValue) << 24
        return SubjectID(high: front | id.high & 0xFF_FFFF, low: id.low)
    }
}
