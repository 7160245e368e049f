import EventLog
import Identifiers
import Import
import School
import Testing

/// A run of several batches says first that it begins; what no event can carry is held back before anything is appended.
@Suite struct BatchTests {
    /// Yields the same records each time.
    struct Records: RecordSource {
        let format = "syncd-csv"
        var coverage = Coverage([:])
        var records: [SourceRecord]

        func read(_ receive: (SourceItem) throws -> Void) throws {
            for record in records { try receive(.record(record)) }
        }
    }

    private func pupil(_ number: Int, _ groups: [GroupContent], isPart: Bool = false) -> SourceRecord {
        SourceRecord(
            kind: .pupil,
            isPart: isPart,
            key: "P\(number)",
            base: isPart ? nil : "A",
            groups: groups,
            origin: .init(file: isPart ? "addresses.csv" : "pupils.csv", line: number + 1)
        )
    }

    private func content(_ group: DataGroup, _ text: String) -> GroupContent {
        GroupContent(group, [FieldRow([.init(group == .address ? .addressLine1 : .surname, text)])])
    }

    private func request() -> ImportRequest { ImportRequest(source: "made-up", mode: .full, registersBases: true) }

    @Test("few pupils with many events: the run says that it begins, before its first batch")
    func manyEvents() throws {
        let scene = try ImportScene()
        let records =
            (1...3_000).map { pupil($0, [content(.basicDetails, "Abara")]) }
            + (1...3_000).map { pupil($0, [content(.address, "Fennel Row")], isPart: true) }
        let report = try scene.take(Records(records: records), request())
        #expect(report.entities[.pupil]?.new == 3_000 && report.appended == 6_001)
        try requireStarted(scene)
    }

    @Test("few events with many bytes likewise")
    func manyBytes() throws {
        let scene = try ImportScene()
        let text = String(repeating: "x", count: 60_000)
        let records = (1...200).map { pupil($0, [content(.basicDetails, "Abara"), content(.address, text)]) }
        _ = try scene.take(Records(records: records), request())
        try requireStarted(scene)
    }

    @Test("a run that one batch can hold is one batch")
    func oneBatch() throws {
        let scene = try ImportScene()
        _ = try scene.take(Records(records: (1...50).map { pupil($0, [content(.basicDetails, "Abara")]) }), request())
        #expect(try scene.count(.importStarted) == 0)
    }

    @Test("a group larger than an event can carry is held back, with file and line, and the rest goes in")
    func tooLarge() throws {
        let scene = try ImportScene()
        let records = [
            pupil(1, [content(.basicDetails, "Abara")]), pupil(2, [content(.basicDetails, "Abara")]),
            pupil(1, [content(.address, String(repeating: "x", count: 5_000))], isPart: true),
            pupil(2, [content(.address, "Fennel Row")], isPart: true),
        ]
        let report = try scene.take(Records(records: records), request(), partBytesMax: 4_096)
        #expect(report.parked == 1)
        #expect(report.issues.first?.file == "addresses.csv" && report.issues.first?.line == 2)
        #expect(try !scene.has(.address, "P1"))
        #expect(try scene.has(.address, "P2"))
    }

    private func requireStarted(_ scene: ImportScene) throws {
        let started = try #require(try scene.events(.importStarted).first)
        let completed = try #require(try scene.events(.importCompleted).first)
        let data = try #require(try scene.events(.baseRegistered).first)
        #expect(started.position < data.position && data.position < completed.position)
        #expect(try scene.count(.importStarted) == 1)
    }
}
