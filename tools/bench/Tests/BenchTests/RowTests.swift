import Connectors
import Foundation
import Testing

@testable import bench

/// Rows run at the smallest sizes, against a log in memory and the real peers.
@Suite struct RowTests {
    private static func bed(_ linked: Linked) throws -> TestBed {
        var sizes = try Sizes(Options(["--quick", "--events", "3000"]))
        sizes.seconds = 0.02
        sizes.controlSeconds = 0.02
        sizes.bytesAlone = 1 << 20
        sizes.people = 500
        let root = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID().uuidString)")
        return try TestBed(root: root.path, sizes: sizes, linked: linked)
    }

    private static func outcome(_ row: RowName, _ linked: Linked) throws -> Outcome {
        let bed = try bed(linked)
        let outcome = Result { try bed.contest(row).run(control: bed.control, sizes: bed.sizes) }
        try bed.remove()
        return try outcome.get()
    }

    private static var whole: Linked {
        Linked(
            makeLog: { _, _, _ in InMemoryLog() },
            makeSelection: { _, _, _, changes in FixedSelection(found: changes) },
            reading: CTFReadingHere(),
            audits: true
        )
    }

    /// The rows that run programs, which are not there in a test.
    private static let importing: [RowName] = [.importUnchanged, .importFirst]

    @Test(
        "a row that is linked has a value and a verdict",
        arguments: RowName.allCases.filter { !importing.contains($0) }
    )
    func linked(row: RowName) throws {
        let outcome = try Self.outcome(row, Self.whole)
        #expect((outcome.value?.median ?? 0) > 0)
        #expect(outcome.verdict != .notRun)
        #expect(outcome.memory != nil)
    }

    @Test(
        "a row whose subject is absent is not run, and its peer is measured all the same",
        arguments: RowName.allCases
    )
    func absent(row: RowName) throws {
        let outcome = try Self.outcome(row, Linked())
        #expect(outcome.value == nil)
        #expect(outcome.ratioToLimit == nil)
        #expect(outcome.verdict == .notRun)
        let without: [RowName] = [
            .append1x32, .replayOpen, .changed100, .rebuild, .rebuild10x, .historyOne, .auditVerify, .proveOne,
            .bundleOne, .backup, .restore,
        ]
        let hasPeer = !without.contains(row) && !Self.importing.contains(row)
        #expect((outcome.peer != nil) == hasPeer)
    }

    @Test("a log that leaves out an event is an error, not a figure", arguments: [RowName.replayLeaves, .replayOpen])
    func losing(row: RowName) throws {
        var linked = Self.whole
        linked.makeLog = { _, _, _ in InMemoryLog(loses: 1) }
        #expect(throws: BenchError(.wrongAnswer, "")) { try Self.outcome(row, linked) }
    }

    @Test("a selection that finds too few changes is an error, not a figure")
    func selectingTooFew() throws {
        var linked = Self.whole
        linked.makeSelection = { _, _, _, changes in FixedSelection(found: changes - 1) }
        #expect(throws: BenchError(.wrongAnswer, "")) { try Self.outcome(.changed100, linked) }
    }

    @Test("a load ends only when everything is checkpointed")
    func checkpointed() throws {
        let bed = try Self.bed(Linked())
        let log = InMemoryLog()
        _ = try bed.load(log, batch: 1_000)
        try bed.remove()
        #expect(log.wasCheckpointed)
        #expect(try log.scanLeaves() == 3_000)
    }

    @Test("a log that is timed by single calls has an event of everybody before the clock runs")
    func introduced() throws {
        let bed = try Self.bed(Self.whole)
        let log = try #require(try bed.introducedLog("a"))
        #expect(try log.scanLeaves() == bed.sizes.people)
        try bed.remove()
    }

    @Test("each peer reads back what was appended")
    func peers() throws {
        let bed = try Self.bed(Linked())
        let stores: [any Peer] = [try bed.emptySQLite("a", batch: 700), try bed.emptyLMDB("a")]
        for store in stores {
            #expect(try store.scan() == 0)
            try store.append(700, from: &bed.maker)
            try store.append(1, from: &bed.maker)
            #expect(try store.scan() == 701)
        }
        try bed.remove()
    }
}
