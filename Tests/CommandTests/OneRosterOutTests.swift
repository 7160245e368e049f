import Foundation
import SampleData
import Testing

/// OneRoster packages that one syncd writes, read by another and by a recipient that shares no code with us.
@Suite struct OneRosterOutTests {
    private static let key = "0012001"

    /// A school with a task of OneRoster packages for a council and one of class lists for a platform.
    private static func school() throws -> TestStore {
        let store = try TestStore()
        try store.importDay(1)
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        try store.succeed(
            "recipient",
            "add",
            "Platform",
            "--party",
            "821",
            "--folder",
            store.scratch.folder("platform")
        )
        try store.succeed("base", "config", key, "--laestab", key)
        try store.succeed("task", "create", "nightly", "--base", key, "--to", "Council", "--format", "oneroster")
        try store.succeed(
            "task",
            "create",
            "classes",
            "--base",
            key,
            "--to",
            "Platform",
            "--report",
            "class-lists",
            "--format",
            "oneroster"
        )
        return store
    }

    private static func accept(_ store: TestStore) throws {
        for report in ["pupil-core", "class-lists"] { try store.succeed("consent", "accept", report, "--base", key) }
    }

    /// The packages in a folder, in the order of their numbers.
    private static func packages(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".zip") }.sorted()
            .map { folder + "/" + $0 }
    }

    /// Applies a folder's packages with the sample recipient, and compares its copy with what the school would send.
    private static func compare(_ store: TestStore, _ task: String, _ folder: String, own: String) throws -> String {
        let python = URL(fileURLWithPath: "/usr/bin/env")
        let (copy, expected) = (store.scratch.path("\(task)-copy.json"), store.scratch.path("\(task)-expected.json"))
        let applied = try Program.run(
            python,
            ["python3", SampleRecipient.path, "apply", folder, "--copy", copy, "--self", own]
        )
        guard applied.code == 0 else { throw Program.Unexpected(applied.output + applied.errors) }
        try store.succeed("task", "show", task, "--copy", expected, "--reason", "test")
        return try Program.run(python, ["python3", SampleRecipient.path, "compare", copy, expected, "--current"]).output
    }

    @Test("nothing leaves before the head accepts; a task shows its format; a report that does not fit is refused")
    func gate() throws {
        let store = try Self.school()
        #expect(try store.run(["task", "run", "nightly"]).code == 1)
        #expect(try store.delivered() == [])
        #expect(try store.run(["task", "list"]).output.contains("class-lists  oneroster  Platform"))
        #expect(try store.object("task", "show", "classes")["format"] as? String == "oneroster")
        #expect(try store.run(["task", "show", "nightly"]).output.contains("to Council, as oneroster"))
        let refusal = try store.refusal(
            "task",
            "create",
            "wrong",
            "--base",
            Self.key,
            "--to",
            "Council",
            "--report",
            "class-lists"
        )
        #expect(refusal == "formatUnfit")
    }

    @Test("after each day of changes the recipient's copy equals what the school has accepted, by delta and by bulk")
    func recipient() throws {
        let store = try Self.school()
        try Self.accept(store)
        let platform = store.scratch.path("platform")
        for day in 1...4 {
            if day > 1 { try store.importDay(day) }
            for (task, folder, own) in [("nightly", store.outbox, "820LLLL"), ("classes", platform, "821LLLL")] {
                try store.succeed("task", "run", task)
                let comparison = try Self.compare(store, task, folder, own: own)
                #expect(comparison == "equal\n", "day \(day), \(task): \(comparison)")
            }
        }
        try store.succeed("task", "run", "nightly", "--snapshot")
        #expect(try Self.compare(store, "nightly", store.outbox, own: "820LLLL") == "equal\n")
        for run in try store.objects("task", "log") where run["state"] as? String == "Successfully Exported" {
            let again = try store.object("replay", "--run", "\(run["run"] as? Int ?? 0)")
            #expect(again["verdict"] as? String == "identical, byte for byte", "\(again)")
        }
        try store.succeed("projections", "verify")
    }

    @Test("our own strict import reads every package: days of deltas make the same authority store as one bulk package")
    func chain() throws {
        let store = try Self.school()
        try Self.accept(store)
        let council = try TestStore(initialised: false)
        try council.succeed("init", "--owner", "authority")
        var done = 0
        for day in 1...4 {
            if day > 1 { try store.importDay(day) }
            try store.succeed("task", "run", "nightly")
            let packages = try Self.packages(store.outbox)
            for package in packages[done...] { try Self.take(package, "--delta", into: council) }
            done = packages.count
        }
        #expect(done == 4)
        try store.succeed("task", "run", "nightly", "--snapshot")
        let fresh = try TestStore(initialised: false)
        try fresh.succeed("init", "--owner", "authority")
        try Self.take(try #require(try Self.packages(store.outbox).last), "--full", into: fresh)

        let gone = try Self.gone(store.outbox)
        let (sent, byDelta, byBulk) = (try Self.held(store), try Self.held(council), try Self.held(fresh))
        #expect(sent.count > 20)
        #expect(byBulk == sent)
        #expect(byDelta.filter { !gone.contains($0.key) } == byBulk)
        for store in [council, fresh] { try store.succeed("projections", "verify") }
    }

    private static func take(_ package: String, _ mode: String, into store: TestStore) throws {
        let arguments = ["import", "--format", "oneroster", mode, "--register", "--json", package]
        let outcome = try store.run(arguments)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let report = try outcome.object
        #expect(report["parked"] as? Int == 0, "\(report["issues"] ?? "")")
        #expect(try store.run(arguments).object["appended"] as? Int == 0)
    }

    /// UPNs of those whom any manifest told as left.
    private static func gone(_ folder: String) throws -> Set<String> {
        var gone: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".json") {
            let manifest = try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            )
            let pupils = (manifest as? [String: Any])?["pupils"] as? [[String: Any]] ?? []
            for pupil in pupils where pupil["change"] as? String == "left" {
                if let upn = pupil["upn"] as? String { gone.insert(upn) }
            }
        }
        return gone
    }

    /// What a store holds of its pupils that both formats carry, by UPN: as a CES task would tell it.
    private static func held(_ store: TestStore) throws -> [String: [String: String]] {
        if try store.run(["recipient", "show", "Judge"]).code != 0 {
            try store.succeed("recipient", "add", "Judge", "--party", "830", "--folder", store.scratch.folder("judge"))
            try store.succeed("base", "config", key, "--laestab", key)
            try store.succeed("consent", "accept", "pupil-core", "--base", key)
            try store.succeed("task", "create", "judge", "--base", key, "--to", "Judge")
        }
        let path = store.scratch.path("held.json")
        try store.succeed("task", "show", "judge", "--copy", path, "--reason", "test")
        let copy = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        let schools = (copy as? [String: Any])?["schools"] as? [String: [String: [String: Any]]] ?? [:]
        var held: [String: [String: String]] = [:]
        for pupil in (schools[key] ?? [:]).values {
            let groups = pupil["groups"] as? [String: [String: String]] ?? [:]
            guard let details = groups["basicDetails"], let upn = details["UPN"] else { continue }
            var values = details.filter { carried.contains($0.key) }
            values["year"] = groups["registration"]?["BasicDetails/NCyearActual"]
            values["email"] = groups["address"]?["Email"]
            values["contacts"] = contacts(groups["contacts"] ?? [:])
            held[upn] = values
        }
        return held
    }

    private static let carried = [
        "UPN", "UniqueLearnerNumber", "Surname", "Forename", "DOB", "Sex", "BasicDetails/MiddleNames",
        "BasicDetails/PreferredForename", "BasicDetails/PreferredSurname",
    ]

    /// Order, relationship, responsibility, names and the mobile of each contact.
    private static func contacts(_ paths: [String: String]) -> String {
        let parts = ["Order", "Relationship", "Responsibility", "Surname", "Forename"]
        return (1...12).compactMap { number in
            let values = parts.compactMap { paths["Contacts/Contact[\(number)]/\($0)"] }
            let phones = (1...3).compactMap { phone -> String? in
                let start = "Contacts/Contact[\(number)]/Phones/Phone[\(phone)]"
                return paths[start + "/TelephoneType"] == "M" ? paths[start + "/PhoneNo"] : nil
            }
            return values.isEmpty ? nil : (values + phones.prefix(1)).joined(separator: " ")
        }.sorted().joined(separator: "; ")
    }
}
