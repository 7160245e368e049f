import Identifiers

/// Lists of entities: those of a kind at a base, and those that belong to a person.
///
/// ```
/// entities.by-base   base 16, kind 1, entity 16 → (empty)
/// entities.by-owner  owner 16, kind 1, entity 16 → (empty); only where the owner is another
/// ```
enum EntityLists {
    static let byBase = IndexDefinition("entities.by-base", rowBytesMin: EntityRow.Offset.key) { entity, row, index in
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[EntityRow.Offset.base..<EntityRow.Offset.owner]))
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[EntityRow.Offset.kind..<EntityRow.Offset.base]))
        index.appendKey(entity)
    }

    static let byOwner = IndexDefinition("entities.by-owner", rowBytesMin: EntityRow.Offset.key) { entity, row, index in
        let owner = UnsafeRawBufferPointer(rebasing: row[EntityRow.Offset.owner..<EntityRow.Offset.source])
        if owner.elementsEqual(entity) { return }
        index.appendKey(owner)
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[EntityRow.Offset.kind..<EntityRow.Offset.base]))
        index.appendKey(entity)
    }
}
