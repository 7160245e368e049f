import ArgumentParser

/// The words that call a command, such as `consent accept`; what the table of roles knows it by.
enum CommandWords {
    /// Every command that does something, with its words; a group's default command goes by the group's words.
    static let all: [(words: String, type: any ParsableCommand.Type)] = leaves(Syncd.self, [])

    /// The words of a command.
    static func of(_ type: any ParsableCommand.Type) -> String {
        all.first { $0.type == type }?.words ?? type._commandName
    }

    private static func leaves(
        _ type: any ParsableCommand.Type,
        _ words: [String]
    ) -> [(words: String, type: any ParsableCommand.Type)] {
        let children = type.configuration.subcommands
        guard !children.isEmpty else { return [(words.joined(separator: " "), type)] }
        return children.flatMap { child in
            let isDefault = type.configuration.defaultSubcommand.map { $0 == child } ?? false
            return leaves(child, isDefault ? words : words + [child._commandName])
        }
    }
}
