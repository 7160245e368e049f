import Foundation
import Testing

@testable import Connectors

@Suite("Zip archives")
struct ZipTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Reads all of an entry, in small pieces.
    private func text(_ zip: ZipFile, _ entry: ZipFile.Entry) throws -> String {
        let reader = try zip.open(entry)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 7)
        while true {
            let count = try piece.withUnsafeMutableBytes { try reader.read(into: $0) }
            bytes += piece[..<count]
            if count < piece.count { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func look(_ maker: ZipMaker, limits: ZipLimits = ZipLimits()) throws -> ZipFile {
        try ZipFile(path: folder.write(maker.bytes, to: "set.zip"), limits: limits)
    }

    /// The refusal of an archive, when it is looked at or when its entries are read.
    private func refusal(_ maker: ZipMaker, limits: ZipLimits = ZipLimits()) throws -> SourceError {
        do {
            let zip = try look(maker, limits: limits)
            for entry in zip.entries { _ = try text(zip, entry) }
        } catch let error as SourceError {
            return error
        }
        throw Surprise()
    }

    struct Surprise: Error {}

    @Test("entries are read as they were packed, stored or deflated, in a folder or not, empty or not")
    func good() throws {
        let long = String(repeating: "0123456789", count: 900)
        let zip = try look(
            ZipMaker([
                .init("a.csv", "one,two\r\n"), .init("dir/", ""), .init("dir/b.csv", ""),
                .init("c.csv", deflated: Array(long.utf8), claims: 9_000),
            ])
        )
        #expect(zip.entries.map(\.name) == ["a.csv", "dir/b.csv", "c.csv"])
        #expect(try zip.entries.map { try text(zip, $0) } == ["one,two\r\n", "", long])
        #expect(try look(ZipMaker([])).entries.isEmpty)
    }

    @Test(
        "a name that leads elsewhere, or is two names, is refused",
        arguments: [
            ("../a.csv", "../"), ("x/../../a.csv", "../"), ("..", "../"), ("/etc/a.csv", "absolute"),
            ("C:a.csv", "absolute"), ("x\\a.csv", "backslash"), ("..\\a.csv", "backslash"), ("a.csv\0.exe", "NUL"),
            ("a\u{1B}[2J.csv", "control"), ("x//a.csv", "empty part"), ("./a.csv", "empty part"), ("", "no name"),
        ]
    )
    func names(name: String, defect: String) throws {
        let error = try refusal(ZipMaker([.init("first.csv", "x"), .init(name, "x")]))
        #expect(error.code == .archiveHostile || name.isEmpty)
        #expect(error.reason.contains(defect) || name.isEmpty, "\(error)")
        #expect(name.count < 3 || !error.description.contains(name), "a hostile name is not shown")
    }

    @Test("a name that is not UTF-8 is refused, and one in the listing that differs from the one at the data")
    func doubtfulNames() throws {
        let latin = try refusal(ZipMaker([.init(name: [0x61, 0xE9, 0x2E], bytes: [1])]))
        #expect(latin.reason.contains("UTF-8"))
        var entry = ZipMaker.Entry("users.csv", "x")
        entry.localName = Array("other.csv".utf8)
        #expect([.archiveDamaged, .archiveHostile].contains(try refusal(ZipMaker([entry])).code))
    }

    @Test("links, devices and pipes are refused", arguments: [0o120777, 0o020644, 0o010644, 0o040755] as [UInt32])
    func kinds(mode: UInt32) throws {
        var entry = ZipMaker.Entry("a.csv", "/etc/passwd")
        entry.attributes = mode << 16
        let error = try refusal(ZipMaker([entry]))
        #expect(error.code == .archiveHostile)
        #expect(error.reason.contains(mode == 0o120777 ? "symbolic link" : "neither a file nor a folder"))
    }

    @Test("one name twice is refused, capitals or not", arguments: ["users.csv", "Users.CSV"])
    func twice(name: String) throws {
        let error = try refusal(ZipMaker([.init("users.csv", "a"), .init(name, "b")]))
        #expect([.archiveHostile, .archiveDamaged].contains(error.code))
        if name != "users.csv" { #expect(error.reason.contains("name of another entry")) }
    }

    @Test("a bomb is refused by what it claims, before a byte is unpacked")
    func claims() throws {
        var bomb = ZipMaker.Entry("a.csv", deflated: [0x78], claims: 400 << 20)
        #expect(try refusal(ZipMaker([bomb])).reason.contains("200 times"))
        bomb.size = 3 << 30
        #expect(try refusal(ZipMaker([bomb])).code == .archiveTooLarge)
        var limits = ZipLimits()
        (limits.entry, limits.total) = (100, 150)
        let half = ZipMaker.Entry("a.csv", String(repeating: "x", count: 90))
        let other = ZipMaker.Entry("b.csv", String(repeating: "x", count: 90))
        #expect(try look(ZipMaker([half]), limits: limits).entries.count == 1)
        #expect(try refusal(ZipMaker([half, other]), limits: limits).reason.contains("with those before it"))
        limits.archive = 50
        #expect(try refusal(ZipMaker([half]), limits: limits).code == .archiveTooLarge)
    }

    @Test("a bomb that claims to be small is stopped where its claim ends")
    func lie() throws {
        let error = try refusal(
            ZipMaker([.init("a.csv", deflated: [UInt8](repeating: 65, count: 60_000), claims: 100)])
        )
        #expect([.archiveHostile, .archiveDamaged].contains(error.code), "\(error)")
        let short = try refusal(ZipMaker([.init("a.csv", deflated: [65, 66, 67, 68, 69], claims: 100)]))
        #expect(short.code == .archiveDamaged)
    }

    @Test("a real bomb, as zip programs make it, is refused")
    func realBomb() throws {
        let python = try #require(CESOutsideTools.find("python3"))
        let path = folder.file("bomb.zip")
        let program =
            "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED); z.writestr('a.csv',b'0'*(64<<20))"
        #expect(try CESOutsideTools.run(python, ["-c", program, path]).status == 0)
        #expect(throws: SourceError(.archiveHostile, file: "", "")) { try ZipFile(path: path) }
    }

    @Test("more than 10,000 entries are refused by the claim, however many there are")
    func entries() throws {
        var maker = ZipMaker([.init("a.csv", "x")])
        maker.claimedCount = 10_001
        #expect(try refusal(maker).reason.contains("10000"))
        maker.claimedCount = 65_535
        #expect(try refusal(maker).code == .archiveTooLarge)
        let many = ZipMaker((0...10_000).map { .init("\($0).csv", "") })
        #expect(try refusal(many).code == .archiveTooLarge)
        #expect(try look(ZipMaker(many.entries.dropLast())).entries.count == 10_000)
    }

    @Test("an archive in the archive is refused, by its name or its first bytes")
    func nested() throws {
        let inner = ZipMaker([.init("a.csv", "x")]).bytes
        #expect(try refusal(ZipMaker([.init(name: Array("users.csv".utf8), bytes: inner)])).reason.contains("inside"))
        #expect(try refusal(ZipMaker([.init("more.ZIP", "")])).reason.contains("inside"))
    }

    @Test("encrypted and strangely packed entries are refused")
    func methods() throws {
        var entry = ZipMaker.Entry("a.csv", "0123456789abcdef")
        entry.flags = 1
        #expect(try refusal(ZipMaker([entry])).reason.contains("encrypted"))
        entry.flags = 0
        entry.method = 12
        #expect(try refusal(ZipMaker([entry])).reason.contains("deflate"))
    }

    @Test("a wrong checksum is found when the entry is read")
    func checksum() throws {
        var entry = ZipMaker.Entry("a.csv", "one,two\n1,2\n")
        entry.crc ^= 1
        let error = try refusal(ZipMaker([entry]))
        #expect(error.code == .archiveDamaged)
        #expect(error.reason.contains("CRC"))
        #expect(error.file == "a.csv")
    }

    @Test("an archive that is cut off anywhere is refused, and so is one with bytes or a comment after it")
    func truncated() throws {
        let maker = ZipMaker([.init("a.csv", "one,two\n1,2\n"), .init("b.csv", "x")])
        let whole = maker.bytes
        for count in 0..<whole.count {
            let path = try folder.write(Array(whole[..<count]), to: "cut.zip")
            #expect(throws: SourceError.self, "\(count) bytes") { try ZipFile(path: path) }
        }
        var commented = maker
        commented.comment = Array("hello".utf8)
        #expect(try refusal(commented).code == .archiveHostile)
        let path = try folder.write(whole + [0], to: "longer.zip")
        #expect(throws: SourceError(.archiveHostile, file: "", "")) { try ZipFile(path: path) }
    }

    @Test("no damage of single bytes does more than refuse or change what is read")
    func damage() throws {
        let whole = ZipMaker([
            .init("a.csv", "one,two\n1,2\n"), .init("b.csv", deflated: Array("x,y\n3,4\n".utf8), claims: 8),
        ]).bytes
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            var bytes = whole
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            let path = try folder.write(bytes, to: "damaged.zip")
            do {
                let zip = try ZipFile(path: path)
                for entry in zip.entries { _ = try text(zip, entry) }
            } catch is SourceError {}
        }
    }

    @Test("an archive that is another one by now is not read")
    func changed() throws {
        let zip = try look(ZipMaker([.init("a.csv", "one")]))
        try folder.write(ZipMaker([.init("a.csv", "other")]).bytes, to: "set.zip")
        #expect(throws: SourceError(.changed, file: "", "")) { try zip.open(zip.entries[0]) }
    }

    @Test("what is no archive, or not there, is said to be so")
    func none() throws {
        #expect(throws: SourceError(.archiveDamaged, file: "", "")) {
            try ZipFile(path: folder.write("sourcedId,status\n", to: "a.zip"))
        }
        #expect(throws: SourceError(.missing, file: "", "")) { try ZipFile(path: folder.file("none.zip")) }
    }
}
