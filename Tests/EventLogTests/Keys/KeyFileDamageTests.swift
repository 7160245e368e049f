import EventLog
import Foundation
import Identifiers
import Sealing
import Testing

/// A page's copies as the layout in schemas/store.md says, read without the program's help.
private struct PagePlace {
    var number: Int
    var copies: [Range<Int>]

    init(_ file: [UInt8], at offset: Int) {
        func number(_ at: Int, _ count: Int) -> Int {
            file[offset + at..<offset + at + count].reduce(0) { $0 << 8 | Int($1) }
        }
        self.number = number(28, 4)
        let length = (72 + number(48, 2) * 72 + 16 + 511) / 512 * 512
        copies = [number(40, 4), number(44, 4)].map { $0 * 512..<$0 * 512 + length }
    }
}

@Suite("Damage to the key file")
struct KeyFileDamageTests {
    private let scene: KeyScene
    private let owners: [KeyOwner]
    private let good: [UInt8]
    /// Pages 0 to 4: page 0, one of 3 keys, two of 64 and 26 keys in one call, one of 5 keys.
    private let pages: [PagePlace]

    init() throws {
        scene = try KeyScene(seed: 5)
        owners = scene.owners(98)
        let store = try scene.create()
        try store.makeKeys(for: Array(owners[..<3]))
        try store.makeKeys(for: Array(owners[3..<93]))
        try store.makeKeys(for: Array(owners[93...]))
        good = try scene.fileBytes()
        var offset = 0
        var found: [PagePlace] = []
        for sizes in [1, 1, 2, 1] {
            for _ in 0..<sizes {
                found.append(PagePlace(good, at: offset))
                offset = found[found.count - 1].copies[0].upperBound
            }
            offset = found[found.count - 1].copies[1].upperBound
        }
        pages = found
    }

    @Test("the file lies as its layout says: copies the same, in different blocks of 4096 bytes, nothing else")
    func layout() {
        #expect(pages.map(\.number) == [0, 1, 2, 3, 4])
        #expect(pages.map(\.copies[0].count) == [512, 512, 5_120, 2_048, 512])
        for page in pages {
            #expect(Array(good[page.copies[0]]) == Array(good[page.copies[1]]))
            #expect((page.copies[0].upperBound - 1) / 4_096 < page.copies[1].lowerBound / 4_096)
        }
        #expect(pages[0].copies == [0..<512, 4_096..<4_608])
        #expect(pages.last?.copies[1].upperBound == good.count)
        let covered = pages.flatMap(\.copies)
        #expect(good.indices.allSatisfy { at in covered.contains { $0.contains(at) } || good[at] == 0xA5 })
    }

    @Test("one copy with any of its regions damaged is mended from the other, byte for byte", arguments: 0..<5, [0, 1])
    func oneCopyIsMended(page: Int, copy: Int) throws {
        for offset in stride(from: 0, to: pages[page].copies[copy].count, by: 13) {
            var bad = good
            bad[pages[page].copies[copy].lowerBound + offset] ^= 0x21
            try scene.setFile(bad)
            let store = try scene.open(acknowledged: KeyMark(generation: 1, pages: 5))
            #expect(store.mendedPages == 1, "offset \(offset)")
            #expect(store.count == owners.count)
            #expect(try scene.fileBytes() == good, "offset \(offset)")
        }
    }

    @Test("a copy that is zeros, and a copy that was another page's, are mended too", arguments: 0..<5, [0, 1])
    func lostAndMisplacedCopies(page: Int, copy: Int) throws {
        let range = pages[page].copies[copy]
        let other = pages[page == 1 ? 4 : 1].copies[0]
        for content in [[UInt8](repeating: 0, count: range.count), Array(good[other].prefix(range.count))] {
            var bad = good
            bad.replaceSubrange(range.prefix(content.count), with: content)
            try scene.setFile(bad)
            let store = try scene.open(acknowledged: KeyMark(generation: 1, pages: 5))
            #expect(store.count == owners.count)
            #expect(try scene.fileBytes() == good)
        }
    }

    @Test("both copies damaged is an error that names file and offset, and nothing is written", arguments: 0..<5)
    func bothCopiesDamaged(page: Int) throws {
        for offset in stride(from: 0, to: pages[page].copies[0].count, by: 41) {
            var bad = good
            bad[pages[page].copies[0].lowerBound + offset] ^= 1
            bad[pages[page].copies[1].lowerBound + (offset * 7) % pages[page].copies[1].count] ^= 1
            try scene.setFile(bad)
            let error = #expect(throws: EventLogError.self) { try scene.open() }
            #expect(error?.code == .keyFileDamaged)
            #expect(error?.message.contains(scene.filePath) == true)
            #expect(error?.message.contains("offset \(pages[page].copies[0].lowerBound)") == true)
            #expect(try scene.fileBytes() == bad)
        }
    }

    @Test("both copies lost before the last group are no torn end", arguments: 0..<4)
    func zerosBeforeTheEnd(page: Int) throws {
        var bad = good
        for copy in pages[page].copies { bad.replaceSubrange(copy, with: [UInt8](repeating: 0, count: copy.count)) }
        try scene.setFile(bad)
        #expect(throws: EventLogError(.keyFileDamaged, "")) { try scene.open() }
        #expect(try scene.fileBytes() == bad)
    }

    @Test("a page sealed under another key is refused though its check fits")
    func forgedPage() throws {
        let other = try KeyScene(seed: 6)
        // The same log and generation, so that only the key differs.
        let source = try KeyFolder(path: other.keyFolderPath, store: other.storePath, randomness: other.random)
        let forger = try KeyStore.create(
            folder: other.keysPath,
            log: scene.log,
            source: source,
            randomness: other.random
        )
        try forger.makeKeys(for: other.owners(3))
        let forged = try other.fileBytes()
        var bad = good
        for copy in pages[1].copies { bad.replaceSubrange(copy, with: forged[copy]) }
        try scene.setFile(bad)
        let error = #expect(throws: EventLogError.self) { try scene.open() }
        #expect(error?.code == .keyFileDamaged)
        #expect(error?.message.contains("page 1") == true)
    }

    @Test("a wrong key-encryption key is told, and nothing is written, not even mended")
    func wrongKey() throws {
        var half = good
        half[pages[2].copies[0].lowerBound + 100] ^= 1
        try scene.setFile(half)
        try scene.source().destroy(log: scene.log, generation: 1)
        #expect(throws: EventLogError(.keyMissing, "")) { try scene.open() }
        _ = try scene.source().create(log: scene.log, generation: 1)
        let error = #expect(throws: EventLogError.self) { try scene.open() }
        #expect(error?.code == .keyWrong)
        #expect(error?.message.contains(scene.filePath) == true)
        #expect(try scene.fileBytes() == half)
    }

    @Test("a file of a newer format is told to be one")
    func newerFormat() throws {
        let fresh = try KeyScene(seed: 8)
        _ = try fresh.create()
        var bytes = try fresh.fileBytes()
        for offset in [5, 4_096 + 5] { bytes[offset] = 2 }
        try fresh.setFile(bytes)
        #expect(throws: EventLogError(.keyFileNewer, "")) { try fresh.open() }
    }

    @Test("an empty file, a missing one and one that is something else are refused")
    func notAKeyFile() throws {
        for content in [[], [UInt8](repeating: 0, count: 8_192), Array("name,forename\n".utf8)] {
            try scene.setFile(content)
            #expect(throws: EventLogError(.keyFileDamaged, "")) { try scene.open() }
        }
        try FileManager.default.removeItem(atPath: scene.filePath)
        #expect(throws: EventLogError(.keyFileMissing, "")) { try scene.open() }
    }
}
