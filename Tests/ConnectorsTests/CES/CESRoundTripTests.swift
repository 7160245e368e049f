import Connectors
import Foundation
import Identifiers
import School
import Testing

/// Files judged from outside: by the schema, and by a recipient that shares no code with the writer.
@Suite struct CESRoundTripTests {
    private static let groups: [DataGroup] = [
        .basicDetails, .address, .contacts, .registration, .sen, .fsm, .lookedAfter, .characteristics,
    ]

    @Test(
        "Every file is valid by ces.xsd",
        .enabled(if: CESOutsideTools.find("xmllint") != nil, "xmllint is missing: install libxml2-utils"),
        arguments: [1, 2, 3] as [UInt64]
    )
    func filesAreValid(seed: UInt64) throws {
        let xmllint = try #require(CESOutsideTools.find("xmllint"))
        let schema = CESOutsideTools.root.appending(path: "schemas/exchange/ces.xsd").path
        var random = CESRandomPupils(seed: seed)
        try CESOutsideTools.withFolder { folder in
            let pupils = (0..<100).map { number in Self.pupil(number, .new, Self.groups, &random) }
            for (name, pupils) in [("some", pupils), ("all", [CESFixture.full]), ("none", [])] {
                let file = folder.appending(path: "\(name).xml")
                try Data(CESFixture.write(pupils).xml.utf8).write(to: file)
                let result = try CESOutsideTools.run(xmllint, ["--noout", "--nonet", "--schema", schema, file.path])
                #expect(result.status == 0, "seed \(seed): \(result.output)")
            }
            // The judge can say no: the same file without its header's destination.
            let broken = try CESFixture.write(pupils).xml.replacing(/<DestSchool>(.|\n)*?<\/DestSchool>/, with: "")
            let file = folder.appending(path: "broken.xml")
            try Data(broken.utf8).write(to: file)
            #expect(try CESOutsideTools.run(xmllint, ["--noout", "--schema", schema, file.path]).status != 0)
        }
    }

    @Test(
        "A recipient that applies eight files of two schools ends with what the schools expect",
        .enabled(if: CESOutsideTools.find("python3") != nil, "python3 is missing"),
        arguments: [11, 12] as [UInt64]
    )
    func recipientEndsEqual(seed: UInt64) throws {
        let python = try #require(CESOutsideTools.find("python3"))
        let program = CESOutsideTools.root.appending(path: "tools/sample-recipient/sample_recipient.py").path
        var random = CESRandomPupils(seed: seed)
        try CESOutsideTools.withFolder { folder in
            let inbox = folder.appending(path: "inbox")
            try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
            var expected = CESCopy()
            for day in 0..<8 {
                for school in ["8201079", "8201080"] {
                    let pupils = Self.day(day, &random)
                    try Self.deliver(pupils, school: school, day: day, to: inbox)
                    for pupil in pupils { try Self.apply(pupil, school: school, to: &expected) }
                }
                // Each day the recipient reads the whole folder again: what it had applied stays as it is.
                let copy = folder.appending(path: "copy.json").path
                let wanted = folder.appending(path: "expected.json")
                try Data(expected.json()).write(to: wanted)
                let applied = try CESOutsideTools.run(
                    python,
                    [program, "apply", inbox.path, "--copy", copy, "--self", "820LLLL"]
                )
                #expect(applied.status == 0, "seed \(seed), day \(day): \(applied.output)")
                let compared = try CESOutsideTools.run(python, [program, "compare", copy, wanted.path])
                #expect(compared.output == "equal\n", "seed \(seed), day \(day)")
            }
        }
    }

    @Test(
        "The sample recipient's own tests pass",
        .enabled(if: CESOutsideTools.find("python3") != nil, "python3 is missing")
    )
    func recipientsOwnTests() throws {
        let python = try #require(CESOutsideTools.find("python3"))
        let folder = CESOutsideTools.root.appending(path: "tools/sample-recipient").path
        let result = try CESOutsideTools.run(
            python,
            ["-B", "-m", "unittest", "discover", "-s", folder, "-p", "test_*.py"]
        )
        #expect(result.status == 0, "\(result.output)")
    }

    /// Twelve pupils who come, change and go; on the first day all are new.
    private static func day(_ day: Int, _ random: inout CESRandomPupils) -> [CESPupil] {
        (0..<12).compactMap { number in
            if day == 0 { return pupil(number, .new, groups, &random) }
            switch random.below(10) {
            case 0...2: return nil
            case 3...6: return pupil(number, random.below(8) == 0 ? .keyChanged : .changed, some(&random), &random)
            case 7: return pupil(number, random.below(2) == 0 ? .left : .outOfReach, [.registration], &random)
            default:
                let notices: [CESChange] = [.absent, .sharingEnded, .deletedAtSource, .erased]
                return CESPupil(recipientID: Identifier(high: 7, low: UInt64(number)), change: notices[random.below(4)])
            }
        }
    }

    private static func some(_ random: inout CESRandomPupils) -> [DataGroup] {
        groups.filter { _ in random.below(3) == 0 }
    }

    private static func pupil(
        _ number: Int,
        _ change: CESChange,
        _ sent: [DataGroup],
        _ random: inout CESRandomPupils
    ) -> CESPupil {
        var pupil = CESPupil(recipientID: Identifier(high: 7, low: UInt64(number)), change: change)
        pupil.identity = random.identity()
        for group in sent {
            if change == .changed, random.below(4) == 0 {
                pupil.clearedGroups.append(group)
            } else if group == .contacts {
                let (links, details) = random.contacts()
                pupil.groups.append(links)
                pupil.contactDetails = details
            } else {
                pupil.groups.append(random.group(group))
            }
        }
        return pupil
    }

    /// What a recipient must make of a pupil, by the rules of ces.md alone.
    private static func apply(_ pupil: CESPupil, school: String, to copy: inout CESCopy) throws {
        let source = try #require(CESParty(school))
        let sent = try CESCopy.pupil(pupil, source: source)
        var held = copy.schools[school]?[pupil.recipientID.hex] ?? .init(state: "", groups: [:])
        held.state = sent.state
        if pupil.change == .erased { held.groups = [:] }
        for group in pupil.groups.map(\.group) + pupil.clearedGroups {
            held.groups[group.name] = sent.groups[group.name]
        }
        copy.schools[school, default: [:]][pupil.recipientID.hex] = held
    }

    private static func deliver(_ pupils: [CESPupil], school: String, day: Int, to inbox: URL) throws {
        let (xml, lines) = try CESFixture.write(pupils, header: CESFixture.header(source: school))
        let source = try #require(CESParty(school))
        let destination = try #require(CESParty("820LLLL"))
        let name = try #require(CESFileName(source: source, destination: destination, sequence: day + 1))
        let file = inbox.appending(path: name.description)
        try Data(xml.utf8).write(to: file)
        let sum = try CESOutsideTools.run(#require(CESOutsideTools.find("sha256sum")), [file.path]).output
        let digest = stride(from: 0, to: 64, by: 2).compactMap { UInt8(sum.dropFirst($0).prefix(2), radix: 16) }
        let manifest = CESFixture.manifest(
            lines,
            name: name,
            sha256: digest,
            positions: (UInt64(day) * 10, UInt64(day + 1) * 10),
            run: UInt64(day) << 32 | (UInt64(school) ?? 0)
        )
        try Data(manifest.json()).write(to: inbox.appending(path: name.manifest))
    }
}
