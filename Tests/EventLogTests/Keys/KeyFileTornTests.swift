import EventLog
import Foundation
import Identifiers
import Sealing
import Testing

/// A power cut while a group is written: it was never acknowledged, and is there whole or not at all.
@Suite("A torn end of the key file")
struct KeyFileTornTests {
    private let scene: KeyScene
    private let old: [KeyOwner]
    private let new: [KeyOwner]
    private let before: [UInt8]
    private let after: [UInt8]
    private let firstCopiesEnd: Int

    init() throws {
        scene = try KeyScene(seed: 21)
        old = scene.owners(70)
        new = scene.owners(150)
        let store = try scene.create()
        try store.makeKeys(for: old)
        before = try scene.fileBytes()
        try store.makeKeys(for: new)
        after = try scene.fileBytes()
        // Two pages of 64 rows and one of 22.
        firstCopiesEnd = before.count + 2 * 5_120 + 2_048
    }

    /// Opens what a cut left; the old keys must be there, the new ones all or none, and the store must go on.
    private func recovers(_ left: [UInt8], _ comment: Comment) throws -> Bool {
        try scene.setFile(left)
        let store = try scene.open(acknowledged: KeyMark(generation: 1, pages: 3))
        #expect(old.allSatisfy { store.known($0) != nil }, comment)
        let there = new.count { store.known($0) != nil }
        #expect(there == 0 || there == new.count, comment)
        let more = scene.owners(2)
        try store.makeKeys(for: more)
        let again = try scene.open()
        #expect(again.count == old.count + there + 2, comment)
        #expect(again.mendedPages == 0, comment)
        #expect(more.allSatisfy { again.known($0) == store.known($0) }, comment)
        return there == new.count
    }

    @Test("cut off at every sector: the group is there once its first copies are whole")
    func cutShort() throws {
        for end in stride(from: before.count, through: after.count, by: 512) {
            let isThere = try recovers(Array(after[..<end]), "cut at \(end)")
            #expect(isThere == (end >= firstCopiesEnd), "cut at \(end)")
        }
        #expect(try !recovers(Array(after[..<(before.count + 700)]), "cut inside a sector"))
    }

    @Test("zeros from every sector on: the same")
    func zerosBehind() throws {
        for end in stride(from: before.count, through: after.count, by: 512) {
            let zeros = [UInt8](repeating: 0, count: after.count - end)
            let isThere = try recovers(Array(after[..<end]) + zeros, "zeros from \(end)")
            #expect(isThere == (end >= firstCopiesEnd), "zeros from \(end)")
        }
    }

    @Test("any sectors written and any not", arguments: [UInt64(31), 32, 33])
    func scatteredSectors(seed: UInt64) throws {
        var random = SeededBytes(seed: seed)
        for round in 0..<60 {
            var left = after
            let share = Int.random(in: 1...9, using: &random)
            for sector in stride(from: before.count, to: after.count, by: 512)
            where Int.random(in: 0..<10, using: &random) >= share {
                left.replaceSubrange(sector..<sector + 512, with: [UInt8](repeating: 0, count: 512))
            }
            if Bool.random(using: &random) {
                let sectors = (after.count - before.count) / 512
                left.removeLast(512 * Int.random(in: 0...sectors, using: &random))
            }
            _ = try recovers(left, "seed \(seed), round \(round)")
        }
    }

    @Test("below the pages that are known to be durable, an end that looks torn is damage")
    func knownPages() throws {
        let left = Array(after[..<(before.count + 512)])
        try scene.setFile(left)
        #expect(throws: EventLogError(.keyFileDamaged, "")) {
            try scene.open(acknowledged: KeyMark(generation: 1, pages: 6))
        }
        #expect(try scene.fileBytes() == left)
        #expect(throws: Never.self) { try scene.open(acknowledged: KeyMark(generation: 1, pages: 3)) }
    }
}
