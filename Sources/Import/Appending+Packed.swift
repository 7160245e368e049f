import EventLog
import Events
import Identifiers
import Projections
import School

/// Packed records in the second reading.
extension Appending {
    /// Appends what a packed record says of something new, or passes over one that says what is known.
    ///
    /// It is compared once more: a file may have changed since the first reading. Then the long way says so.
    ///
    /// - Returns: true when it is done with.
    mutating func isDone(_ record: PackedBytes, line: Int, _ layout: PackedLayout) throws -> Bool {
        let kind = layout.kind == .registration ? EntityKind.pupil : layout.kind
        guard let mirror = store.mirror, let offset = scratch.find(scratch.digest(kind, record.key)),
            let plain = scratch.plain(at: offset)
        else { return false }
        // A pupil's own row tells whose record it continues.
        if layout.kind == .pupil, !layout.isPart, !traces.isEmpty { return false }
        if plain.isNew { return try appendNew(record, line, layout, kind, plain) }
        guard try mirror.holds(record.content, layout.group, of: plain.id) else { return false }
        rows += 1
        return true
    }

    private mutating func appendNew(
        _ record: PackedBytes,
        _ line: Int,
        _ layout: PackedLayout,
        _ kind: EntityKind,
        _ plain: Scratch.Plain
    ) throws -> Bool {
        let isOwn = layout.kind == kind && !layout.isPart
        let told = isOwn ? plain.place.line : scratch.line(of: layout.group, plain)
        guard told == UInt32(line), hash(of: record.content) == scratch.hash(of: layout.group, plain) else {
            return false
        }
        var owner: SubjectID?
        if RowResolver.ownerKind[kind] != nil {
            let hasOwner = record.references { number, key in
                guard layout.references[number].kind == RowResolver.ownerKind[kind] else { return true }
                owner = scratch.find(scratch.digest(layout.references[number].kind, key))
                    .flatMap { scratch.sight(at: $0)?.id }
                return owner != nil
            }
            guard hasOwner, owner != nil else { return false }
        }
        rows += 1
        let place = Scratch.Place(file: number(of: layout.file), line: UInt32(line))
        if Register.takes(kind) {
            guard let content = GroupContent(canonicalBytes: record.content) else { return false }
            let key = String(decoding: record.key, as: UTF8.self)
            var change = EventComposer.GroupChange(group: content.group, change: .set, rows: content.rows)
            change.place = place
            try writer.add(change, of: kind, key: key, id: plain.id, owner: owner, at: plain.base, rows: rows)
            return true
        }
        let open = try openParts[kind] ?? composer.open(of: kind)
        openParts[kind] = open
        let event = composer.changed(
            record,
            layout,
            kind,
            at: place,
            open: open,
            id: plain.id,
            owner: owner,
            base: plain.base
        )
        try writer.append([event], rows: rows)
        return true
    }
}
