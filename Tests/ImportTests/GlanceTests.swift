import EventLog
import Foundation
import Identifiers
import Import
import Projections
import School
import SyncdTesting
import Testing

/// What is told at a glance is told as the long way tells it.
@Suite struct GlanceTests {
    static let areas = [
        "bases", "pupils", "registrations", "sen", "contacts", "pupil-contacts", "addresses", "classes",
        "class-memberships",
    ]

    /// A store of which nothing is known at a glance: every row goes the long way.
    private func longWay(_ scene: ImportScene) -> FinishingTests.Failing {
        FinishingTests.Failing(store: scene.store, batchesLeft: .init(.max))
    }

    private func take(_ export: Export, _ scene: ImportScene, atAGlance: Bool) throws -> ImportReport {
        let path = scene.newFolder()
        try export.write(to: path)
        let request = ImportRequest(
            source: "made-up",
            mode: export.isFull ? .full : .delta,
            registersBases: true,
            allowedRemovals: 1_000,
            allowedStrangers: 1_000
        )
        return try scene.take(request, from: path, into: atAGlance ? scene.store : longWay(scene))
    }

    @Test(
        "issue 3: whatever changes from one export to the next, a glance leads to the same report, events and state",
        arguments: 0..<60 as Range<UInt64>
    )
    func sameAsTheLongWay(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let glancing = try ImportScene()
        let going = try ImportScene()
        var school = MadeUpSchool(using: &random)
        for day in 0..<4 {
            let export = school.export(isFull: day == 0 || Int.random(in: 0..<5, using: &random) > 0, using: &random)
            let outcomes = [(glancing, true), (going, false)].map { scene, isGlance in
                Result { try take(export, scene, atAGlance: isGlance) }
            }
            guard case .success(let seen) = outcomes[0], case .success(let told) = outcomes[1] else {
                let errors = outcomes.map { outcome -> ImportError? in
                    if case .failure(let error) = outcome { error as? ImportError } else { nil }
                }
                #expect(errors[0] == errors[1] && errors[0] != nil, "day \(day)")
                return
            }
            #expect(seen.entities == told.entities, "day \(day)")
            #expect(seen.issues == told.issues, "day \(day)")
            #expect(seen.appended == told.appended, "day \(day)")
            #expect(seen.parked == told.parked)
            #expect(seen.issuesRaised == told.issuesRaised && seen.issuesResolved == told.issuesResolved)
            #expect(seen.issuesOpen == told.issuesOpen)
            #expect(try picture(glancing) == picture(going), "day \(day)")
            school.change(using: &random)
        }
        #expect(try types(glancing) == types(going))
    }

    @Test("an export that says what is known appends nothing, and tells the same digest as the long way")
    func unchanged() throws {
        var random = SplitMix64(seed: 7)
        let export = MadeUpSchool(using: &random).plainExport()
        let glancing = try ImportScene()
        let going = try ImportScene()
        for (scene, isGlance) in [(glancing, true), (going, false)] {
            _ = try take(export, scene, atAGlance: isGlance)
            let report = try take(export, scene, atAGlance: isGlance)
            #expect(report.appended == 0 && report.issues.isEmpty)
            #expect(report.entities[.pupil]?.unchanged == MadeUpSchool.pupils)
        }
        #expect(try glancing.lastRun().counts == going.lastRun().counts)
    }

    /// What is there, with the keys of the bases in place of their identities, which are drawn.
    private func picture(_ scene: ImportScene) throws -> [EntityKind: [String: String]] {
        let bases = try scene.state.read { try $0.bases() }
        func named(_ text: String) -> String {
            bases.reduce(text) { $0.replacingOccurrences(of: $1.id.hex, with: $1.key) }
        }
        return try scene.picture().mapValues { things in
            Dictionary(uniqueKeysWithValues: things.map { (named($0.key), named($0.value)) })
        }
    }

    private func types(_ scene: ImportScene) throws -> [UInt16: Int] {
        var counts: [UInt16: Int] = [:]
        for event in try scene.log.events(after: .origin, limit: 1_000_000) {
            counts[event.type.rawValue, default: 0] += 1
        }
        return counts
    }
}

/// Rows of two made-up schools, which change at random from one day to the next.
private struct MadeUpSchool {
    static let pupils = 12
    private var files: [String: [String]] = [:]

    init(using random: inout SplitMix64) {
        for number in 0..<Self.pupils {
            let base = number % 3 == 0 ? "B" : "A"
            let key = "P\(number)"
            add("pupils", "\(base),\(key),Abara\(number),Ikenna,2017-03-14,M,,,")
            add("registrations", "\(base),\(key),C,2021-09-02,")
            if number % 4 == 0 { add("registrations", "\(base == "A" ? "B" : "A"),\(key),S,2024-09-02,") }
            if number % 2 == 0 { add("sen", "\(key),K,2024-01-08,,,", "\(key),,,,SLCN,1") }
            add("contacts", "\(base),K\(number),Abara,Temperance\(number)")
            add("pupil-contacts", "\(key),K\(number),1,PAM,true,,")
            if number > 0 { add("pupil-contacts", "\(key),K\(number - 1),2,OTH,false,,") }
            add("addresses", "\(key),\(number) Fennel Row,,")
            add("class-memberships", "C\(number % 3 == 0 ? "B" : "A"),\(key)")
        }
        for base in ["A", "B"] { add("classes", "\(base),C\(base),1\(base),registration") }
    }

    private mutating func add(_ area: String, _ rows: String...) { files[area, default: []] += rows }

    /// The rows as they are.
    func plainExport(isFull: Bool = true) -> Export {
        var export = Export("A", "B", areas: GlanceTests.areas, isFull: isFull)
        for (area, rows) in files { export.set(area, rows) }
        return export
    }

    /// The rows, some of them left out, said twice, or spoilt.
    func export(isFull: Bool, using random: inout SplitMix64) -> Export {
        var export = plainExport(isFull: isFull)
        if Int.random(in: 0..<8, using: &random) == 0 { export.drop("registrations") }
        for _ in 0..<Int.random(in: 0..<4, using: &random) {
            guard let area = files.keys.sorted().randomElement(using: &random), var rows = export.files[area],
                let row = rows.indices.randomElement(using: &random)
            else { continue }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: rows.remove(at: row)
            case 1: rows.append(rows[row])
            case 2: rows.insert(rows[row] + "x", at: row)
            case 3: rows[row] = Self.spoilt(rows[row], using: &random)
            default: rows.swapAt(row, rows.indices.randomElement(using: &random) ?? row)
            }
            export.set(area, rows)
        }
        if !isFull, Bool.random(using: &random) {
            export.add("deletions", "pupil,P\(Int.random(in: 0..<Self.pupils, using: &random)),,")
        }
        return export
    }

    /// Changes some rows for good.
    mutating func change(using random: inout SplitMix64) {
        for _ in 0..<Int.random(in: 0..<4, using: &random) {
            guard let area = files.keys.sorted().randomElement(using: &random),
                let row = files[area]?.indices.randomElement(using: &random), let before = files[area]?[row]
            else { continue }
            files[area]?[row] = Self.spoilt(before, using: &random)
        }
    }

    /// Another value in one column: some that are right, some that are not.
    private static func spoilt(_ row: String, using random: inout SplitMix64) -> String {
        var values = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let column = values.indices.randomElement(using: &random) else { return row }
        let others = [
            "", "A", "B", "P1", "K2", "CA", "M", "S", "E", "true", "2025-08-31", "2024-09-02", " x ", "Zo\u{EB}", "2",
        ]
        values[column] = others.randomElement(using: &random) ?? ""
        return values.joined(separator: ",")
    }
}
