import Foundation
import Testing

/// A store in a temporary folder, and the commands on it.
final class TestStore: Sendable {
    let scratch: Scratch
    let path: String
    let outbox: String
    /// Carries the commands out when the tests run through a server.
    private let server: TestServer?

    /// Makes a folder, and a store in it unless told otherwise.
    ///
    /// - Parameter served: false for a test that starts servers of its own.
    init(initialised: Bool = true, served: Bool = true) throws {
        scratch = try Scratch()
        path = scratch.path("store")
        outbox = try scratch.folder("out")
        guard initialised else {
            server = nil
            return
        }
        let made = try Program.run(["init", "--store", path])
        guard made.code == 0 else { throw Program.Unexpected(made.errors) }
        let isServed = served && ProcessInfo.processInfo.environment["SYNCD_TEST_SERVED"] != nil
        server = isServed ? try TestServer(of: path, environment: ["SYNCD_TEST_CHORES": "none"]) : nil
    }

    /// Does what needs the store without a server: damage to its files, another program on it.
    func alone<R>(_ work: () throws -> R) throws -> R {
        guard let server else { return try work() }
        try server.stop()
        defer { try? server.start() }
        return try work()
    }

    /// Has commands open the store themselves from here on: for tests of what opening meets.
    func withoutServer() throws { try server?.stop() }

    /// Runs a command on the store; one that is to open it under settings of the test's does so without a server.
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Program.Outcome {
        guard environment.keys.contains(where: { $0.hasPrefix("SYNCD_TEST") }) else {
            return try Program.run(arguments + ["--store", path], environment: environment)
        }
        return try alone { try Program.run(arguments + ["--store", path], environment: environment) }
    }

    /// Runs a command that must end with 0.
    @discardableResult
    func succeed(_ arguments: String...) throws -> Program.Outcome {
        let outcome = try run(arguments)
        #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
        return outcome
    }

    /// Runs a command that must end with 1, and gives its code.
    func refusal(_ arguments: String...) throws -> String {
        let outcome = try run(arguments + ["--json"])
        #expect(outcome.code == 1, "\(arguments) ended with \(outcome.code): \(outcome.output)")
        #expect(outcome.errors.hasPrefix("syncd: "), "\(outcome.errors)")
        let error = try outcome.object["error"] as? [String: Any]
        return error?["code"] as? String ?? "none"
    }

    /// Runs a command for machines.
    func object(_ arguments: String...) throws -> [String: Any] {
        let outcome = try run(arguments + ["--json"])
        #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
        return try outcome.object
    }

    /// Runs a command for machines that tells one object a line.
    func objects(_ arguments: String...) throws -> [[String: Any]] {
        let outcome = try run(arguments + ["--json"])
        #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
        return try outcome.objects
    }

    /// Every event of the log, as `replay` tells it.
    func events(_ arguments: String...) throws -> [[String: Any]] {
        let outcome = try run(["replay", "--format", "jsonl"] + arguments)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try outcome.objects
    }
}

/// What an import said of one kind.
struct EntityCounts: Equatable, CustomStringConvertible {
    var new = 0
    var changed = 0
    var unchanged = 0
    var gone = 0
    var held = 0

    /// Reads the counts of a kind from an import's object; zero for a kind that it does not name.
    init(_ kind: String, of report: [String: Any]) {
        let counts = (report["entities"] as? [String: Any])?[kind] as? [String: Int] ?? [:]
        new = counts["new"] ?? 0
        changed = counts["changed"] ?? 0
        unchanged = counts["unchanged"] ?? 0
        gone = counts["gone"] ?? 0
        held = counts["held"] ?? 0
    }

    init(new: Int = 0, changed: Int = 0, unchanged: Int = 0, gone: Int = 0, held: Int = 0) {
        (self.new, self.changed, self.unchanged, self.gone, self.held) = (new, changed, unchanged, gone, held)
    }

    var description: String { "+\(new) ~\(changed) =\(unchanged) -\(gone) held \(held)" }
}
