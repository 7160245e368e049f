import School

extension ApprovedExport {
    /// Refuses what this leave does not grant, whatever the selection made of it: a second fence behind the gate, right
    /// before the bytes (invariant 7).
    ///
    /// - Throws: `notGranted`, naming the group and no value.
    func require(_ pupil: SelectedPupil) throws {
        var contents = pupil.groups + Array(pupil.contactDetails.values)
        contents += (pupil.classes.values + pupil.formerMemberships.map(\.schoolClass)).flatMap(\.contents)
        if let identity = pupil.identity { contents.append(GroupContent(.basicDetails, [identity])) }
        for content in contents {
            // Keys join a link to the person, or a membership to the class, and are not written.
            let joins: Set<Field> = [.contactKey, .classKey, .memberKey]
            let asked = GroupContent(
                content.group,
                content.rows.map { row in FieldRow(row.entries.filter { !joins.contains($0.field) }) }
            )
            guard admitted(asked) == asked else { throw notGranted(content.group) }
        }
        if let cleared = pupil.cleared.first(where: { !groups.contains($0) }) { throw notGranted(cleared) }
    }

    private func notGranted(_ group: DataGroup) -> TransferError {
        TransferError(.notGranted, "a field of \(group.name) is not granted by \(report): nothing was written of it")
    }
}
