import EventLog
import Identifiers
import Import
import Projections
import School
import Synchronization
import Testing

/// A run that stopped after some of its batches is finished by the same call, with the same end.
@Suite struct FinishingTests {
    /// A store whose log takes so many batches and then no more.
    struct Failing: ImportStore {
        struct Stopped: Error {}
        let store: LiveImportStore
        let batchesLeft: Box

        final class Box: Sendable {
            let value: Mutex<Int>
            init(_ count: Int) { value = Mutex(count) }
        }

        var owner: BaseID { store.owner }
        var durableEnd: Position { store.durableEnd }
        func source(named name: String) throws -> (id: SourceID, format: String)? { try store.source(named: name) }
        func bases(of source: SourceID) throws -> Set<BaseID> { try store.bases(of: source) }
        func base(forKey key: String) throws -> BaseID? { try store.base(forKey: key) }
        func entity(_ source: SourceID, _ kind: EntityKind, key: String) throws -> MirrorEntry? {
            try store.entity(source, kind, key: key)
        }
        func entity(_ id: SubjectID) throws -> MirrorEntry? { try store.entity(id) }
        func things(_ kind: EntityKind, of pupil: SubjectID) throws -> [MirrorEntry] {
            try store.things(kind, of: pupil)
        }
        func content(of group: DataGroup, of id: SubjectID) throws -> GroupContent? {
            try store.content(of: group, of: id)
        }
        func forEachEntity(_ source: SourceID, _ kind: EntityKind, _ visit: (MirrorEntry) throws -> Void) throws {
            try store.forEachEntity(source, kind, visit)
        }
        func owner(of id: SubjectID) throws -> SubjectID? { try store.owner(of: id) }
        func forEachOpenIssue(of source: SourceID, _ visit: (DataIssue) throws -> Void) throws {
            try store.forEachOpenIssue(of: source, visit)
        }
        func unfinishedRun(of source: SourceID) throws -> ImportRun? { try store.unfinishedRun(of: source) }
        func version(of stream: StreamID) throws -> UInt64 { try store.version(of: stream) }
        func keyedHash(_ bytes: [UInt8], source: SourceID) throws -> [UInt8]? {
            try store.keyedHash(bytes, source: source)
        }
        func catchUp() throws { try store.catchUp() }
        func append(_ batch: Batch) throws -> Appended {
            let isLeft = batchesLeft.value.withLock { count in
                count -= 1
                return count >= 0
            }
            guard isLeft else { throw Stopped() }
            return try store.append(batch)
        }
    }

    /// A trust of two schools, where all pupils of the first go to the second, some dually registered before.
    private func trust(_ home: String) -> Export {
        var export = Export("A", "B", areas: ["bases", "pupils", "registrations", "addresses"])
        for number in 1...1_000 {
            export.pupil("P\(number)", at: home)
            export.registration(
                "P\(number)",
                at: "A",
                home == "A" ? "M" : "P",
                leaving: home == "A" ? "" : "2025-08-31"
            )
            if home == "B" || number % 3 == 0 { export.registration("P\(number)", at: "B", home == "A" ? "S" : "C") }
            export.add("addresses", "P\(number),\(home) Street,,")
        }
        return export
    }

    @Test(
        "after any number of batches the same call finishes the run as if it had never stopped",
        arguments: [1, 2]
    )
    func finish(batches: Int) throws {
        let scene = try ImportScene()
        try scene.take(trust("A"))
        let path = scene.newFolder()
        try trust("B").write(to: path)
        let request = ImportRequest(source: "made-up", mode: .full)
        #expect(throws: Failing.Stopped.self) {
            try scene.take(request, from: path, into: Failing(store: scene.store, batchesLeft: .init(batches)))
        }
        #expect(try scene.count(.importCompleted) == 1)
        let report = try scene.take(request, from: path, into: scene.store)
        #expect(report.resumed)
        #expect(try scene.take(request, from: path, into: scene.store).appended == 0)
        #expect(try scene.count(.importStarted) == 1)
        #expect(try scene.count(.entityMoved) == 2_000)
        for pupil in ["P1", "P3", "P1000"] {
            #expect(try scene.standing(pupil) == ["A": .left, "B": .present])
            #expect(try scene.value(.enrolmentStatus, .registration, of: pupil) == "C")
            #expect(try scene.value(.addressLine1, .address, of: pupil) == "B Street")
        }
        #expect(try scene.state.verify().difference == nil)
    }
}
