import Foundation
import Identifiers
import Sealing
import Testing

@testable import EventLog

@Suite("Trees that are kept beside the log")
struct TreeStoreTests {
    /// The leaf hashes of each base, read one by one.
    private static func leaves(_ log: EventLog) throws -> [BaseID: [Digest]] {
        var hash = SHA256()
        var leaves: [BaseID: [Digest]] = [:]
        try log.scanLeaves { leaf in leaves[leaf.base, default: []].append(hash.merkleLeaf(leaf.bytes)) }
        return leaves
    }

    private func check(_ trees: TreeStore, _ leaves: [BaseID: [Digest]]) throws {
        var hash = SHA256()
        #expect(try trees.all().map(\.tree.base) == leaves.keys.sorted())
        for (tree, size) in try trees.all() {
            let own = try #require(leaves[tree.base])
            #expect(size == UInt64(own.count))
            // Around whole tiles, and tiles of tiles, something else happens.
            let sizes = Set([1, 2, 255, 256, 257, 511, 512, 513, own.count / 2, own.count])
                .filter { 1...own.count ~= $0 }
            for count in sizes {
                let root = try trees.root(of: tree, size: UInt64(count))
                #expect(root == hash.merkleRoot(of: Array(own[..<count])))
                for index in stride(from: 0, to: count, by: 1 + count / 40) {
                    let path = try trees.inclusion(of: UInt64(index), in: tree, size: UInt64(count))
                    let isIn = MerkleProof.includes(
                        leaf: own[index],
                        at: UInt64(index),
                        size: UInt64(count),
                        path: path,
                        root: root
                    )
                    #expect(isIn)
                    let leaf = try #require(try trees.log.leaf(at: trees.position(of: UInt64(index), in: tree)))
                    #expect(leaf.withUnsafeBytes { hash.merkleLeaf($0) } == own[index])
                }
                let path = try trees.consistency(of: tree, from: UInt64(count), to: size)
                let all = try trees.root(of: tree, size: size)
                #expect(MerkleProof.isConsistent(old: (UInt64(count), root), new: (size, all), path: path))
            }
        }
    }

    @Test("proofs from the kept nodes are those over all leaves, however the trees were filled")
    func proofs() throws {
        let store = try TestStore()
        let log = try store.open()
        var maker = BatchMaker()
        for round in 0..<4 {
            for _ in 0..<(round == 2 ? 1 : 40) { _ = try log.append(maker.batch(events: 13)) }
            // Once in small steps, once reopened, once not at all in between.
            if round != 1 { try TreeStore(of: log).catchUp() }
        }
        let trees = try TreeStore(of: log)
        try trees.catchUp()
        try check(trees, Self.leaves(log))
        #expect(try trees.catchUp() == log.durableEnd)
        try log.close()
    }

    @Test("a tree of more than 65,536 leaves has nodes of two levels")
    func large() throws {
        let store = try TestStore()
        var settings = TestStore.smallSettings
        settings.segmentBytes = 16 << 20
        settings.applyEvents = 50_000
        let log = try store.open(settings)
        var maker = BatchMaker()
        for _ in 0..<4 {
            for _ in 0..<12 { _ = try log.append(maker.batch(events: 5_000, subject: nil)) }
            try TreeStore(of: log).catchUp()
        }
        let trees = try TreeStore(of: log)
        #expect(try trees.all().allSatisfy { $0.size > 65_536 })
        try check(trees, Self.leaves(log))
        try log.close()
    }

    @Test("trees of another log are not used, nor those that are ahead of the log: they are filled anew")
    func anotherLog() throws {
        let store = try TestStore()
        let log = try store.open()
        var maker = BatchMaker()
        for _ in 0..<10 { _ = try log.append(maker.batch(events: 3)) }
        let short = try TestStore(killing: store)
        for _ in 0..<10 { _ = try log.append(maker.batch(events: 3)) }
        try TreeStore(of: log).catchUp()
        try log.close()
        let back = try short.open()
        try TestStore.copyTrees(from: store, to: short)
        let trees = try TreeStore(of: back)
        try trees.catchUp()
        try check(trees, Self.leaves(back))
        try back.close()
    }

    @Test("trees of a log that was put back and went on otherwise are filled anew")
    func anotherFuture() throws {
        let store = try TestStore()
        let log = try store.open()
        var maker = BatchMaker()
        for _ in 0..<10 { _ = try log.append(maker.batch(events: 3)) }
        let other = try TestStore(killing: store)
        _ = try log.append(maker.batch(events: 30, open: "one future"))
        try TreeStore(of: log).catchUp()
        try log.close()
        let back = try other.open()
        _ = try back.append(maker.batch(events: 31, open: "another future"))
        try TestStore.copyTrees(from: store, to: other)
        let trees = try TreeStore(of: back)
        try trees.catchUp()
        try check(trees, Self.leaves(back))
        try back.close()
    }

    @Test("a file of trees that cannot be opened is told with what to do")
    func unusable() throws {
        let store = try TestStore()
        let log = try store.open()
        try TreeStore(of: log).catchUp()
        try Data("no tree".utf8).write(to: URL(fileURLWithPath: log.layout.trees + "/data.mdb"))
        #expect(throws: EventLogError(.treeDamaged, "")) { try TreeStore(of: log) }
        try log.close()
    }

    @Test("sizes and leaves that a tree has not are refused")
    func beyond() throws {
        let store = try TestStore()
        let log = try store.open()
        var maker = BatchMaker()
        _ = try log.append(maker.batch(events: 3))
        let trees = try TreeStore(of: log)
        try trees.catchUp()
        let tree = try #require(try trees.all().first).tree
        let refused = EventLogError(.outOfRange, "")
        #expect(throws: refused) { try trees.root(of: tree, size: 4) }
        #expect(throws: refused) { try trees.inclusion(of: 3, in: tree, size: 3) }
        #expect(throws: refused) { try trees.consistency(of: tree, from: 0, to: 3) }
        #expect(throws: refused) { try trees.consistency(of: tree, from: 4, to: 3) }
        #expect(throws: refused) { try trees.root(of: TreeID(epoch: 2, base: tree.base), size: 1) }
        #expect(try log.leaf(at: Position(4)) == nil)
        try log.close()
    }
}
