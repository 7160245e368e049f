import ArgumentParser
import Testing

@testable import Commands

@Suite struct HelpTests {
    /// Every command of the tree, with the words that call it.
    static var commands: [(words: [String], type: any ParsableCommand.Type)] { below(Syncd.self, ["syncd"]) }

    private static func below(
        _ command: any ParsableCommand.Type,
        _ words: [String]
    ) -> [(words: [String], type: any ParsableCommand.Type)] {
        [(words, command)]
            + command.configuration.subcommands.flatMap { below($0, words + [$0.configuration.commandName ?? "?"]) }
    }

    @Test("every command says what it does and shows an example")
    func examples() {
        #expect(Self.commands.count > 25)
        for (words, type) in Self.commands {
            let name = words.joined(separator: " ")
            #expect(!type.configuration.abstract.isEmpty, "\(name) has no abstract")
            #expect(type.configuration.discussion.contains("Example: syncd"), "\(name) has no example")
        }
    }

    @Test("--help ends with 0 and prints the example")
    func help() throws {
        for (words, _) in Self.commands {
            let outcome = try Program.run(Array(words.dropFirst()) + ["--help"])
            #expect(outcome.code == 0)
            #expect(outcome.output.contains("Example: syncd"))
        }
    }

    @Test(
        "bad usage ends with 64 and says how it is used",
        arguments: [["nonsense"], ["status", "--nonsense"], ["import"]]
    )
    func usage(arguments: [String]) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("Usage: syncd") || outcome.errors.contains("--help"))
    }

    @Test(
        "a value that cannot be read ends with 64 and tells how that command is used, before a store is opened",
        arguments: [
            ["task", "log", "--from", "x"], ["task", "log", "--cohort", "x"], ["task", "blackout", "--add", "x"],
            ["task", "edit", "nightly", "--days", "someday"], ["task", "edit", "nightly", "--at", "25:00"],
            ["base", "prerequisites", "0012001", "--set", "x"],
            ["conflicts", "rule", "--base", "0012001", "contacts", "always"],
        ]
    )
    func values(arguments: [String]) throws {
        let outcome = try Program.run(arguments + ["--store", "/nowhere"])
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("Usage: syncd \(arguments[0]) \(arguments[1]) "), "\(outcome.errors)")
    }

    @Test("the options of every command work before and after its name")
    func placement() throws {
        let store = try TestStore()
        let before = try Program.run(["--store", store.path, "--json", "base", "list"])
        let after = try Program.run(["base", "list", "--json", "--store", store.path])
        let mixed = try Program.run(["base", "--json", "list", "--store", store.path])
        let named = try Program.run(["base", "list", "--json"], environment: ["SYNCD_STORE": store.path])
        for outcome in [before, after, mixed, named] {
            #expect(outcome.code == 0)
            #expect(outcome.output == "[]\n")
        }
    }
}
