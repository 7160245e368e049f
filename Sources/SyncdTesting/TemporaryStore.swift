import Foundation
import Glibc

/// A folder for one test, removed with everything in it when the last reference goes.
public final class TemporaryStore: Sendable {
    /// The folder's path.
    public let path: String

    /// Makes an empty folder.
    ///
    /// - Parameter inMemory: on the memory's file system where there is one: for tests of a thousand stores, whose
    ///   syncs prove nothing.
    public init(inMemory: Bool = false) throws {
        var place = FileManager.default.temporaryDirectory
        if inMemory, FileManager.default.isWritableFile(atPath: Self.memory) { place = URL(filePath: Self.memory) }
        let folder = place.appending(path: "syncd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    private static let memory = "/dev/shm"

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something in the folder.
    public func path(_ name: String) -> String { path + "/" + name }

    /// Names of what is in a folder of it, in order; empty when there is no such folder.
    public func list(_ name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path(name))) ?? []).sorted()
    }
}
