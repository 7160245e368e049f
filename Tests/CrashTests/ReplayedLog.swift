import Foundation

/// The log as `syncd replay --format jsonl` prints it.
struct ReplayedLog: Sendable {
    /// What the harness looks at in an event.
    struct Event: Sendable {
        let position: UInt64
        let type: String
        /// Its place in its batch, and the batch's size.
        let batch: (index: Int, size: Int)

        init(_ line: JSONValue) throws {
            guard let position = line["position"]?.number, let type = line["type"]?.text,
                let index = line["batch"]?["index"]?.number, let size = line["batch"]?["size"]?.number
            else { throw ReplayFailure(description: "replay printed what is no event") }
            self.position = position
            self.type = type
            batch = (Int(index), Int(size))
        }

        /// Runs come and go with every attempt; data is what must be the same after all of them.
        var isData: Bool { !Self.comingAndGoing.contains { type.hasPrefix($0) } }

        /// A key that signs is drawn at random by whatever run first needs one.
        private static let comingAndGoing = ["Import", "Transfer", "RecordsRead", "Backup", "AuditKeyMade"]
    }

    /// In the order printed.
    let events: [Event]
    /// The data events in a form to compare, sorted; only of what was replayed opened.
    let data: [String]

    /// How many imports the log calls complete.
    var completions: Int { events.count { $0.type == "ImportCompleted" } }

    /// Replays a sandbox's store.
    ///
    /// - Parameter opened: true to compare what is sealed as well, which the log itself records.
    init(_ sandbox: Sandbox, opened: Bool) async throws {
        let opening = opened ? ["--open", "--reason", "comparison after a crash test"] : []
        let outcome = try await sandbox.run(["replay", "--format", "jsonl"] + opening)
        guard outcome.succeeded else { throw ReplayFailure(description: "replay: \(outcome.summary)") }
        let lines: [JSONValue]
        do {
            lines = try outcome.output.split(separator: "\n").map { try JSONValue(parsing: Data($0.utf8)) }
        } catch let error as CocoaError {
            throw ReplayFailure(description: "replay printed what is no JSON: \(error)")
        }
        events = try lines.map(Event.init)
        guard opened else {
            data = []
            return
        }
        data = zip(lines, events).filter(\.1.isData).map { $0.0.canonical(without: Self.different) }.sorted()
    }

    /// What is wrong with its shape: positions gapless from 1, batches whole, nothing acknowledged missing.
    func faults(acknowledged: UInt64) -> [String] {
        var faults: [String] = []
        if let gap = events.indices.first(where: { events[$0].position != UInt64($0) + 1 }) {
            faults.append("position \(events[gap].position) stands where \(gap + 1) should")
        }
        var left = 0
        for event in events {
            let begins = left == 0
            let isNext = begins ? event.batch.index == 0 : event.batch.index == event.batch.size - left
            if !isNext { faults.append("a batch is broken at position \(event.position)") }
            left = event.batch.size - event.batch.index - 1
        }
        if left > 0 { faults.append("the last batch lacks \(left) events") }
        if UInt64(events.count) < acknowledged {
            faults.append("\(acknowledged) was acknowledged or shown, and there are \(events.count) events")
        }
        return faults
    }

    /// Members that differ between two stores with the same content: places, times, and bytes under random keys.
    private static let different: Set<String> = [
        "position", "stream", "version", "recordedAt", "actor", "commandId", "cause", "batch", "open", "keyId",
        "sealed",
    ]
}

/// The store could not be read: a finding about the program, not about the harness.
struct ReplayFailure: Error, CustomStringConvertible {
    let description: String
}
