import Foundation
import Synchronization

/// A real `syncd serve` on a store, stopped in order when it goes.
final class TestServer: Sendable {
    private let store: String
    private let options: [String]
    private let environment: [String: String]
    private let running = Mutex<Process?>(nil)

    /// Starts a server, and waits until it takes commands.
    init(of store: String, _ options: [String] = [], environment: [String: String] = [:]) throws {
        self.environment = environment
        self.store = store
        self.options = options
        try start()
    }

    deinit { try? stop() }

    /// The server's process.
    var process: Int32 { running.withLock { $0?.processIdentifier ?? 0 } }

    /// Starts the server, unless it runs.
    func start() throws {
        try running.withLock { running in
            guard running == nil else { return }
            let process = Process()
            process.executableURL = Program.folder.appendingPathComponent("syncd")
            process.arguments = ["serve", "--store", store] + options
            process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"].merging(environment) { $1 }
            process.standardInput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            // Its first line is said once the socket is there.
            let said = output.fileHandleForReading.availableData
            guard String(decoding: said, as: UTF8.self).contains("erving") else {
                process.waitUntilExit()
                throw Program.Unexpected("the server did not begin")
            }
            running = process
        }
    }

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
