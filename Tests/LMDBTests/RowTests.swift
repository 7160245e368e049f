import Identifiers
import LMDB
import Testing

struct RowTests {
    @Test("What is committed is read; what is aborted is not")
    func commitAndAbort() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        try environment.write { try $0.put([1, 2, 3], for: [7], in: table) }
        #expect(throws: CancellationError.self) {
            try environment.write { transaction in
                try transaction.put([9], for: [7], in: table)
                throw CancellationError()
            }
        }
        try environment.read { transaction in
            #expect(try transaction.bytes(for: [7], in: table) == [1, 2, 3])
            #expect(try transaction.bytes(for: [8], in: table) == nil)
            guard let lent = try transaction.value(for: [7], in: table) else { throw CancellationError() }
            #expect(lent.byteCount == 3)
        }
    }

    @Test("A reader sees the moment it began, and the newest after a refresh")
    func snapshots() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        var reader = try environment.beginRead()
        try environment.write { try $0.put([1], for: [1], in: table) }
        #expect(try !reader.contains([1], in: table))
        try reader.refresh()
        #expect(try reader.contains([1], in: table))
    }

    @Test("Puts obey their rule: replace, insert, append")
    func rules() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        try environment.write { transaction in
            try transaction.put([1], for: key(5), in: table, .append)
            #expect(throws: LMDBError(.keyExists, "")) { try transaction.put([1], for: key(5), in: table, .append) }
            #expect(throws: LMDBError(.keyExists, "")) { try transaction.put([1], for: key(4), in: table, .append) }
            #expect(throws: LMDBError(.keyExists, "")) { try transaction.put([2], for: key(5), in: table, .insert) }
            try transaction.put([2], for: key(5), in: table)
            #expect(try transaction.bytes(for: key(5), in: table) == [2])
        }
    }

    @Test("A reserved value is what the closure wrote, also over many pages")
    func reserve() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        try environment.write { transaction in
            try transaction.put(reserving: 20_000, for: [1], in: table) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index) }
            }
        }
        try environment.read { transaction in
            let value = try #require(try transaction.bytes(for: [1], in: table))
            #expect(value.count == 20_000 && value[19_999] == UInt8(truncatingIfNeeded: 19_999))
            #expect(try transaction.statistics(of: table).overflowPages == 5)
        }
    }

    @Test("Empty and too long keys are refused")
    func keySizes() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        try environment.write { transaction in
            let empty: [UInt8] = []
            #expect(throws: LMDBError(.badSize, "")) { try transaction.put([1], for: empty, in: table) }
            let long = [UInt8](repeating: 1, count: 512)
            #expect(throws: LMDBError(.badSize, "")) { try transaction.put([1], for: long, in: table) }
        }
    }

    @Test("Random puts, deletes, clears and reads agree with a sorted dictionary", arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        var model: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<40 {
            try environment.write { transaction in
                for _ in 0..<100 {
                    let key = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                        UInt8.random(in: 0...6, using: &random)
                    }
                    if Int.random(in: 0..<3, using: &random) == 0 {
                        let deleted = try transaction.delete(key, in: table)
                        #expect(deleted == (model.removeValue(forKey: key) != nil))
                    } else {
                        let value = [UInt8](repeating: key[0], count: Int.random(in: 0...3000, using: &random))
                        try transaction.put(value, for: key, in: table)
                        model[key] = value
                    }
                }
                if Int.random(in: 0..<20, using: &random) == 0 {
                    try transaction.clear(table)
                    model = [:]
                }
            }
            try expect(environment, table, equals: model, using: &random)
        }
    }

    private func expect(
        _ environment: Environment,
        _ table: Table,
        equals model: [[UInt8]: [UInt8]],
        using random: inout SeededGenerator
    ) throws {
        let sorted = model.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let prefix = [UInt8.random(in: 0...6, using: &random)]
        try environment.read { transaction in
            #expect(try transaction.count(of: table) == model.count)
            var keys: [[UInt8]] = []
            try transaction.scan(table) { key, value in
                keys.append([UInt8](copying: key))
                #expect([UInt8](copying: value) == model[[UInt8](copying: key)])
                return true
            }
            #expect(keys == sorted.map(\.key))
            var within: [[UInt8]] = []
            try transaction.scan(table, prefix: prefix) { key, _ in
                within.append([UInt8](copying: key))
                return true
            }
            #expect(within == sorted.map(\.key).filter { $0.starts(with: prefix) })
            var backward: [[UInt8]] = []
            var cursor = try transaction.cursor(in: table)
            while try cursor.previous() { backward.append([UInt8](copying: cursor.key)) }
            #expect(backward == sorted.map(\.key).reversed())
        }
    }

    @Test("A cursor seeks the first key at or after")
    func seek() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        try environment.write { transaction in
            for number in stride(from: 10, through: 50, by: 10) {
                try transaction.put([UInt8(number)], for: key(number), in: table)
            }
        }
        try environment.read { transaction in
            var cursor = try transaction.cursor(in: table)
            #expect(try cursor.seek(key(20)))
            #expect([UInt8](copying: cursor.value) == [20])
            #expect(try cursor.seek(key(21)))
            #expect([UInt8](copying: cursor.value) == [30])
            #expect(try !cursor.seek(key(51)))
            #expect(cursor.key.byteCount == 0)
            #expect(try cursor.last())
            #expect([UInt8](copying: cursor.value) == [50])
        }
    }
}

struct KeyBytesTests {
    @Test("Composite keys are big-endian: byte order is number order")
    func order() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<1000 {
            let left = (UInt16.random(in: 0...3, using: &random), random.next())
            let right = (UInt16.random(in: 0...3, using: &random), random.next())
            var leftKey = KeyBytes()
            leftKey.append(left.0)
            leftKey.append(left.1)
            var rightKey = KeyBytes()
            rightKey.append(right.0)
            rightKey.append(right.1)
            #expect((leftKey < rightKey) == (left < right))
        }
    }

    @Test("A composite key holds its parts in order")
    func parts() {
        let base = BaseID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
        var composite = KeyBytes()
        composite.append(base)
        composite.append(UInt8(0xAA))
        composite.append(UInt32(1))
        let bytes = composite.lend { [UInt8]($0) }
        #expect(bytes == Array(1...16) + [0xAA, 0, 0, 0, 1])
    }
}
