import School

/// A folder of syncd-csv files, version 1 (`schemas/exchange/syncd-csv.md`).
public struct SyncdCSVFolder: RecordSource {
    /// The name that `--format` takes.
    public let format = "syncd-csv"
    /// What the manifest declares; `--full` and `--delta` must agree with its mode.
    public let manifest: SyncdCSVManifest
    /// What the full files speak for, at the bases that the manifest lists.
    ///
    /// A pupil's groups are covered only when `pupils.csv` is full too: without it nobody can say whose group is empty.
    public let coverage: Coverage

    /// What stands in `deletions.csv` is gone in the MIS.
    public let deletionsErase = true

    /// The day on which the reports ran.
    public var producedOn: CalendarDate? { manifest.producedOn }

    private let folder: SourceFolder
    private let areas: [SyncdCSVArea]

    /// Looks at a folder, its manifest and the headers of its files.
    ///
    /// - Throws: `SourceError`: what CSV refuses, `manifest`, `missing`, `header`.
    public init(path: String) throws {
        folder = try SourceFolder(path: path)
        manifest = try SyncdCSVManifest(folder)
        var read: [String: SyncdCSVManifest.Mode] = [:]
        for area in manifest.areas {
            if case .read(let mode, _) = area.status { read[area.name] = mode }
        }
        let named = Set(read.keys.map { $0 + ".csv" } + [SyncdCSVManifest.file])
        if let stranger = folder.names.first(where: { $0.lowercased().hasSuffix(".csv") && !named.contains($0) }) {
            throw SourceError(
                .manifest,
                file: stranger,
                "is not named by the manifest as a file that was read: give it an area line or take it away"
            )
        }
        areas = SyncdCSVArea.all(producedOn: manifest.producedOn).filter { read[$0.name] != nil }
        var groups: [EntityKind: Set<DataGroup>] = [:]
        for area in areas {
            _ = try folder.open(area.table, as: area.table.file, order: nil)
            guard let kind = area.table.kind, read[area.name] == .full,
                read["pupils"] == .full || !SyncdCSVArea.pupilGroups.contains(area.name)
            else { continue }
            // An optional column that is left out says the same as one that is empty.
            groups[kind, default: []].formUnion(area.table.groups { _ in true })
        }
        coverage = Coverage(groups, bases: Set(manifest.bases))
        if read[SyncdCSVArea.deletions] != nil { _ = try SyncdCSVDeletions.open(folder) }
    }

    /// Reads all files once, in dependency order.
    public func read(_ receive: (SourceItem) throws -> Void) throws {
        try readDenials(receive)
        for area in areas {
            let reading = SyncdCSVReading(area: area, folder: folder, bases: Set(manifest.bases))
            try checkRows(area.name, try reading.read(receive))
        }
        try readDeletions(receive)
    }

    /// Nothing in the files is looked up anywhere.
    public var readsAlone: Bool { true }

    /// Reads all files once, in dependency order; rows of which nothing is to be told come packed.
    public func readBatches(_ receive: (SourceBatch) throws -> Void) throws {
        var batch = SourceBatch()
        try readDenials { batch.append($0) }
        try receive(batch)
        for area in areas {
            let reading = SyncdCSVReading(area: area, folder: folder, bases: Set(manifest.bases))
            try checkRows(area.name, try reading.readBatches(receive))
        }
        batch = SourceBatch()
        try readDeletions { item in
            batch.append(item)
            guard batch.isFull else { return }
            try receive(batch)
            batch = SourceBatch()
        }
        try receive(batch)
    }

    private func readDenials(_ receive: (SourceItem) throws -> Void) throws {
        for area in manifest.areas where area.status == .denied {
            let kind = SyncdCSVArea.all(producedOn: manifest.producedOn).first { $0.name == area.name }?.table.kind
            let issue = RowIssue(
                file: SyncdCSVManifest.file,
                line: area.line,
                field: area.name,
                reason: SyncdCSVArea.denial(of: area.name),
                effect: .noted,
                kinds: kind.map { [$0] } ?? [],
                rule: .areaDenied
            )
            try receive(.issue(issue))
        }
    }

    private func readDeletions(_ receive: (SourceItem) throws -> Void) throws {
        if manifest.areas.contains(where: { $0.name == SyncdCSVArea.deletions && $0.status.isRead }) {
            try checkRows(SyncdCSVArea.deletions, try SyncdCSVDeletions.read(folder, manifest.bases, receive))
        }
    }

    private func checkRows(_ area: String, _ count: Int) throws {
        guard let declared = manifest.areas.first(where: { $0.name == area }) else { return }
        guard case .read(_, let rows) = declared.status, rows != count else { return }
        throw SourceError(
            .manifest,
            file: area + ".csv",
            "has \(count) rows, but the manifest says \(rows): run the reports again, the file may be cut short"
        )
    }
}

extension SyncdCSVManifest.Status {
    var isRead: Bool { if case .read = self { true } else { false } }
}
