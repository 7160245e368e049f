import Foundation

/// A folder in memory for readers that take paths; one for the process, since the fuzzer feeds one input at a time.
enum ScratchFolder {
    private static let lock = NSLock()
    private static let root: URL = {
        let files = FileManager.default
        let memory = URL(fileURLWithPath: "/dev/shm")
        let place = files.isWritableFile(atPath: memory.path) ? memory : files.temporaryDirectory
        return place.appendingPathComponent("syncd-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
    }()

    /// Writes files and hands over the path of their folder, which is empty again afterwards.
    static func with(_ files: [(name: String, bytes: [UInt8])], _ body: (String) throws -> Void) throws {
        lock.lock()
        defer { lock.unlock() }
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        for file in files {
            try Data(file.bytes).write(to: root.appendingPathComponent(file.name))
        }
        try body(root.path)
    }

    /// Writes one file and hands over its path.
    static func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        try with([("input", bytes)]) { try body($0 + "/input") }
    }
}
