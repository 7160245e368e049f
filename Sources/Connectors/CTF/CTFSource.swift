import School

/// The records of a Common Transfer File.
///
/// A file without a manifest never empties anything: an element that is absent or empty was not sent, and what is known
/// stays. In a file with one, a group that its line names replaces the whole group, one that it names as cleared is
/// emptied, and whatever else stands in the element is only there to recognise the pupil by.
public struct CTFSource: RecordSource {
    /// The name that `--format` takes.
    public let format = "ctf"
    /// A full file tells all pupils of the school; no file tells all groups of a pupil.
    public let coverage: Coverage
    /// Where the file stands in its sender's log.
    public var transfer: ReceivedTransfer? { file.transfer }

    private let file: CTFFile
    private let base: String
    private let known: any KnownPupils

    /// Makes a source of a file.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - base: the key of the base that its pupils are at.
    ///   - known: the pupils that the source has told of before.
    public init(_ file: CTFFile, base: String, known: any KnownPupils) {
        self.file = file
        self.base = base
        self.known = known
        // A full set covers the pupils but none of their groups: of a group that is not sent nothing is known to be gone.
        coverage = Coverage([.pupil: []], bases: [base])
    }

    /// Reads everything once.
    public func read(_ receive: (SourceItem) throws -> Void) throws {
        var last = 0
        try file.pupils { element, line, number in
            // In a file of few lines the pupils are numbered on: a record is known by its line.
            last = max(line, last + 1)
            let manifest = file.manifest
            var said: CESManifest.Pupil?
            if let manifest {
                guard manifest.lines.indices.contains(number - 1) else { throw file.disagreement }
                said = manifest.content.pupils[manifest.lines[number - 1]]
            }
            let pupil = CTFPupil(
                element: element,
                number: number,
                origin: SourceRecord.Origin(file: file.name, line: last),
                base: base,
                school: file.header.tellsOwnSchool ? file.header.school : nil,
                said: said,
                known: known
            )
            try pupil.read(receive)
        }
        try notices(after: last, receive)
    }

    /// What the manifest tells of pupils who have no element.
    private func notices(after last: Int, _ receive: (SourceItem) throws -> Void) throws {
        var line = last
        for pupil in file.manifest?.content.pupils ?? [] {
            guard pupil.element == nil, let departure = pupil.change.departure else { continue }
            line += 1
            let origin = SourceRecord.Origin(file: file.name, line: line)
            guard try known.identity(ofKey: pupil.recipientId) != nil else { continue }
            try receive(.departure(kind: .pupil, key: pupil.recipientId, departure, origin: origin))
            if pupil.change == .erased {
                let reason = "says that a pupil's data is erased at the school: erase it here, too, and tell the school"
                try receive(.issue(RowIssue(file: file.name, line: line, field: "", reason: reason, effect: .noted)))
            }
        }
    }
}

extension CESChange {
    /// What a notice means for the pupil here; nil for a change that leaves the pupil where the pupil is.
    ///
    /// No longer shared is an absence: nothing more comes, and nothing is deleted. Out of reach is a matter of one task;
    /// another may reach the pupil still.
    fileprivate var departure: Departure? {
        switch self {
        case .new, .changed, .keyChanged, .outOfReach: nil
        case .left: .left
        case .absent, .sharingEnded: .absent
        case .deletedAtSource, .erased: .deletedAtSource
        }
    }
}
