import Events
import Identifiers
import School
import SyncdTesting
import Testing
import Transfer

@testable import Connectors

@Suite("Deltas and bulk packages say the same")
struct OneRosterPropertyTests {
    /// What a recipient has who applies packages row by row, as conventions 1.4 say.
    private struct Copy {
        var rows: [OneRosterFile: [String: [String: String]]] = [:]

        mutating func apply(_ package: SentPackage) {
            for file in OneRosterFile.read {
                if package.mode == .bulk { rows[file] = nil }
                for row in package.rows(file) {
                    let isGone = row["status"] == "tobedeleted"
                    rows[file, default: [:]][row["sourcedId"]] = isGone ? nil : Self.compared(row)
                }
                if rows[file]?.isEmpty == true { rows[file] = nil }
            }
        }

        private static func compared(_ row: SentPackage.Row) -> [String: String] {
            row.values.filter { !["status", "dateLastModified"].contains($0.key) && !$0.value.isEmpty }
        }
    }

    @Test("whatever changes, deltas row by row lead to what a bulk package of the same moment says", arguments: 1...6)
    func equal(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let store = try SchoolStore()
        let tasks = try RosterTasks(store)
        try store.accept()
        for contact in UInt64(1)...4 { try store.tellContact(contact, SchoolStore.person("Contact\(contact)")) }
        var absent: Set<UInt64> = []
        var copy = Copy()
        for step in 1...12 {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                try change(store, step, &absent, using: &random)
            }
            let outcome = try store.run(tasks.core)
            if outcome.state == .exported { copy.apply(try SentPackage(store, outcome)) }
        }
        #expect(copy.rows[.users]?.isEmpty == false)
        let outcome = try store.run(tasks.core, at: nil, RunOptions(isSnapshot: true))
        var bulk = Copy()
        bulk.apply(try SentPackage(store, outcome))
        for file in OneRosterFile.read { #expect(copy.rows[file] == bulk.rows[file], "\(file)") }
    }

    private func change(
        _ store: SchoolStore,
        _ step: Int,
        _ absent: inout Set<UInt64>,
        using random: inout SplitMix64
    ) throws {
        let pupil = UInt64.random(in: 1...4, using: &random)
        switch Int.random(in: 0...5, using: &random) {
        case 0: try store.tell(pupil, SchoolStore.details("Name\(step % 4)"), SchoolStore.registration())
        case 1: try store.tell(pupil, SchoolStore.details("Pupil\(pupil)"), SchoolStore.address("Street \(step % 3)"))
        case 2, 3:
            let linked = (UInt64(1)...4).filter { _ in Bool.random(using: &random) }
            try store.tell(pupil, SchoolStore.details("Pupil\(pupil)"), SchoolStore.links(linked))
        case 4:
            let contact = UInt64.random(in: 1...4, using: &random)
            try store.tellContact(contact, SchoolStore.person("Contact\(contact)", phone: "07700 90010\(step % 10)"))
        default:
            try store.tell(pupil, SchoolStore.details("Pupil\(pupil)"))
            let isBack = absent.remove(pupil) != nil
            if !isBack { absent.insert(pupil) }
            let event = try store.builder.status(
                isBack ? .present : .absent,
                of: SchoolStore.pupil(pupil),
                .pupil,
                at: store.base
            )
            try store.append([event])
        }
    }
}
