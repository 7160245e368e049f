import Foundation
import Glibc

/// The built `syncd`, run as a person runs it.
struct Program {
    /// What a run said and how it ended.
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String

        /// The lines of standard output as JSON objects.
        var objects: [[String: Any]] {
            get throws {
                try output.split(separator: "\n").map { line in
                    guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                        throw Unexpected("no JSON object: \(line)")
                    }
                    return object
                }
            }
        }

        /// The one object that standard output is.
        var object: [String: Any] {
            get throws {
                let all = try objects
                guard let only = all.first, all.count == 1 else { throw Unexpected("\(all.count) objects:\n\(output)") }
                return only
            }
        }
    }

    /// A test met what it cannot go on from.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Beside the test bundle, where the build puts both.
    static var folder: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }

    /// Runs `syncd` and waits for it.
    ///
    /// - Parameter environment: added to a small environment of its own; nothing of the tester's settings goes in.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String? = nil
    ) throws -> Outcome {
        try run(folder.appendingPathComponent("syncd"), arguments, environment: environment, input: input)
    }

    /// Runs any program and waits for it.
    ///
    /// - Parameter input: what it finds on standard input; nothing when nil.
    static func run(
        _ program: URL,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String? = nil
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = ["PATH": path, "LANG": "C.UTF-8"].merging(environment) { $1 }
        let scratch = try Scratch()
        let (out, err) = (scratch.path("out"), scratch.path("err"))
        guard FileManager.default.createFile(atPath: out, contents: nil),
            FileManager.default.createFile(atPath: err, contents: nil),
            let output = FileHandle(forWritingAtPath: out), let errors = FileHandle(forWritingAtPath: err)
        else { throw Unexpected("no scratch files in \(scratch.root)") }
        process.standardInput = FileHandle.nullDevice
        if let input {
            try scratch.write(input, to: "in")
            process.standardInput = FileHandle(forReadingAtPath: scratch.path("in"))
        }
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        return Outcome(
            code: process.terminationStatus,
            output: try String(contentsOfFile: out, encoding: .utf8),
            errors: try String(contentsOfFile: err, encoding: .utf8)
        )
    }
}

/// A folder that goes with its owner.
final class Scratch: Sendable {
    let root: String

    init() throws {
        let parent = URL(fileURLWithPath: NSTemporaryDirectory()).standardizedFileURL.path
        var template = Array((parent + "/syncd-command-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw Program.Unexpected("no temporary folder") }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { root + "/" + name }

    /// Makes a folder.
    func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        return path(name)
    }

    /// Writes a file, with the folders above it.
    func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url)
    }
}
