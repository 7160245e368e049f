import School

/// Two rows of one pupil that differ about whom to protect: neither is held back, since that would leave a child unprotected
/// of whom it was said twice (rulings 11 before 36).
extension Survey {
    /// Of a row and one before it, what counts: where one keeps back all that the other does, that one; else the one that
    /// restricts the address, and the other is parked and told.
    func safer(
        _ told: GroupContent,
        _ state: Scratch.GroupState,
        _ before: Scratch.GroupState,
        _ new: Protection
    ) -> (counts: Scratch.GroupState, isWhole: Bool) {
        let former = Self.protections.first { hash.of($0) == before.hash }
        let old = former.map { Protection(told: $0, own: nil) } ?? .none
        let all = Protection(
            isRestricted: old.isRestricted || new.isRestricted,
            isAdopted: old.isAdopted || new.isAdopted
        )
        if old == all { return (before, true) }
        if new == all { return (state, true) }
        return (old.isRestricted ? before : state, false)
    }

    /// Takes the safer of two rows and tells the other.
    mutating func safer(
        _ told: GroupContent,
        _ state: Scratch.GroupState,
        _ before: Scratch.GroupState,
        _ record: SourceRecord
    ) -> Scratch.GroupState {
        let (counts, isWhole) = safer(told, state, before, Protection(told: told, own: nil))
        let other = counts.place == before.place ? place(of: record.origin) : before.place
        var issue = RowIssue(
            file: fileNames[Int(other.file)],
            line: Int(other.line),
            field: "",
            reason:
                "says otherwise than line \(counts.place.line) whom to protect, which counts because it keeps more back: correct "
                + "the export so that one row is left",
            effect: isWhole ? .noted : .parked,
            kinds: [record.kind],
            groups: [.protection]
        )
        issue.key = record.key
        issue.rule = .rowsDiffer
        issue.value = ""
        issue.person = record.references.first { $0.kind == .pupil }
        note(issue)
        return counts
    }

    /// All that a row can say.
    private static let protections: [GroupContent] = ["true", "false"].flatMap { restricted in
        [nil, "true", "false"].map { (adopted: String?) in
            var row = FieldRow([.init(.restrictedAddress, restricted)])
            row[.adopted] = adopted
            return GroupContent(.protection, [row])
        }
    }
}
