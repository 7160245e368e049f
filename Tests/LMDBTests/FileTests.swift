import Glibc
import LMDB
import Testing

/// The file: how it is made, cut short, copied.
struct FileTests {
    @Test("A new file appears whole, with no draft beside it, and a draft of a cut creation does no harm")
    func creation() throws {
        let scratch = try Scratch()
        write([1, 2, 3], to: scratch.file + ".new")
        let table = "rows"
        do { _ = try scratch.open().table(table) }
        #expect(access(scratch.file + ".new", F_OK) != 0)
        #expect(access(scratch.file + ".new-lock", F_OK) != 0)
        _ = try scratch.open().table(table, create: false)
    }

    @Test("A file of something else, and an empty one, are refused")
    func foreignFiles() throws {
        let scratch = try Scratch()
        write([UInt8](repeating: 0x41, count: 10_000), to: scratch.file)
        #expect(throws: LMDBError(.notAnEnvironment, "")) { try scratch.open() }
        write([], to: scratch.file)
        #expect(throws: LMDBError(.truncated, "")) { try scratch.open() }
        #expect(throws: LMDBError(.missing, "")) { try Environment(file: scratch.folder + "/none/data.mdb") }
    }

    @Test("R8: cut at any length, a file is refused before it is read, or nothing of it is missing")
    func truncation() throws {
        let scratch = try Scratch()
        var expected: [[UInt8]: [UInt8]] = [:]
        do {
            let environment = try scratch.open()
            let table = try environment.table("rows")
            try environment.write { transaction in
                for number in 0..<300 {
                    let value = [UInt8](repeating: UInt8(number & 255), count: number % 7 == 0 ? 9000 : 300)
                    try transaction.put(value, for: key(number), in: table)
                }
            }
            // Later rows go again, so that the file ends in free pages, as a healthy short file does.
            try environment.write { transaction in
                for number in 100..<300 { try transaction.delete(key(number), in: table) }
            }
            // Each of these commits writes its pages into free ones, lowest first, and lets go of those at the end.
            for _ in 0..<5 {
                try environment.write { transaction in
                    for number in 0..<100 {
                        try transaction.put([UInt8](repeating: 5, count: 99), for: key(number), in: table)
                    }
                }
            }
            try environment.read { transaction in
                try transaction.scan(table) { key, value in
                    expected[[UInt8](copying: key)] = [UInt8](copying: value)
                    return true
                }
            }
        }
        let whole = contents(of: scratch.file)
        let lengths = stride(from: 0, to: whole.count, by: 4096).flatMap { [$0, $0 + 1777] }
        var refused = 0
        for length in lengths {
            write(Array(whole.prefix(length)), to: scratch.file)
            do {
                let environment = try scratch.open()
                let table = try environment.table("rows", create: false)
                var found: [[UInt8]: [UInt8]] = [:]
                try environment.read { transaction in
                    try transaction.scan(table) { key, value in
                        found[[UInt8](copying: key)] = [UInt8](copying: value)
                        return true
                    }
                }
                #expect(found == expected, "cut at \(length)")
                let sizes = try environment.statistics()
                #expect(sizes.fileBytes >= (sizes.lastPage + 1) * sizes.pageBytes)
            } catch let error as LMDBError {
                #expect(error == LMDBError(.truncated, ""), "cut at \(length): \(error)")
                refused += 1
            }
        }
        #expect(refused > 0 && refused < lengths.count)
    }

    @Test("After every commit the file is as long as its last page asks")
    func length() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            try environment.write { transaction in
                for _ in 0..<Int.random(in: 1...40, using: &random) {
                    let key = key(Int.random(in: 0..<200, using: &random))
                    if Bool.random(using: &random) {
                        try transaction.delete(key, in: table)
                    } else {
                        let count = Int.random(in: 0...9000, using: &random)
                        try transaction.put([UInt8](repeating: 3, count: count), for: key, in: table)
                    }
                }
            }
            let sizes = try environment.statistics()
            #expect(sizes.fileBytes >= (sizes.lastPage + 1) * sizes.pageBytes)
        }
    }

    @Test("A hot copy has every row, is smaller, and never replaces a file")
    func copy() throws {
        let scratch = try Scratch()
        let copy = scratch.folder + "/copy.mdb"
        let environment = try scratch.open()
        let table = try environment.table("rows")
        try environment.write { transaction in
            for number in 0..<2000 {
                try transaction.put([UInt8](repeating: 7, count: 500), for: key(number), in: table)
            }
        }
        try environment.write { transaction in
            for number in 100..<2000 { try transaction.delete(key(number), in: table) }
        }
        try environment.copyCompacted(to: copy)
        #expect(throws: LMDBError(.other, "")) { try environment.copyCompacted(to: copy) }
        let second = try Environment(file: copy, options: .init(readOnly: true))
        let copied = try second.table("rows", create: false)
        #expect(try second.read { try $0.count(of: copied) } == 100)
        #expect(try second.statistics().fileBytes < environment.statistics().fileBytes / 5)
    }

    @Test("What an unsynced environment holds is there after sync and a new opening")
    func unsynced() throws {
        let scratch = try Scratch()
        do {
            let environment = try scratch.open(.init(durability: .unsynced))
            let table = try environment.table("rows")
            try environment.write { try $0.put([1], for: [1], in: table) }
            try environment.sync()
        }
        let environment = try scratch.open()
        let table = try environment.table("rows", create: false)
        #expect(try environment.read { try $0.contains([1], in: table) })
    }

    @Test("Slots of readers that died are freed at opening")
    func deadReaders() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        #expect(try environment.clearDeadReaders() == 0)
        #expect(try environment.statistics().pageBytes == 4096)
    }
}
