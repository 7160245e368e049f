import School

/// Reads the file of one area.
struct SyncdCSVReading {
    let area: SyncdCSVArea
    let folder: SourceFolder
    /// Keys of the bases that the manifest lists.
    let bases: Set<String>

    /// Neighbouring rows with one key: one group of one pupil.
    struct Run {
        var key: String?
        var base: String?
        var rows: [TableRow]
        var bytes: Int
    }

    /// Bytes of the rows of one group: more than any event can carry, so that memory does not grow with a faulty file.
    var runBytesMax = 16 << 20

    /// Hands out the records and issues of the file.
    ///
    /// - Returns: the number of rows in it.
    func read(_ receive: (SourceItem) throws -> Void) throws -> Int {
        var reader = try folder.open(area.table, as: area.table.file, order: nil)
        let plan = GroupPlan(area.table) { _ in true }
        let places = Dictionary(uniqueKeysWithValues: area.table.columns.enumerated().map { ($1.names[0], $0) })
        var run: Run?
        while var row = try reader.next({ try receive(.issue($0)) }) {
            if !row.isParked { row.isParked = try breaksRule(row, places, reader, receive) }
            switch area.shape {
            case .things:
                guard !row.isParked, var record = try reader.record(row, plan: plan, { try receive(.issue($0)) }) else {
                    continue
                }
                record.isPart = area.isPart
                try receive(.record(record))
            case .runs(let order):
                let (key, base) = (reader.key(of: row), reader.base(of: row))
                let bytes = row.values.reduce(64) { $0 + $1.utf8.count }
                guard let open = run, key != nil, open.key == key, open.base == base else {
                    if let run { try emit(run, order, plan, reader, receive) }
                    run = Run(key: key, base: base, rows: [row], bytes: bytes)
                    continue
                }
                run?.bytes += bytes
                if open.bytes + bytes <= runBytesMax { run?.rows.append(row) }
            }
        }
        if let run, case .runs(let order) = area.shape { try emit(run, order, plan, reader, receive) }
        try reader.reportIfEmpty { try receive(.issue($0)) }
        return reader.rowCount
    }

    /// Tells the rules over several columns that a row breaks.
    ///
    /// - Returns: true when one of them holds the row back.
    func breaksRule(
        _ row: TableRow,
        _ places: [String: Int],
        _ reader: borrowing TableReader,
        _ receive: (SourceItem) throws -> Void
    ) throws -> Bool {
        let named = NamedRow(row: row, places: places)
        var isParked = false
        for fault in area.rules.compactMap({ $0.check(named) }) {
            isParked = isParked || fault.parks
            try receive(.issue(reader.issue(row, fault)))
        }
        if let base = reader.base(of: row), !bases.contains(base) {
            let reason = "names a base that the manifest does not list: correct it, or add a base line to the manifest"
            let fault = RowFault(column: "base", reason: reason, rule: .baseUnclear, value: base)
            try receive(.issue(reader.issue(row, fault)))
            isParked = true
        }
        return isParked
    }

    /// Hands out the record of a run, or parks all of it: a group is whole or it is nothing.
    func emit(
        _ run: Run,
        _ order: (FieldRow) -> [String],
        _ plan: GroupPlan,
        _ reader: borrowing TableReader,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        guard let key = run.key, let kind = area.table.kind, let first = run.rows.first else { return }
        guard run.bytes <= runBytesMax else {
            let reason =
                "and the rows of this pupil after it are larger than the \(runBytesMax >> 20) MiB that one data group may "
                + "have: look for a quote in the wrong place, or leave rows out"
            return try receive(.issue(reader.issue(first, field: "", reason: reason, parks: true, rule: .tooLarge)))
        }
        var isParked = run.rows.contains(where: \.isParked)
        var assembly = GroupAssembly()
        for row in run.rows where !row.isParked {
            guard let fault = assembly.add(row, plan) else { continue }
            isParked = true
            let name = reader.name(of: fault.column)
            try receive(.issue(reader.issue(row, field: name, reason: fault.reason, parks: true)))
        }
        if !isParked, let twice = repeated(run, reader) {
            isParked = true
            let reason = "stands twice for one pupil: keep one of the rows"
            try receive(.issue(reader.issue(twice, field: area.uniqueInRun ?? "", reason: reason, parks: true)))
        }
        guard !isParked else {
            if run.rows.count > 1 {
                let reason =
                    "and the \(run.rows.count - 1) more rows of this pupil are one data group: all of them wait until "
                    + "the faulty ones are corrected"
                try receive(.issue(reader.issue(first, field: "", reason: reason, parks: true)))
            }
            return
        }
        var contents = assembly.contents(of: plan.groups)
        for index in contents.indices { contents[index].rows = Self.sorted(contents[index].rows, by: order) }
        let record = SourceRecord(
            kind: kind,
            isPart: area.isPart,
            key: key,
            base: run.base,
            groups: contents,
            references: references(run, reader),
            origin: SourceRecord.Origin(file: reader.file, line: first.line)
        )
        try receive(.record(record))
    }

    private func repeated(_ run: Run, _ reader: borrowing TableReader) -> TableRow? {
        guard let name = area.uniqueInRun, let column = reader.index(of: name) else { return nil }
        var seen: Set<String> = []
        for row in run.rows where !seen.insert(row.values[column]).inserted { return row }
        return nil
    }

    /// What the rows point at, each once.
    private func references(_ run: Run, _ reader: borrowing TableReader) -> [SourceRecord.Reference] {
        var known: Set<SourceRecord.Reference> = []
        var references: [SourceRecord.Reference] = []
        for row in run.rows {
            for reference in reader.references(of: row) where known.insert(reference).inserted {
                references.append(reference)
            }
        }
        return references
    }

    /// Rows in the group's order; those with the same place in it keep the order of the file.
    private static func sorted(_ rows: [FieldRow], by order: (FieldRow) -> [String]) -> [FieldRow] {
        rows.enumerated().map { (offset: $0.offset, order: order($0.element), row: $0.element) }.sorted { left, right in
            left.order == right.order ? left.offset < right.offset : left.order.lexicographicallyPrecedes(right.order)
        }.map(\.row)
    }
}
