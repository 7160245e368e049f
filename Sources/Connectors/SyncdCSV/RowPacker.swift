import School

/// Gathers lines whose values stand in their canonical spelling and break no rule, as bytes: one line, or the lines of
/// one group of one pupil.
///
/// It takes no line of which anything is to be told: those go the long way, and so do the lines beside them.
struct RowPacker {
    /// A rule over several columns, with their places.
    private struct Rule {
        let rule: SyncdCSVArea.Rule
        let columns: [Int]
        let emptied: [Int]
        let filled: [Int]
    }

    private struct Slice {
        var start = 0
        var count = 0
    }

    /// Bytes of the lines of one group: longer ones are somebody's mistake and go the long way.
    private static let bytesMax = 256 << 10

    private let table: Table
    private let names: [String: Int]
    private let places: [Int?]
    private let fieldCount: Int
    private let required: [Bool]
    private let lists: [Bool]
    private let keys: [Int]
    private let base: Int?
    /// Columns that point, people first, by the number of the reference in the layout.
    private let references: [Int]
    private var checks: [ColumnCheck]
    private let rules: [Rule]
    /// What the rules have let through, rule by rule.
    private var memos: [ValueMemo]
    private let slots: [PackedSlot]
    private let bases: Set<String>
    private var knownBase: [UInt8] = []
    private let order: (FieldRow) -> [String]
    private let isOrdered: Bool
    private let unique: Int?

    /// What the packed records have in common.
    let layout: PackedLayout
    /// The lines on which the gathered rows begin.
    private(set) var lines: [Int] = []
    private var bytes: [UInt8] = []
    private var slices: [Slice] = []
    /// Rows of the group that have been packed, for `append`.
    private var pieces: [UInt8] = []

    /// Looks at an area and the header of its file; nil for an area whose rows tell more than one group.
    init?(_ area: SyncdCSVArea, _ reader: borrowing TableReader, _ plan: GroupPlan, bases: Set<String>) {
        guard let kind = area.table.kind, let group = plan.groups.first, plan.groups.count == 1 else { return nil }
        table = area.table
        let columns = table.columns
        let names = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1.names[0], $0) })
        self.names = names
        places = columns.indices.map { reader.place(of: $0) }
        fieldCount = reader.fieldCount
        required = columns.map(\.isRequired)
        lists = columns.map { column in
            column.uses.contains { use in
                switch use {
                case .references, .repeated, .rows: true
                case .key, .base, .reference, .field: false
                }
            }
        }
        keys = columns.indices.filter { columns[$0].isKey }
        base = columns.indices.first { columns[$0].isBase }
        var pointing: [(column: Int, kind: EntityKind)] = []
        for (index, column) in columns.enumerated() {
            for case .reference(let kind) in column.uses { pointing.append((index, kind)) }
        }
        pointing = pointing.filter(\.kind.isPerson) + pointing.filter { !$0.kind.isPerson }
        references = pointing.map(\.column)
        layout = PackedLayout(
            kind: kind,
            isPart: area.isPart,
            group: group,
            file: reader.file,
            references: pointing.map { PackedLayout.Reference(kind: $0.kind, field: reader.name(of: $0.column)) }
        )
        checks = columns.map { ColumnCheck($0.form) }
        rules = area.rules.map { rule in
            Rule(
                rule: rule,
                columns: rule.columns.compactMap { names[$0] },
                emptied: rule.emptied.compactMap { names[$0] },
                filled: rule.filled.compactMap { names[$0] }
            )
        }
        memos = rules.map { _ in ValueMemo() }
        slots = plan.fillings.map(PackedSlot.init)
        self.bases = bases
        if case .runs(let order) = area.shape {
            self.order = order
            isOrdered = !order(FieldRow()).isEmpty
        } else {
            order = { _ in [] }
            isOrdered = false
        }
        unique = area.uniqueInRun.flatMap { names[$0] }
    }

    /// True when no line waits.
    var isEmpty: Bool { lines.isEmpty }

    /// Adds the line that the reader has gone to.
    ///
    /// - Returns: false when the line has to go the long way; nothing is added then.
    mutating func add(_ reader: borrowing TableReader) -> Bool {
        let (rows, used) = (lines.count, bytes.count)
        let line = reader.line
        let isTaken = reader.withFields { take($0, $1) } && keepsRules()
        guard isTaken else {
            slices.removeLast(slices.count - rows * places.count)
            bytes.removeLast(bytes.count - used)
            return false
        }
        lines.append(line)
        return true
    }

    /// True when the lines are more than one group has.
    var isTooLarge: Bool { bytes.count > Self.bytesMax }

    /// True when the last line has this key and names this base.
    func lastIs(_ key: String?, at base: String?) -> Bool {
        bytes.withUnsafeBytes { bytes in
            let row = lines.count - 1
            let own = keys.map { String(decoding: value($0, row, bytes), as: UTF8.self) }.joined(separator: "\u{1F}")
            let named = self.base.map { String(decoding: value($0, row, bytes), as: UTF8.self) } ?? ""
            return key.map { $0 == own } == true && (base ?? "") == named
        }
    }

    /// True when the last line is about the same group as the one before it.
    var lastContinues: Bool {
        guard lines.count > 1 else { return true }
        return bytes.withUnsafeBytes { bytes in
            (keys + (base.map { [$0] } ?? [])).allSatisfy { column in
                value(column, lines.count - 1, bytes).elementsEqual(value(column, lines.count - 2, bytes))
            }
        }
    }

    /// The first lines as rows with texts, which are forgotten here.
    mutating func removeRows(_ count: Int) -> [TableRow] {
        let rows = bytes.withUnsafeBytes { bytes in
            (0..<count).map { row in
                let values = places.indices.map { String(decoding: value($0, row, bytes), as: UTF8.self) }
                return TableRow(line: lines[row], values: values, isParked: false)
            }
        }
        forget(count)
        return rows
    }

    /// Packs the first lines into one record, and forgets them.
    ///
    /// - Returns: false when they have to go the long way; nothing is forgotten then.
    mutating func pack(_ count: Int, into batch: inout SourceBatch) -> Bool {
        // Taken out while it is written to, so that it is never copied.
        var made: [UInt8] = []
        swap(&made, &pieces)
        made.removeAll(keepingCapacity: true)
        var found: [(section: Int, row: Int, place: Int, range: Range<Int>)] = []
        var isFault = false
        bytes.withUnsafeBytes { bytes in
            for row in 0..<count {
                for slot in slots {
                    let start = made.count
                    switch slot.append(to: &made, { value($0, row, bytes) }) {
                    case .nothing: continue
                    case .fault: isFault = true
                    case .row: found.append((slot.section, row, slot.place, start..<made.count))
                    }
                }
            }
        }
        pieces = made
        guard !isFault, count == 1 || isUnique(count) else { return false }
        if found.count > 1 {
            found.sort { ($0.section, $0.row, $0.place) < ($1.section, $1.row, $1.place) }
            guard !hasTwins(found.map(\.range)) else { return false }
        }
        var ranges = found.map(\.range)
        if isOrdered, ranges.count > 1 { ranges = ordered(ranges) }
        append(ranges, count, to: &batch)
        forget(count)
        return true
    }

    private func append(_ ranges: [Range<Int>], _ count: Int, to batch: inout SourceBatch) {
        bytes.withUnsafeBytes { bytes in
            pieces.withUnsafeBytes { pieces in
                withUnsafeBytes(of: layout.group.rawValue.bigEndian) { group in
                    withUnsafeBytes(of: UInt32(ranges.count).bigEndian) { rows in
                        batch.append(
                            line: lines[0],
                            key: keys.map { value($0, 0, bytes) },
                            base: base.map { value($0, 0, bytes) } ?? UnsafeRawBufferPointer(start: nil, count: 0),
                            references: pointers(count, bytes),
                            content: [group, rows] + ranges.map { UnsafeRawBufferPointer(rebasing: pieces[$0]) }
                        )
                    }
                }
            }
        }
    }

    /// What the lines point at, each once.
    private func pointers(_ count: Int, _ bytes: UnsafeRawBufferPointer)
        -> [(number: Int, key: UnsafeRawBufferPointer)]
    {
        var found: [(number: Int, key: UnsafeRawBufferPointer)] = []
        for row in 0..<count {
            for (number, column) in references.enumerated() {
                let key = value(column, row, bytes)
                if key.isEmpty { continue }
                let isKnown = row > 0 && found.contains { $0.0 == number && $0.1.elementsEqual(key) }
                if !isKnown { found.append((number, key)) }
            }
        }
        return found
    }

    private mutating func take(_ buffer: UnsafeBufferPointer<UInt8>, _ fields: [CSVField]) -> Bool {
        guard fields.count == fieldCount else { return false }
        for (column, place) in places.enumerated() {
            guard let place else {
                slices.append(Slice())
                continue
            }
            let field = fields[place]
            if field.start == field.end {
                if required[column] { return false }
                slices.append(Slice())
                continue
            }
            let value = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[field.start..<field.end]))
            guard !field.isEscaped, !lists[column], checks[column].isCanonical(value) else { return false }
            slices.append(Slice(start: bytes.count, count: value.count))
            bytes.append(contentsOf: value)
        }
        return true
    }

    /// Asks the rules about the line that was taken last and is not counted yet.
    private mutating func keepsRules() -> Bool {
        let row = lines.count
        if let base {
            let isKnown = bytes.withUnsafeBytes { value(base, row, $0).elementsEqual(knownBase) }
            if !isKnown {
                let found = bytes.withUnsafeBytes { [UInt8](value(base, row, $0)) }
                guard !found.isEmpty, bases.contains(String(decoding: found, as: UTF8.self)) else { return false }
                knownBase = found
            }
        }
        for index in rules.indices where !keeps(index, row) { return false }
        return true
    }

    private mutating func keeps(_ index: Int, _ row: Int) -> Bool {
        let first = row * places.count
        let rule = rules[index]
        if !rule.emptied.isEmpty, rule.emptied.allSatisfy({ slices[first + $0].count == 0 }) { return true }
        if rule.filled.contains(where: { slices[first + $0].count > 0 }) { return true }
        var joined: [UInt8] = []
        bytes.withUnsafeBytes { bytes in
            for column in rule.columns {
                joined.append(contentsOf: value(column, row, bytes))
                joined.append(0x1F)
            }
        }
        if joined.withUnsafeBytes({ memos[index].contains($0) }) { return true }
        var values = [String](repeating: "", count: places.count)
        bytes.withUnsafeBytes { bytes in
            for column in rule.columns { values[column] = String(decoding: value(column, row, bytes), as: UTF8.self) }
        }
        let named = NamedRow(row: TableRow(line: 0, values: values, isParked: false), places: names)
        guard rule.rule.check(named) == nil else { return false }
        joined.withUnsafeBytes { memos[index].insert($0) }
        return true
    }

    private func value(_ column: Int, _ row: Int, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let slice = slices[row * places.count + column]
        return UnsafeRawBufferPointer(rebasing: bytes[slice.start..<slice.start + slice.count])
    }

    private func isUnique(_ count: Int) -> Bool {
        guard let unique else { return true }
        return bytes.withUnsafeBytes { bytes in
            let values = (0..<count).map { value(unique, $0, bytes) }
            return !values.indices.contains { index in
                values[..<index].contains { $0.elementsEqual(values[index]) }
            }
        }
    }

    /// True when two rows of the group are equal: they would stand once.
    private func hasTwins(_ ranges: [Range<Int>]) -> Bool {
        pieces.withUnsafeBytes { pieces in
            ranges.indices.contains { index in
                ranges[..<index].contains { other in
                    other.count == ranges[index].count && pieces[other].elementsEqual(pieces[ranges[index]])
                }
            }
        }
    }

    private func ordered(_ ranges: [Range<Int>]) -> [Range<Int>] {
        let rows = ranges.map { range -> [String] in
            let head = withUnsafeBytes(of: layout.group.rawValue.bigEndian) { [UInt8]($0) } + [0, 0, 0, 1]
            return order(GroupContent(canonicalBytes: head + pieces[range])?.rows.first ?? FieldRow())
        }
        return ranges.indices.sorted { left, right in
            rows[left] == rows[right] ? left < right : rows[left].lexicographicallyPrecedes(rows[right])
        }.map { ranges[$0] }
    }

    private mutating func forget(_ count: Int) {
        lines.removeFirst(count)
        slices.removeFirst(count * places.count)
        guard let first = slices.first(where: { $0.count > 0 })?.start, !lines.isEmpty else {
            return bytes.removeAll(keepingCapacity: true)
        }
        bytes.removeFirst(first)
        for index in slices.indices where slices[index].count > 0 { slices[index].start -= first }
    }
}

extension Column {
    /// Its value is a part of the record's key.
    fileprivate var isKey: Bool { uses.contains { if case .key = $0 { true } else { false } } }
    /// Its value is the base that the record belongs to.
    fileprivate var isBase: Bool { uses.contains { if case .base = $0 { true } else { false } } }
}
