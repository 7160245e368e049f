import Audit
import Foundation

extension SignedNote {
    /// Bytes that a checkpoint's file has at most.
    private static let fileBytesMax = 64 << 10

    /// Reads a checkpoint that was kept in a file.
    ///
    /// - Throws: `fileUnusable`, or what is wrong with the note.
    init(file: String) throws {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw CommandError(.fileUnusable, "\(file) cannot be opened: name a file with a checkpoint.")
        }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: Self.fileBytesMax + 1), data.count <= Self.fileBytesMax else {
            throw CommandError(.fileUnusable, "\(file) is no checkpoint: it is too large, or cannot be read.")
        }
        try self.init(reading: String(decoding: data, as: UTF8.self))
    }
}
