import Connectors
import Foundation
import School
import Testing

/// The real exports, when the environment says where they are.
enum RealData {
    static let folder = ProcessInfo.processInfo.environment["SYNCD_REAL_DATA"]

    static func sds(_ path: String) -> String? {
        guard let folder else {
            print("skipped: SYNCD_REAL_DATA is not set, so the real exports are not read")
            return nil
        }
        return folder + "/OfficeDev-O365-EDU-Tools/" + path
    }
}

@Suite("School Data Sync: real exports")
struct SDSRealDataTests {
    typealias Content = [EntityKind: [String: SourceRecord]]

    /// The whole of what a step says, by kind and key; identical rows of one key count once.
    func content(_ path: String) throws -> Content {
        let read = try ReadSource(SDSFolder(path: path, dateOrder: .mdy))
        #expect(read.issues.isEmpty, "\(path): \(read.issues.prefix(3))")
        var content: Content = [:]
        for var record in read.records {
            record.origin.line = 0
            let known = content[record.kind, default: [:]].updateValue(record, forKey: record.key)
            if let known { #expect(known == record, "\(path): rows of one key differ") }
        }
        return content
    }

    struct Change: Equatable, CustomStringConvertible {
        var new = 0
        var changed = 0
        var gone = 0
        var description: String { "+\(new) ~\(changed) -\(gone)" }
    }

    func difference(_ old: Content, _ new: Content, _ kind: EntityKind) -> Change {
        let (before, after) = (old[kind] ?? [:], new[kind] ?? [:])
        return Change(
            new: after.keys.count { before[$0] == nil },
            changed: after.count { before[$0.key] != nil && before[$0.key] != $0.value },
            gone: before.keys.count { after[$0] == nil }
        )
    }

    /// Steps 2 to 8 by the script that counted them: pupil, enrolment, class, teacher, teaching.
    static let expected: [[EntityKind: Change]] = [
        [.pupil: Change(changed: 17), .teacher: Change(changed: 12)],
        [.pupil: Change(new: 23), .enrolment: Change(new: 32)],
        [.pupil: Change(new: 70)],
        [.pupil: Change(changed: 104), .class: Change(new: 7, changed: 21)],
        [
            .enrolment: Change(new: 728, gone: 32), .teacher: Change(changed: 7),
            .teaching: Change(new: 22, gone: 12),
        ],
        [.pupil: Change(gone: 24), .enrolment: Change(gone: 168)],
        [.class: Change(changed: 28)],
    ]

    @Test("the eight steps of the sequence change exactly what the independent script counted")
    func sequence() throws {
        guard let folder = RealData.sds("sequence") else { return }
        let steps = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        try #require(steps.count == 8)
        var last = try content(folder + "/" + steps[0])
        #expect(
            last.mapValues(\.count) == [.base: 2, .pupil: 17, .enrolment: 42, .class: 21, .teacher: 12, .teaching: 18]
        )
        for (index, step) in steps.dropFirst().enumerated() {
            let next = try content(folder + "/" + step)
            for kind in [EntityKind.base, .pupil, .enrolment, .class, .teacher, .teaching] {
                let change = difference(last, next, kind)
                #expect(change == Self.expected[index][kind] ?? Change(), "step \(index + 2), \(kind.name)")
            }
            last = next
        }
        #expect(last[.enrolment]?.count == 602)
    }

    @Test("two enrolment keys occur twice in steps 3 to 5: the rows are handed on, the import tells them")
    func duplicates() throws {
        guard let folder = RealData.sds("sequence") else { return }
        for step in ["03-20170306T220242-72b4617", "05-20170307T213645-c6e4664"] {
            let read = try ReadSource(SDSFolder(path: folder + "/" + step, dateOrder: .mdy))
            #expect(read.records(.enrolment).count == 76)
            #expect(Set(read.records(.enrolment).map(\.key)).count == 74)
        }
    }

    @Test("no password of a real export is in any record")
    func passwords() throws {
        guard let folder = RealData.sds("") else { return }
        for path in ["sequence/01-20161103T152301-bf28725", "current/SDS-v2", "current/SDS-v2.1"] {
            let read = try ReadSource(SDSFolder(path: folder + path, dateOrder: .mdy))
            let values = read.records.flatMap { $0.groups.flatMap { $0.rows.flatMap { $0.entries.map(\.value) } } }
            #expect(!values.isEmpty)
            #expect(!values.contains { $0.hasPrefix("P@ss") })
        }
    }

    @Test(
        "UK headers are read like US ones, in full and with the fewest columns",
        arguments: [
            ("UK-Format-100-Users", [2, 86, 28, 602, 12, 28]),
            ("UK-Format-Min-Required-Attributes", [2, 22, 28, 154, 2, 4]),
        ]
    )
    func unitedKingdom(name: String, counts: [Int]) throws {
        guard let folder = RealData.sds("current/" + name) else { return }
        let read = try ReadSource(SDSFolder(path: folder, dateOrder: .mdy))
        let kinds = [EntityKind.base, .pupil, .class, .enrolment, .teacher, .teaching]
        #expect(kinds.map { read.counts[$0] ?? 0 } == counts)
        // The made-up DfE numbers of the sample have five digits.
        #expect(read.issues.map(\.field) == ["DfE Number", "DfE Number"])
    }

    @Test("US-order dates without an order refuse the set, with an example")
    func orderMissing() throws {
        guard let folder = RealData.sds("current/UK-Format-100-Users") else { return }
        let error = #expect(throws: SourceError.self) { try ReadSource(SDSFolder(path: folder, dateOrder: nil)) }
        #expect(error?.code == .dateOrder)
        #expect(error?.reason.contains("--date-order dmy") == true)
    }

    @Test("version 2: 22 of the 29 users are students, and so are their enrolments")
    func version2() throws {
        guard let folder = RealData.sds("current/SDS-v2") else { return }
        let read = try ReadSource(SDSFolder(path: folder, dateOrder: nil))
        #expect(read.issues.isEmpty, "\(read.issues)")
        #expect(read.counts == [.base: 5, .class: 4, .pupil: 22, .teacher: 7, .enrolment: 22, .teaching: 7])
    }

    @Test("version 2.1: people are what their roles say, guardians are contacts")
    func version21() throws {
        guard let folder = RealData.sds("current/SDS-v2.1") else { return }
        let read = try ReadSource(SDSFolder(path: folder, dateOrder: nil))
        #expect(read.issues.isEmpty, "\(read.issues)")
        // Each pupil comes with a second record for the links to contacts.
        #expect(
            read.counts == [
                .base: 4, .term: 2, .course: 3, .class: 2, .teacher: 2, .contact: 2, .pupil: 8, .enrolment: 4,
                .teaching: 2,
            ]
        )
        let pupil = try #require(read.record(.pupil, "114001", with: .contacts))
        #expect(pupil.rows(.contacts) == [["contactKey=114002", "relationshipWord=guardian"]])
    }
}
