import Foundation

/// The project's own files, as the rules look at them.
enum SourceTree {
    /// A Swift file: its path from the project's root and its lines.
    struct File {
        let path: String
        let lines: [String]

        /// The folder below `Sources`, which is the module's name.
        var module: String {
            let parts = path.split(separator: "/")
            return parts.count > 1 ? String(parts[1]) : ""
        }

        /// The lines with comments and the text of string literals taken out, so that only code is judged.
        var code: [String] { lines.map(SourceTree.withoutTextAndComments) }

        /// The modules that the file imports.
        var imports: [String] {
            lines.compactMap { line in
                let words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
                guard let at = words.firstIndex(of: "import"), at <= 1, words.count > at + 1 else { return nil }
                guard at == 0 || ["public", "internal", "package", "private", "fileprivate"].contains(words[0]) else {
                    return nil
                }
                return words[at + 1].split(separator: ".").first.map(String.init)
            }
        }
    }

    /// The project's root.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The Swift files below a folder, sorted by path; folders whose names begin with a dot are passed over.
    static func swiftFiles(in folder: String) throws -> [File] {
        let top = root.appendingPathComponent(folder)
        guard
            let walk = FileManager.default.enumerator(
                at: top,
                includingPropertiesForKeys: nil,
                options: [.skipsHiddenFiles]
            )
        else { return [] }
        var files: [File] = []
        for case let url as URL in walk where url.pathExtension == "swift" {
            let text = try String(contentsOf: url, encoding: .utf8)
            let path = String(url.standardizedFileURL.path.dropFirst(root.standardizedFileURL.path.count + 1))
            files.append(File(path: path, lines: text.components(separatedBy: "\n")))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// The text of one file from the root.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    private static func withoutTextAndComments(_ line: String) -> String {
        var code = ""
        var inText = false
        var previous: Character = " "
        for character in line {
            if character == "\"" && previous != "\\" {
                inText.toggle()
                code.append(character)
            } else if !inText {
                if character == "/" && previous == "/" {
                    code.removeLast()
                    break
                }
                code.append(character)
            }
            previous = character
        }
        return code
    }
}
