import School

/// Reads the file of an area in batches, most of it packed.
extension SyncdCSVReading {
    /// Hands out the items of the file, those packed that can be: the same as `read` in the same order.
    ///
    /// - Returns: the number of rows in it.
    func readBatches(_ receive: (SourceBatch) throws -> Void) throws -> Int {
        var reader = try folder.open(area.table, as: area.table.file, order: nil)
        let plan = GroupPlan(area.table) { _ in true }
        guard let packer = RowPacker(area, reader, plan, bases: bases) else {
            return try readItems(receive)
        }
        var long = LongWay(reading: self, plan: plan, packer: packer)
        while try reader.advance() {
            try long.take(&reader)
            if long.batch.isFull {
                try receive(long.batch)
                long.batch = SourceBatch(packer.layout)
            }
        }
        try long.finish(reader)
        try receive(long.batch)
        return reader.rowCount
    }

    private func readItems(_ receive: (SourceBatch) throws -> Void) throws -> Int {
        var batch = SourceBatch()
        let count = try read { item in
            batch.append(item)
            guard batch.isFull else { return }
            try receive(batch)
            batch = SourceBatch()
        }
        try receive(batch)
        return count
    }
}

/// Packs what can be packed, and takes the rest the long way, as items.
private struct LongWay {
    let reading: SyncdCSVReading
    let plan: GroupPlan
    let places: [String: Int]
    var packer: RowPacker
    var batch: SourceBatch
    /// The group whose rows come the long way.
    private var run: SyncdCSVReading.Run?

    init(reading: SyncdCSVReading, plan: GroupPlan, packer: RowPacker) {
        self.reading = reading
        self.plan = plan
        self.packer = packer
        places = Dictionary(uniqueKeysWithValues: reading.area.table.columns.enumerated().map { ($1.names[0], $0) })
        batch = SourceBatch(packer.layout)
    }

    /// Takes the line that the reader has gone to.
    mutating func take(_ reader: inout TableReader) throws {
        let isPacked = packer.add(reader)
        guard case .runs = reading.area.shape else {
            if isPacked, packer.pack(1, into: &batch) { return }
            let rows = isPacked ? packer.removeRows(1) : [try current(&reader)]
            for row in rows { try takeThing(row, reader) }
            return
        }
        if isPacked {
            if let run, packer.lastIs(run.key, at: run.base) {
                for row in packer.removeRows(1) { try takeRow(row, reader) }
                return
            }
            try endRun(reader)
            if !packer.lastContinues { return try emitPacked(packer.lines.count - 1, reader) }
            guard packer.isTooLarge else { return }
            for row in packer.removeRows(packer.lines.count) { try takeRow(row, reader) }
            return
        }
        let row = try current(&reader)
        // What was packed so far may be of the same group: then all of it goes the long way.
        for earlier in packer.removeRows(packer.lines.count) { try takeRow(earlier, reader) }
        try takeRow(row, reader)
    }

    /// Hands out what waits after the last line.
    mutating func finish(_ reader: borrowing TableReader) throws {
        if !packer.isEmpty { try emitPacked(packer.lines.count, reader) }
        try endRun(reader)
        var items: [SourceItem] = []
        reader.reportIfEmpty { items.append(.issue($0)) }
        items.forEach { batch.append($0) }
    }

    private mutating func current(_ reader: inout TableReader) throws -> TableRow {
        var items: [SourceItem] = []
        var row = try reader.current { items.append(.issue($0)) }
        if !row.isParked { row.isParked = try reading.breaksRule(row, places, reader) { items.append($0) } }
        items.forEach { batch.append($0) }
        return row
    }

    private mutating func takeThing(_ row: TableRow, _ reader: borrowing TableReader) throws {
        guard !row.isParked else { return }
        var items: [SourceItem] = []
        if var record = reader.record(row, plan: plan, { items.append(.issue($0)) }) {
            record.isPart = reading.area.isPart
            items.append(.record(record))
        }
        items.forEach { batch.append($0) }
    }

    /// Adds a row to the group that comes the long way, or begins the next one.
    private mutating func takeRow(_ row: TableRow, _ reader: borrowing TableReader) throws {
        let (key, base) = (reader.key(of: row), reader.base(of: row))
        let bytes = row.values.reduce(64) { $0 + $1.utf8.count }
        guard let open = run, key != nil, open.key == key, open.base == base else {
            try endRun(reader)
            run = SyncdCSVReading.Run(key: key, base: base, rows: [row], bytes: bytes)
            return
        }
        run?.bytes += bytes
        if open.bytes + bytes <= reading.runBytesMax { run?.rows.append(row) }
    }

    private mutating func emitPacked(_ count: Int, _ reader: borrowing TableReader) throws {
        if packer.pack(count, into: &batch) { return }
        for row in packer.removeRows(count) { try takeRow(row, reader) }
        try endRun(reader)
    }

    private mutating func endRun(_ reader: borrowing TableReader) throws {
        guard let run, case .runs(let order) = reading.area.shape else { return }
        self.run = nil
        var items: [SourceItem] = []
        try reading.emit(run, order, plan, reader) { items.append($0) }
        items.forEach { batch.append($0) }
    }
}
