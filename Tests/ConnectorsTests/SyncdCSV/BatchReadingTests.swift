import School
import Testing

@testable import Connectors

/// Packed records say what records say.
@Suite("syncd-csv: batches")
struct BatchReadingTests {
    /// Values of which some fit each column.
    private static let values = [
        "", "A", "M", "F", "H", "C", "S", "U", "L", "AM", "PM", "true", "false", "1", "2", "10", "R", "K", "E", "SLCN",
        "ASD", "PAM", "OTH", "term", "teaching", "registration", "Abara", "Zo\u{EB}", "Zoe\u{308}", " Ada ", "\"a,b\"",
        "\"a \"\"b\"\"\"", "x\u{1}y", "2017-03-14", "2025-09-01", "2025-09-02", "2026-01-01", "2024-02-30",
        "14/03/2017", "L001107921412", "L001107921413", "ENG", "WBRI", "820", "8201079", "820107", "07700 900311",
        "01632 960001", "t.abara@example.org", "no mail", "Home", "UN1", "MOB;HEAR", "HEAR", "12", "601",
        "\"two\nlines\"",
    ]
    private static let keys = ["P1", "P2", "P3", "K 4", "\u{43A}"]

    private func rows(of area: SyncdCSVArea, using random: inout SeededGenerator) -> String {
        let columns = area.table.columns.filter { $0.isRequired || Int.random(in: 0..<3, using: &random) > 0 }
        var text = columns.map { $0.names[0] }.joined(separator: ",") + "\n"
        var last: [String] = []
        for _ in 0..<Int.random(in: 0..<30, using: &random) {
            var row = columns.map { value(for: $0, using: &random) }
            // Neighbours of one key make runs; equal ones stand once.
            for (place, column) in columns.enumerated() where place < last.count {
                let isKey = column.uses.contains {
                    if case .key = $0 { true } else if case .base = $0 { true } else { false }
                }
                if isKey || Int.random(in: 0..<4, using: &random) == 0 {
                    if Int.random(in: 0..<3, using: &random) > 0 { row[place] = last[place] }
                }
            }
            if Int.random(in: 0..<40, using: &random) == 0 { row.append("more") }
            text += row.joined(separator: ",") + "\n"
            last = row
        }
        return text
    }

    private func value(for column: Column, using random: inout SeededGenerator) -> String {
        if case .key = column.form { return Self.key(of: column, using: &random) }
        if !column.isRequired, Int.random(in: 0..<2, using: &random) == 0 { return "" }
        if Int.random(in: 0..<25, using: &random) == 0 { return Self.values.randomElement(using: &random) ?? "" }
        let fitting = Self.values.filter { (try? column.form.canonical($0, order: nil)) == $0 && !$0.isEmpty }
        return fitting.randomElement(using: &random) ?? ""
    }

    private static func key(of column: Column, using random: inout SeededGenerator) -> String {
        if column.names[0] == "base" { return Int.random(in: 0..<20, using: &random) == 0 ? "9999999" : "8201079" }
        return keys.randomElement(using: &random) ?? "P1"
    }

    @Test(
        "batches hold the items that reading them one by one gives, in their order",
        arguments: 0..<150 as Range<UInt64>
    )
    func same(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var set = SyncdCSVSet()
        set.files = [:]
        set.manifestLines = []
        for area in SyncdCSVArea.all(producedOn: .latest) {
            let text = rows(of: area, using: &random)
            set.files[area.name] = text
            set.rows[area.name] =
                text.split(separator: "\n").count - 1
                - text.split(separator: "\n").count { $0 == "lines\"" || $0.hasPrefix("lines\",") }
        }
        let folder = try TemporaryFolder()
        try set.write(to: folder)
        let files = try SyncdCSVFolder(path: folder.path)
        var told: [SourceItem] = []
        var batched: [SourceItem] = []
        let one = Result { try files.read { told.append($0) } }
        let other = Result {
            try files.readBatches { batch in
                for part in batch.parts {
                    switch part {
                    case .item(let place): batched.append(batch.items[place])
                    case .packed(let packed): batched.append(.record(try #require(batch.record(packed))))
                    }
                }
            }
        }
        #expect((try? one.get()) != nil || (try? other.get()) == nil)
        #expect(told.count == batched.count)
        for (left, right) in zip(told, batched) { #expect(Self.same(left, right), "\(left)\n\(right)") }
    }

    @Test("most rows of a sound export come packed")
    func packed() throws {
        let folder = try TemporaryFolder()
        try SyncdCSVSet().write(to: folder)
        var (packed, items) = (0, 0)
        try SyncdCSVFolder(path: folder.path).readBatches { batch in
            items += batch.items.count
            packed += batch.parts.count - batch.items.count
        }
        #expect(packed >= 9)
        #expect(items == 1)
    }

    @Test("a value that was found right once is found right again, and no other for it")
    func memo() {
        var memo = ValueMemo()
        let values = (0..<5_000).map { Array("value \($0 * 7_919)".utf8) }
        for value in values {
            value.withUnsafeBytes {
                #expect(!memo.contains($0))
                memo.insert($0)
                #expect(memo.contains($0))
            }
        }
        Array("value".utf8).withUnsafeBytes { #expect(!memo.contains($0)) }
        [UInt8](repeating: 0x61, count: 40).withUnsafeBytes {
            memo.insert($0)
            #expect(!memo.contains($0))
        }
    }

    private static func same(_ left: SourceItem, _ right: SourceItem) -> Bool {
        switch (left, right) {
        case (.record(let one), .record(let other)): one == other
        case (.issue(let one), .issue(let other)): one == other
        default: false
        }
    }
}
