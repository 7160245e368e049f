import EventLog
import Foundation
import Identifiers
import LMDB
import SyncdTesting
import Testing

@testable import Projections

@Suite("Writes that a build puts aside")
struct SortedRunsTests {
    let store: TemporaryStore

    init() throws { store = try TemporaryStore() }

    @Test(
        "Merged runs give every write, by key, those to one key as they came; taken up anywhere, what is left",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func merged(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let runs = try SortedRuns(of: "rows", in: store.path, length: 0)
        var expected: [[UInt8]: [[UInt8]]] = [:]
        for _ in 0..<Int.random(in: 1...9, using: &random) {
            let buffer = TableBuffer()
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                // Keys that share long beginnings, some of them a beginning of others, and end in zeros.
                let key =
                    [UInt8](repeating: 7, count: [0, 8, 23, 24, 30].randomElement(using: &random) ?? 0)
                    + (0...Int.random(in: 0...3, using: &random)).map { _ in UInt8.random(in: 0...2, using: &random) }
                let value = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                key.withUnsafeBytes { key in value.withUnsafeBytes { buffer.note(.append, key, $0) } }
                expected[key, default: []].append(value)
            }
            try runs.append(buffer)
            #expect(buffer.count == 0)
        }
        let ordered = expected.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        #expect(try Self.merge(runs) == ordered.map { Merged(key: $0.key, values: $0.value) })
        for (place, part) in ordered.enumerated() {
            let rest = try Self.merge(runs, after: part.key).map(\.key)
            #expect(rest == ordered[(place + 1)...].map(\.key))
        }
        // Taken up again, with what was written after the checkpoint.
        let length = runs.length
        let late = TableBuffer()
        [UInt8]("late".utf8).withUnsafeBytes { late.note(.put, $0, $0) }
        try runs.append(late)
        let resumed = try SortedRuns(of: "rows", in: store.path, length: length)
        #expect(try Self.merge(resumed).count == ordered.count)
    }

    @Test("A value larger than what is written at a time comes back whole")
    func large() throws {
        let runs = try SortedRuns(of: "rows", in: store.path, length: 0)
        let buffer = TableBuffer()
        let value = (0..<3 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for key in [[UInt8]("b".utf8), [UInt8]("a".utf8)] {
            key.withUnsafeBytes { key in value.withUnsafeBytes { buffer.note(.put, key, $0) } }
        }
        try runs.append(buffer)
        #expect(try Self.merge(runs).map(\.values) == [[value], [value]])
    }

    @Test("A file that is shorter than its checkpoint says is refused")
    func short() throws {
        let error = #expect(throws: ProjectionError.self) {
            try SortedRuns(of: "rows", in: store.path, length: 10)
        }
        #expect(error?.code == .runsLost)
    }

    @Test("What a killed merge leaves is a line of the checkpoint that reads back")
    func record() {
        for key in [nil, [0, 255, 32, 10], [1]] as [[UInt8]?] {
            let record = RunRecord(table: "entities.groups", length: 1 << 40, mergedThrough: key)
            #expect(RunRecord(Substring(record.line)) == record)
        }
        #expect(RunRecord("entities 12") == nil)
    }

    struct Merged: Equatable {
        var key: [UInt8]
        var values: [[UInt8]]
    }

    private static func merge(_ runs: SortedRuns, after key: [UInt8]? = nil) throws -> [Merged] {
        try runs.withRuns { bytes, places in
            var merge = RunMerge(bytes, places)
            if let key { merge.skip(through: key) }
            var writes: [KeyWrite] = []
            var found: [Merged] = []
            while let key = merge.next(&writes) {
                found.append(Merged(key: Array(key), values: writes.map { Array($0.value) }))
            }
            return found
        }
    }
}
