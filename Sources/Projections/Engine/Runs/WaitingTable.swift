import Foundation
import LMDB

/// A table with the writes that wait for it: in memory until the transaction ends, and in a build, when there are many,
/// put aside in sorted runs until it has read the log.
final class WaitingTable {
    let name: String
    let table: Table
    let buffer = TableBuffer()
    /// What has been put aside; nil when nothing has.
    private(set) var runs: SortedRuns?
    /// How far the runs have been merged, while that takes several transactions.
    private(set) var mergedThrough: [UInt8]?

    init(_ name: String, in generation: Generation) throws {
        self.name = name
        table = try generation.table(name)
    }

    /// Bytes that have been put aside.
    var bytesAside: Int { runs?.length ?? 0 }

    /// What the build's checkpoint is to say of the runs; nil when there are none.
    var record: RunRecord? { runs.map { RunRecord(table: name, length: $0.length, mergedThrough: mergedThrough) } }

    /// Opens the runs of a killed build.
    func resume(_ record: RunRecord, in folder: String) throws {
        runs = try SortedRuns(of: name, in: folder, length: record.length)
        mergedThrough = record.mergedThrough
    }

    /// Puts aside what waits.
    func putAside(in folder: String) throws {
        let runs = try self.runs ?? SortedRuns(of: name, in: folder, length: 0)
        self.runs = runs
        try runs.append(buffer)
    }

    /// Notes how far the runs have been merged by the transaction that is to be committed.
    func noteMerged(through key: [UInt8]) { mergedThrough = key }

    /// Lets go of the runs, which are merged whole; their file is handed over, to be removed when that is committed.
    func letGo() -> SortedRuns? {
        defer { (runs, mergedThrough) = (nil, nil) }
        return runs
    }
}

/// What a build's checkpoint says of a table's runs: how much of their file counts, and how far they are merged.
struct RunRecord: Equatable {
    var table: String
    var length: Int
    var mergedThrough: [UInt8]?

    init(table: String, length: Int, mergedThrough: [UInt8]?) {
        (self.table, self.length, self.mergedThrough) = (table, length, mergedThrough)
    }

    /// Reads a line; nil for one that says nothing.
    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count == 3, let length = Int(words[1]) else { return nil }
        self.init(
            table: String(words[0]),
            length: length,
            mergedThrough: words[2] == "-" ? nil : Data(base64Encoded: String(words[2])).map { [UInt8]($0) }
        )
    }

    /// The line that is read again.
    var line: String { "\(table) \(length) \(mergedThrough.map { Data($0).base64EncodedString() } ?? "-")" }
}
