import School

extension ApprovedExport {
    /// Refuses what this leave does not grant, whatever the selection made of it: a second fence behind the gate, right
    /// before the bytes (invariant 7).
    ///
    /// - Throws: `notGranted`, naming the group and no value.
    func require(_ pupil: SelectedPupil) throws {
        var contents = pupil.groups + Array(pupil.contactDetails.values)
        if let identity = pupil.identity { contents.append(GroupContent(.basicDetails, [identity])) }
        for content in contents {
            // The contact's key joins a link to the person, and is not written.
            let asked = GroupContent(
                content.group,
                content.rows.map { row in FieldRow(row.entries.filter { $0.field != .contactKey }) }
            )
            guard admitted(asked) == asked else { throw notGranted(content.group) }
        }
        if let cleared = pupil.cleared.first(where: { !groups.contains($0) }) { throw notGranted(cleared) }
    }

    private func notGranted(_ group: DataGroup) -> TransferError {
        TransferError(.notGranted, "a field of \(group.name) is not granted by \(report): nothing was written of it")
    }
}
