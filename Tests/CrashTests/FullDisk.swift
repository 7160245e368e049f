import Foundation
import Glibc

/// A small disk of its own in memory, really full when it is full.
///
/// Mounting needs the right to: without it there is none, and tests say that they skip.
final class FullDisk {
    /// Where it is mounted.
    let folder: URL
    private let filler: URL

    /// Mounts a disk of so many bytes; nil without the right to.
    init?(bytes: Int) throws {
        folder = try Products.temporaryFolder()
        filler = folder.appending(path: "filler")
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(bytes)") == 0 else {
            try FileManager.default.removeItem(at: folder)
            return nil
        }
    }

    deinit {
        umount2(folder.path, Int32(MNT_DETACH))
        // A mount point left behind costs nothing.
        try? FileManager.default.removeItem(at: folder)
    }

    /// Bytes that are free.
    var free: Int {
        get throws {
            var status = statvfs()
            guard statvfs(folder.path, &status) == 0 else { throw HarnessError("statvfs failed") }
            return Int(status.f_bavail) * Int(status.f_frsize)
        }
    }

    /// Takes space until so many bytes are left.
    func fill(leaving bytes: Int) throws {
        let length = max(0, try free - bytes)
        guard FileManager.default.createFile(atPath: filler.path, contents: nil),
            let file = FileHandle(forWritingAtPath: filler.path)
        else { throw HarnessError("no filler") }
        defer { try? file.close() }
        let zeros = Data(count: 1 << 16)
        var written = 0
        while written < length {
            try file.write(contentsOf: zeros.prefix(min(zeros.count, length - written)))
            written += zeros.count
        }
    }

    /// Gives the space back.
    func empty() throws { try FileManager.default.removeItem(at: filler) }
}
