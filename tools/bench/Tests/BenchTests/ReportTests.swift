import Foundation
import Testing

@testable import bench

/// What is computed from figures, and how it is shown.
@Suite struct ReportTests {
    private static func outcome(_ row: RowName, value: [Double?], limit: Double, peer: Double) -> Outcome {
        let contest = Contest(row: row, repeats: value.count, limit: .control, peer: Contestant("peer") { peer })
        return Outcome(contest, value.map { Round(value: $0, limit: limit, peer: peer) })
    }

    @Test("a spread is the median with least and greatest")
    func spread() throws {
        #expect(Spread([5, 1, 3])?.median == 3)
        let even = try #require(Spread([4, 1, 2, 3]))
        #expect(even.median == 2.5)
        #expect(even.least == 1)
        #expect(even.greatest == 4)
        #expect(Spread([]) == nil)
    }

    @Test("a ratio is of figures of the same round")
    func pairedRatios() {
        let contest = Contest(row: .append1, repeats: 3)
        let rounds = [(90.0, 100.0), (9, 10), (900, 1000)].map { Round(value: $0.0, limit: $0.1) }
        #expect(Outcome(contest, rounds).ratioToLimit == Spread([0.9]))
    }

    @Test("a row is met when all its conditions hold, and missed when one does not")
    func verdicts() {
        #expect(Self.outcome(.append1, value: [90], limit: 100, peer: 80).verdict == .met)
        #expect(Self.outcome(.append1, value: [90], limit: 100, peer: 90).verdict == .missed)
        #expect(Self.outcome(.append1, value: [89], limit: 100, peer: 80).verdict == .missed)
        #expect(Self.outcome(.bytesPerEvent, value: [111], limit: 100, peer: 1).verdict == .missed)
        #expect(Self.outcome(.changed100, value: [12], limit: 20, peer: 10).verdict == .met)
        #expect(Self.outcome(.append1, value: [nil], limit: 100, peer: 80).verdict == .notRun)
    }

    @Test("memory that grows to the end is not flat; filling a cache first, or filling and emptying, is")
    func memory() throws {
        let leaking = (0...100).map { MemoryTrace.Reading(time: Double($0), kibibytes: 1_000 + 200 * Double($0)) }
        let caching = (0...100).map {
            MemoryTrace.Reading(time: Double($0), kibibytes: min(20_000, 1_000 * Double($0)))
        }
        let grown = try #require(MemoryTrace(leaking))
        #expect(abs(grown.slope - 200) < 1e-6)
        #expect(!grown.isFlat)
        let flat = try #require(MemoryTrace(caching))
        #expect(flat.isFlat)
        #expect(flat.peak == 20_000)
        let emptying = (0...100).map {
            MemoryTrace.Reading(time: Double($0), kibibytes: Double(($0 * 7) % 20) * 5_000)
        }
        #expect(try #require(MemoryTrace(emptying)).isFlat)
    }

    @Test("this process has anonymous memory")
    func anonymous() throws {
        #expect(try #require(anonymousMemory()) > 0)
    }

    @Test("bench.json has seven keys a row, null where there is nothing")
    func json() throws {
        let outcomes = [
            Self.outcome(.append1, value: [50], limit: 100, peer: 25),
            Self.outcome(.appendBulk, value: [nil], limit: 100, peer: 25),
        ]
        let parsed = try JSONSerialization.jsonObject(with: Entry.json(of: outcomes))
        let rows = try #require(parsed as? [[String: Any]])
        let keys: Set = ["name", "unit", "value", "limit", "peer", "ratioToLimit", "ratioToPeer"]
        #expect(rows.allSatisfy { Set($0.keys) == keys })
        #expect(rows[0]["name"] as? String == "append_1")
        #expect(rows[0]["ratioToLimit"] as? Double == 0.5)
        #expect(rows[0]["ratioToPeer"] as? Double == 2)
        #expect(rows[1]["value"] is NSNull)
        #expect(rows[1]["peer"] as? Double == 25)
    }

    @Test("the table tells absent from missed")
    func table() {
        let outcomes = [
            Self.outcome(.append1, value: [50], limit: 100, peer: 25),
            Self.outcome(.appendBulk, value: [nil], limit: 100, peer: 25),
        ]
        let lines = Table(outcomes: outcomes, control: nil).text.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("append_1 ") && $0.hasSuffix("missed") })
        #expect(lines.contains { $0.hasPrefix("append_bulk ") && $0.contains("absent") && $0.hasSuffix("not run") })
    }

    @Test("options are read, and what is unknown is refused")
    func options() throws {
        let options = try Options(["--only", "replay_open,append_1", "--events", "7", "--quick"])
        #expect(options.rows == [.append1, .replayOpen])
        #expect(Sizes(options).events == 7)
        for wrong in [["--only", "append_2"], ["--only", ""], ["--events", "0"], ["--events"], ["--fast"]] {
            #expect(throws: BenchError(.usage, "")) { try Options(wrong) }
        }
    }
}
