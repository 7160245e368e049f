import School

/// What the MIS says that it deleted: a whole record, or some data groups of a pupil (S1-23 to S1-26).
struct Deletion {
    var kind: EntityKind
    var key: String
    /// The groups; none for the whole record.
    var groups: [DataGroup]
    var origin: SourceRecord.Origin

    /// True when the same set of files still tells what this deletes.
    func contradicts(_ told: Scratch.Entry?) -> Bool {
        guard let told, !told.isDeleted else { return false }
        return groups.isEmpty || groups.contains { told.groups[$0] != nil }
    }
}
