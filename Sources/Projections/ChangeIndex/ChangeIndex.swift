import LMDB

/// What changed at each base, in the order of the log: "what changed since P" costs the changes, not the pupils.
///
/// An index of `entities.groups` and `entities.status`.
///
/// ```
/// change-index.groups  base 16, position 8, entity 16, group 2 → change 1
/// change-index.status  base 16, position 8, entity 16 → status 1, kind 1
/// ```
/// One row for each (entity, group) and for each status: the row of an older change goes when a newer one comes, because
/// the engine keeps an index row for each row of the table and no other. An entity that moves takes its rows to the new
/// base, at the move's position, and leaves a status `movedAway` at the old one.
enum ChangeIndex {
    static let ofGroups = IndexDefinition("change-index.groups", rowBytesMin: GroupRow.Offset.content) {
        key,
        row,
        index in
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[GroupRow.Offset.base..<GroupRow.Offset.change]))
        index.appendKey(key)
        index.appendValue(UnsafeRawBufferPointer(rebasing: row[GroupRow.Offset.change..<GroupRow.Offset.content]))
    }

    static let ofStatuses = IndexDefinition("change-index.status", rowBytesMin: StatusRow.Offset.position) {
        key,
        row,
        index in
        index.appendKey(UnsafeRawBufferPointer(rebasing: key[16...]))
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[StatusRow.Offset.position...]))
        index.appendKey(UnsafeRawBufferPointer(rebasing: key[..<16]))
        index.appendValue(UnsafeRawBufferPointer(rebasing: row[..<StatusRow.Offset.position]))
    }
}
