import Import
import Projections
import School
import SyncdTesting
import Testing

/// Whatever is imported and undone, in whatever order: state is what the naive piles say.
@Suite struct UndoPropertyTests {
    /// A random day of a small trust: who is where, with what needs, in which classes.
    private func day(_ random: inout SplitMix64) -> (export: Export, told: NaiveImports.Told) {
        var export = Export("A", "B", areas: ["bases", "pupils", "sen", "classes", "class-memberships"])
        var told: NaiveImports.Told = [:]
        var classes: [String] = []
        for number in 1...3 where Int.random(in: 0..<4, using: &random) > 0 {
            let name = "Class \(Int.random(in: 0..<2, using: &random))"
            export.add("classes", "A,C\(number),\(name),teaching")
            told["class C\(number)"] = ["there": "A", "details": name]
            classes.append("C\(number)")
        }
        for number in 1...6 where Int.random(in: 0..<4, using: &random) > 0 {
            let base = Int.random(in: 0..<4, using: &random) == 0 ? "B" : "A"
            let surname = ["Abara", "Byrd", "Cole"].randomElement(using: &random) ?? "Abara"
            export.pupil("P\(number)", at: base, surname: surname)
            told["pupil P\(number)"] = ["there": base, "details": surname]
            if let provision = ["K", "E", nil].randomElement(using: &random) ?? nil {
                export.add("sen", "P\(number),\(provision),2024-01-08,,,")
                told["pupil P\(number)"]?["sen"] = provision
            }
            for name in classes where Bool.random(using: &random) {
                export.add("class-memberships", "\(name),P\(number)")
                told["enrolment \(name)/P\(number)"] = ["there": "A", "details": name]
            }
        }
        return (export, told)
    }

    /// What the store has, in the model's words.
    private func present(_ scene: ImportScene) throws -> NaiveImports.Told {
        guard let source = try scene.store.source(named: "made-up") else { return [:] }
        var found: NaiveImports.Told = [:]
        let bases = Dictionary(uniqueKeysWithValues: try scene.state.read { try $0.bases() }.map { ($0.id, $0.key) })
        for kind in [EntityKind.pupil, .class, .enrolment] {
            try scene.store.forEachEntity(source.id, kind) { entry in
                guard entry.status == .present else { return }
                let key = entry.key.replacing("\u{1F}", with: "/")
                var values = ["there": bases[entry.base] ?? "?"]
                for (part, group, field) in [
                    ("details", DataGroup.basicDetails, Field.surname), ("details", .classDetails, .name),
                    ("details", .classMembership, .classKey), ("sen", .sen, .senProvision),
                ] {
                    guard let rows = try scene.store.content(of: group, of: entry.id)?.rows else { continue }
                    values[part] = rows.first { $0[field] != nil }?[field] ?? values[part]
                }
                found["\(kind.name) \(key)"] = values
            }
        }
        return found
    }

    @Test("random imports and undos leave what the naive model says", arguments: 1...24)
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let scene = try ImportScene()
        var model = NaiveImports { thing in
            guard thing.hasPrefix("enrolment "), let slash = thing.firstIndex(of: "/") else { return [] }
            let name = thing[..<slash].dropFirst("enrolment ".count)
            return ["class \(name)", "pupil \(thing[thing.index(after: slash)...])"]
        }
        var runs: [ImportRun] = []
        for step in 1...14 {
            if runs.isEmpty || Int.random(in: 0..<5, using: &random) < 3 {
                let (export, told) = day(&random)
                try scene.take(export, allowedStrangers: 100)
                runs.append(try scene.lastRun())
                #expect(try scene.take(export, allowedStrangers: 100).appended == 0, "seed \(seed), step \(step)")
                model.take(told, run: runs.count - 1, parts: ["details", "sen"])
            } else {
                let number = Int.random(in: 0..<runs.count, using: &random)
                let report = try scene.undo(runs[number], batchEventsMax: Int.random(in: 1...5, using: &random))
                let left = model.undo(number)
                let ours = report.entities.filter { [.pupil, .class, .enrolment].contains($0.key) }
                #expect(ours.values.reduce(0) { $0 + $1.left } == left, "seed \(seed), step \(step)")
            }
            let (found, expected) = (try present(scene), model.present)
            let differing = Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }.sorted()
            let difference = differing.map { "\($0): \(found[$0] ?? [:]) not \(expected[$0] ?? [:])" }
            try #require(difference == [], "seed \(seed), step \(step)")
        }
        #expect(try scene.state.verify().difference == nil)
    }
}
