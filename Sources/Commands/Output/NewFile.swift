import Foundation
import Glibc

/// One file that appears whole or not at all; what is there already is never touched.
struct NewFile {
    private let path: String

    /// The name, without its folder.
    var name: String { (path as NSString).lastPathComponent }

    /// Takes a path.
    ///
    /// - Throws: `fileUnusable` when something is there already.
    init(_ path: String) throws {
        self.path = path
        guard access(path, F_OK) != 0 else {
            throw CommandError(
                .fileUnusable,
                "There is a file \(name) already. Move it away, or choose another name."
            )
        }
    }

    /// Writes the file; durable on return.
    func write(_ bytes: [UInt8]) throws { try WholeOutput.writeFile(bytes, at: path) }
}
