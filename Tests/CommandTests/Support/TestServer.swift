import Foundation
import Synchronization

/// A real `syncd serve` on a store, stopped in order when it goes.
final class TestServer: Sendable {
    private let store: String
    private let options: [String]
    private let environment: [String: String]
    private let running = Mutex<Process?>(nil)
    private let words = Mutex("")
    private let scratch: Scratch
    /// The file that standard error goes to.
    private var log: String { scratch.path("log") }

    /// Starts a server, and waits until it takes commands.
    init(of store: String, _ options: [String] = [], environment: [String: String] = [:]) throws {
        scratch = try Scratch()
        self.environment = environment
        self.store = store
        self.options = options
        try start()
    }

    deinit { try? stop() }

    /// The server's process.
    var process: Int32 { running.withLock { $0?.processIdentifier ?? 0 } }

    /// What it said when it began.
    var said: String { words.withLock { $0 } }

    /// The port of an address that it said, such as `http://127.0.0.1:`.
    func port(after start: String) throws -> Int {
        guard let range = said.range(of: start), let port = Int(said[range.upperBound...].prefix { $0.isNumber }) else {
            throw Program.Unexpected("no \(start) in \(said)")
        }
        return port
    }

    /// Starts the server, unless it runs.
    func start() throws {
        try running.withLock { running in
            guard running == nil else { return }
            let process = Process()
            process.executableURL = Program.folder.appendingPathComponent("syncd")
            process.arguments = ["serve", "--store", store] + options
            process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"].merging(environment) { $1 }
            process.standardInput = FileHandle.nullDevice
            _ = FileManager.default.createFile(atPath: log, contents: nil)
            process.standardError = FileHandle(forWritingAtPath: log)
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            // This line is said once the socket is there.
            var said = ""
            while !said.contains("erving") {
                let more = output.fileHandleForReading.availableData
                guard !more.isEmpty else {
                    process.waitUntilExit()
                    throw Program.Unexpected("the server did not begin: \(said)")
                }
                said += String(decoding: more, as: UTF8.self)
            }
            words.withLock { $0 = said }
            running = process
        }
    }

    /// The lines of its log so far.
    func logged() throws -> [String] {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Asks the server to stop, and does not wait.
    func signal() { running.withLock { _ = $0.map { Foundation.kill($0.processIdentifier, SIGTERM) } } }

    /// Asks the server to stop, and waits for it.
    ///
    /// - Throws: when it did not end in order.
    func stop() throws {
        try running.withLock { running in
            guard let process = running else { return }
            running = nil
            process.terminate()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw Program.Unexpected("the server ended with \(process.terminationStatus)")
            }
        }
    }

    /// Kills the server.
    func kill() {
        running.withLock { running in
            guard let process = running else { return }
            running = nil
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}
