import School

/// How the columns of a slot become the canonical bytes of one row of a group, found once for a file.
struct PackedSlot {
    /// An entry of the row.
    private enum Source {
        case column(Int, field: UInt16)
        /// Said when the row says anything, unless one of the columns tells otherwise.
        case fallback([UInt8], field: UInt16, unless: [Int])
    }

    let section: Int
    let place: Int
    private let sources: [Source]
    private let columns: [Int]
    /// One of these must be filled when the row says anything; none when it does not matter.
    private let essential: [Int]

    /// Looks at what fills a slot.
    ///
    /// Columns that hold lists are not packed: whoever fills one goes the long way.
    init(_ filling: GroupPlan.Filling) {
        section = filling.slot.section
        place = filling.slot.place
        let plain = filling.columns.filter { $0.separator == nil }
        columns = plain.map(\.index)
        essential = plain.filter { $0.field == filling.slot.essential }.map(\.index)
        var sources = plain.map { Source.column($0.index, field: $0.field.rawValue) }
        sources += filling.slot.defaults.map { entry -> Source in
            let unless = plain.filter { $0.field == entry.field }.map(\.index)
            return .fallback(Array(entry.value.utf8), field: entry.field.rawValue, unless: unless)
        }
        self.sources = sources.enumerated().sorted {
            (Self.field($0.element), $0.offset) < (Self.field($1.element), $1.offset)
        }.map(\.element)
    }

    /// What a line makes of the slot.
    enum Outcome {
        case nothing
        case row
        /// Values without the one that they belong to.
        case fault
    }

    /// Appends the row that a line's values make.
    ///
    /// - Parameter value: the bytes of a column of the line; empty when it has none.
    func append(to bytes: inout [UInt8], _ value: (Int) -> UnsafeRawBufferPointer) -> Outcome {
        guard columns.contains(where: { !value($0).isEmpty }) else { return .nothing }
        guard essential.isEmpty || essential.contains(where: { !value($0).isEmpty }) else { return .fault }
        let start = bytes.count
        var entries: UInt32 = 0
        Self.append(entries, to: &bytes)
        for source in sources {
            switch source {
            case .column(let column, let field):
                let value = value(column)
                if value.isEmpty { continue }
                Self.append(field, to: &bytes)
                Self.append(UInt32(value.count), to: &bytes)
                bytes.append(contentsOf: value)
            case .fallback(let known, let field, let unless):
                if unless.contains(where: { !value($0).isEmpty }) { continue }
                Self.append(field, to: &bytes)
                Self.append(UInt32(known.count), to: &bytes)
                bytes.append(contentsOf: known)
            }
            entries += 1
        }
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: entries.bigEndian, toByteOffset: start, as: UInt32.self)
        }
        return .row
    }

    private static func field(_ source: Source) -> UInt16 {
        switch source {
        case .column(_, let field), .fallback(_, let field, _): field
        }
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
