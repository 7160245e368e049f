import Foundation

/// Where things lie.
enum Stored {
    /// The project's root.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The stores that were written by the first program of format 1, and are kept for ever.
    static let formatOne = root.appending(path: "Tests/CompatibilityTests/Stores/format-1")
}

/// A folder of its own, removed when it goes.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "syncd-compatibility-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of something in it.
    func path(_ name: String) -> URL { url.appending(path: name) }
}
