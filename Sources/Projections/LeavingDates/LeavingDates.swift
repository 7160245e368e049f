import Identifiers
import LMDB
import School

/// Who leaves a base on which day: no event says that a day has come, so whoever sends changes asks here.
///
/// An index of `entities.groups`: the last spell of each registration that has a leaving date.
///
/// ```
/// leaving-dates  base 16, leaving date (yyyy-MM-dd) 10, entity 16 → (empty)
/// ```
enum LeavingDates {
    static let dateBytes = 10

    static let ofRegistrations = IndexDefinition(
        "leaving-dates",
        rowBytesMin: GroupRow.Offset.content
    ) { key, row, index in
        let group = UInt16(bigEndian: key.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
        guard group == DataGroup.registration.rawValue,
            let content = GroupContent(canonicalBytes: row[GroupRow.Offset.content...]),
            let date = content.rows.last?[.leavingDate], date.utf8.count == dateBytes
        else { return }
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[GroupRow.Offset.base..<GroupRow.Offset.position]))
        var text = date
        text.withUTF8 { index.appendKey(UnsafeRawBufferPointer($0)) }
        index.appendKey(UnsafeRawBufferPointer(rebasing: key[..<16]))
    }
}

extension Snapshot {
    /// Visits the registrations at a base whose last leaving date lies between two days, both included, in the order of
    /// the days, until the closure answers false.
    ///
    /// - Parameters:
    ///   - first: yyyy-MM-dd; nil for the beginning of time.
    ///   - last: the same.
    ///   - visit: takes the pupil, or the second registration that belongs to a pupil.
    public func leaving(
        from base: BaseID,
        between first: String?,
        and last: String,
        _ visit: (SubjectID) throws -> Bool
    ) throws {
        let begin = base.bytes + Array((first ?? "").utf8)
        let end = Array(last.utf8)
        try scan(LeavingDates.ofRegistrations.name, prefix: base.bytes, from: begin) { key, _ in
            let date = key[16..<16 + LeavingDates.dateBytes]
            guard !end.lexicographicallyPrecedes(date) else { return false }
            return try visit(
                SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[(16 + LeavingDates.dateBytes)...]))
            )
        }
    }
}
