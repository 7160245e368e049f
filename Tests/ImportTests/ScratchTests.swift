import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import Sealing
import SwiftProtobuf
import SyncdTesting
import Testing

@testable import Import

/// What the first reading remembers, and how packed records become events.
@Suite struct ScratchTests {
    private func scratch(_ scene: ImportScene) throws -> Scratch {
        try Scratch(
            folder: scene.folder.path,
            randomness: SystemRandomness(),
            store: scene.store,
            day: #require(CalendarDate(iso: "2025-09-02"))
        )
    }

    private func entry(_ number: Int, groups: Int) -> Scratch.Entry {
        let place = Scratch.Place(file: UInt16(number % 7), line: UInt32(number))
        let id = SubjectID(high: UInt64(number), low: 1)
        var entry = Scratch.Entry(kind: .pupil, id: id, base: BaseID(high: 2, low: 3), flags: [.hasRow], place: place)
        for group in DataGroup.allCases.prefix(groups) {
            entry.groups[group] = Scratch.GroupState(
                saying: .told,
                hash: ContentHash(high: UInt64(number), low: UInt64(group.rawValue)),
                differs: number % 2 == 0,
                place: place
            )
        }
        return entry
    }

    @Test("entries are found again as they were set last, however many there are and however they grow")
    func entries() throws {
        let scene = try ImportScene()
        let scratch = try scratch(scene)
        var expected: [Int: Scratch.Entry] = [:]
        var random = SplitMix64(seed: 3)
        for step in 0..<60_000 {
            let number = Int.random(in: 0..<30_000, using: &random)
            let entry = entry(number + step * 30_000, groups: Int.random(in: 0..<12, using: &random))
            try scratch.set(entry, "P\(number)")
            expected[number] = entry
        }
        for number in 0..<30_000 { #expect(try scratch.entry(.pupil, "P\(number)") == expected[number]) }
        #expect(try scratch.entry(.contact, "P1") == nil)
        var seen: Set<SubjectID> = []
        try scratch.forEach { seen.insert($0.id) }
        #expect(seen == Set(expected.values.map(\.id)))
    }

    @Test("its files have no names")
    func noNames() throws {
        let scene = try ImportScene()
        let before = try FileManager.default.contentsOfDirectory(atPath: scene.folder.path)
        let scratch = try scratch(scene)
        try scratch.set(entry(1, groups: 1), "P1")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.folder.path) == before)
    }

    @Test("a packed record becomes the event that its record becomes", arguments: 0..<40 as Range<UInt64>)
    func packedEvent(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let rows = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
            FieldRow(
                (0..<Int.random(in: 1..<40, using: &random)).map { _ in
                    let field = Field.allCases.randomElement(using: &random) ?? .name
                    return .init(field, String(repeating: "\u{EB}x", count: Int.random(in: 1..<90, using: &random)))
                }
            )
        }
        let content = GroupContent(.classMembership, rows)
        let key = Array("C1\u{1F}P1".utf8)
        let layout = PackedLayout(kind: .enrolment, isPart: false, group: .classMembership, file: "f", references: [])
        var batch = SourceBatch(layout)
        content.canonicalBytes.withUnsafeBytes { content in
            key.withUnsafeBytes { key in
                let none = UnsafeRawBufferPointer(start: nil, count: 0)
                batch.append(line: 2, key: [key], base: none, references: [], content: [content])
            }
        }
        guard case .packed(let packed)? = batch.parts.first else { return #expect(Bool(false), "not packed") }
        #expect(batch.record(packed)?.groups == [content])
        let composer = EventComposer(source: SourceID(high: 1, low: 2), run: RunID(high: 3, low: 4))
        let (id, owner, base) = (SubjectID(high: 5, low: 6), SubjectID(high: 7, low: 8), BaseID(high: 9, low: 10))
        let place = Scratch.Place(
            file: Bool.random(using: &random) ? .max : .random(in: 0..<300, using: &random),
            line: .random(in: 0...(1 << 20), using: &random)
        )
        for kind in [EntityKind.enrolment, .contact, .term] {
            let expected = try composer.changed(
                kind,
                key: "C1\u{1F}P1",
                id: id,
                owner: kind == .enrolment ? owner : nil,
                base: base,
                groups: [.init(group: .classMembership, change: .set, rows: content.rows, place: place)]
            )
            let open = try composer.open(of: kind)
            let made = batch.bytes.withUnsafeBytes { bytes in
                composer.changed(
                    PackedBytes(packed, in: bytes),
                    layout,
                    kind,
                    at: place,
                    open: open,
                    id: id,
                    owner: kind == .enrolment ? owner : nil,
                    base: base
                )
            }
            #expect(made == expected)
        }
    }
}
