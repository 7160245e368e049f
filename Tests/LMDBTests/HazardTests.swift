import Dispatch
import Glibc
import Synchronization
import Testing

@testable import LMDB

/// What `lmdb.h` forbids or LMDB does not notice, each refused.
struct HazardTests {
    @Test("A second open of the same file is refused, whatever path leads to it, until the first is closed")
    func secondOpen() throws {
        let scratch = try Scratch()
        do {
            let first = try scratch.open()
            #expect(throws: LMDBError(.alreadyOpen, "")) { try scratch.open() }
            symlink(scratch.file, scratch.folder + "/other.mdb")
            #expect(throws: LMDBError(.alreadyOpen, "")) { try Environment(file: scratch.folder + "/other.mdb") }
            _ = try first.statistics()
        }
        _ = try scratch.open()
    }

    @Test("A new file that the kernel gives a closed one's number is not taken for it")
    func numberUsedAgain() throws {
        let scratch = try Scratch()
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { lane in
            for round in 0..<1000 {
                let file = "\(scratch.folder)/\(lane)-\(round).mdb"
                do {
                    let environment = try Environment(file: file)
                    // Its number is free again when it is closed.
                    unlink(file)
                    unlink(file + "-lock")
                    _ = try environment.statistics()
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
    }

    @Test("Use after fork is refused, and the fork's end leaves the parent's reader alone")
    func fork() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        let reader = try environment.beginRead()
        // Swift hides fork because little works after it; that the refusal works is what is shown.
        let symbol = try #require(dlsym(nil, "fork"))
        let fork = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)
        let child = fork()
        if child == 0 {
            var refused = false
            do { _ = try environment.beginRead() } catch { refused = error == LMDBError(.forked, "") }
            _exit(refused ? 0 : 1)
        }
        var status: Int32 = -1
        waitpid(child, &status, 0)
        #expect(status == 0)
        #expect(try reader.count(of: table) == 0)
    }

    @Test("A write inside a write of the same thread is refused instead of waiting for ever")
    func nestedWrite() throws {
        let scratch = try Scratch()
        let environment = try scratch.open()
        let table = try environment.table("rows")
        try environment.write { transaction in
            #expect(throws: LMDBError(.nestedWrite, "")) { try environment.write { _ in } }
            #expect(throws: LMDBError(.nestedWrite, "")) { try environment.table("another") }
            try transaction.put([1], for: [1], in: table)
        }
        try environment.write { _ in }
    }

    @Test("A table of another environment is refused")
    func foreignTable() throws {
        let one = try Scratch()
        let two = try Scratch()
        let foreign = try two.open().table("rows")
        let environment = try one.open()
        _ = try environment.table("other")
        try environment.write { transaction in
            #expect(throws: LMDBError(.foreignTable, "")) { try transaction.put([1], for: [1], in: foreign) }
            #expect(throws: LMDBError(.foreignTable, "")) { try transaction.count(of: foreign) }
        }
    }

    @Test("A missing table is refused when none is to be made; too many tables are refused")
    func tables() throws {
        let scratch = try Scratch()
        let environment = try scratch.open(.init(tablesMax: 2))
        #expect(throws: LMDBError(.missing, "")) { try environment.table("a", create: false) }
        let both = try environment.tables(["a", "b"])
        #expect(try environment.tables(["b", "a"]) == both.reversed())
        #expect(throws: LMDBError(.tablesFull, "")) { try environment.table("c") }
    }

    @Test("A full map is told, nothing of the transaction stays, and it goes on after growing")
    func mapFull() throws {
        let scratch = try Scratch()
        let environment = try scratch.open(.init(mapBytes: 1 << 17))
        let table = try environment.table("rows")
        let fill = { (transaction: inout WriteTransaction) throws in
            for number in 0..<1000 {
                try transaction.put([UInt8](repeating: 1, count: 1000), for: key(number), in: table)
            }
        }
        #expect(throws: LMDBError(.mapFull, "")) { try environment.write(fill) }
        do {
            let reader = try environment.beginRead()
            #expect(throws: LMDBError(.inUse, "")) { try environment.grow(mapBytes: 1 << 24) }
            #expect(try reader.count(of: table) == 0)
        }
        try environment.grow(mapBytes: 1 << 24)
        try environment.write(fill)
        #expect(try environment.read { try $0.count(of: table) } == 1000)
    }

    @Test("Full reader slots are told")
    func readersFull() throws {
        let scratch = try Scratch()
        let environment = try scratch.open(.init(readersMax: 2))
        let first = try environment.beginRead()
        let second = try environment.beginRead()
        #expect(throws: LMDBError(.readersFull, "")) { _ = try environment.beginRead() }
        _ = (first.snapshot, second.snapshot)
    }

    @Test("A disk without room is told, and a commit works again when there is room")
    func diskFull() async {
        await #expect(processExitsWith: .success) {
            let scratch = try Scratch()
            let environment = try scratch.open()
            let table = try environment.table("rows")
            signal(SIGXFSZ, SIG_IGN)
            var room = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &room)
            var tight = rlimit(rlim_cur: 1 << 16, rlim_max: room.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &tight)
            let fill = { (transaction: inout WriteTransaction) throws in
                try transaction.put([UInt8](repeating: 1, count: 1 << 18), for: [1], in: table)
            }
            #expect(throws: LMDBError(.diskFull, "")) { try environment.write(fill) }
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &room)
            try environment.write(fill)
            #expect(try environment.read { try $0.count(of: table) } == 1)
        }
    }

    @Test("A file that is cut short under its map ends the process by SIGBUS, and it is said which file")
    func busError() async throws {
        let result = await #expect(processExitsWith: .signal(SIGBUS), observing: [\.standardErrorContent]) {
            let scratch = try Scratch()
            let environment = try scratch.open()
            let table = try environment.table("rows")
            try environment.write { try $0.put([UInt8](repeating: 1, count: 1 << 20), for: [1], in: table) }
            try environment.read { transaction in
                guard let value = try transaction.value(for: [1] as [UInt8], in: table) else { return }
                truncate(scratch.file, 8192)
                var sum = 0
                value.withUnsafeBytes { for byte in $0 { sum &+= Int(byte) } }
                print(sum)
            }
        }
        let said = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(said.contains("syncd: cannot read /tmp/lmdb-test-"))
        #expect(said.contains("/data.mdb: the disk failed, or the file was cut short"))
    }

    @Test("Network file systems are refused by name", arguments: [0x6969, 0xFF53_4D42, 0x6573_5546] as [UInt32])
    func networkFileSystem(type: UInt32) {
        #expect(throws: LMDBError(.networkFileSystem, "")) {
            try FileSystemKind.requireLocal(type: type, folder: "/srv")
        }
    }

    @Test("The file system under the temporary folder is accepted: ext4 and tmpfs are local")
    func localFileSystem() throws {
        try FileSystemKind.requireLocal(type: 0xEF53, folder: "/srv")
        try FileSystemKind.requireLocal(type: 0x0102_1994, folder: "/srv")
    }

    @Test("A read-only environment reads, refuses to write, and is not made when missing")
    func readOnly() throws {
        let scratch = try Scratch()
        #expect(throws: LMDBError(.missing, "")) { try scratch.open(.init(readOnly: true)) }
        do {
            let environment = try scratch.open()
            let table = try environment.table("rows")
            try environment.write { try $0.put([1], for: [1], in: table) }
        }
        let environment = try scratch.open(.init(readOnly: true))
        let table = try environment.table("rows", create: false)
        #expect(try environment.read { try $0.contains([1], in: table) })
        #expect(throws: LMDBError(.accessDenied, "")) { try environment.write { _ in } }
    }
}
