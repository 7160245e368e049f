import CLMDB
import Glibc

/// What must be known of the file system under an environment: that it is local, and whether it has room.
enum FileSystemKind {
    /// Magic numbers of network and user-space file systems, from the kernel's `magic.h` and `statfs(2)`.
    static let remote: [UInt32: String] = [
        0x6969: "NFS",
        0x517B: "SMB",
        0xFF53_4D42: "CIFS",
        0xFE53_4D42: "SMB2",
        0x6573_5546: "FUSE",
        0x5346_414F: "AFS",
        0x00C3_6400: "Ceph",
        0x0102_1997: "9P",
        0x7375_7245: "Coda",
        0x0BD0_0BD0: "Lustre",
        0x0116_1970: "GFS2",
        0x7461_636F: "OCFS2",
        0x4750_4653: "GPFS",
    ]

    /// Refuses a folder on a network file system.
    ///
    /// - Throws: `networkFileSystem`, or `missing` when the folder does not exist.
    static func requireLocal(folder: String) throws(LMDBError) {
        var facts = statfs()
        if statfs(folder, &facts) != 0 { throw LMDBError(errno, "cannot look at \(folder)") }
        try requireLocal(type: UInt32(truncatingIfNeeded: facts.f_type), folder: folder)
    }

    static func requireLocal(type: UInt32, folder: String) throws(LMDBError) {
        if let name = remote[type] {
            throw LMDBError(
                .networkFileSystem,
                "\(folder) is on a network file system (\(name)): put the store on a local disk"
            )
        }
    }

    /// Whether a megabyte can still be had in a folder, by asking for it in a file without a name; true when that
    /// cannot be told.
    static func hasRoom(folder: String) -> Bool {
        let descriptor = open(folder, O_WRONLY | __O_TMPFILE | O_DIRECTORY | O_CLOEXEC, 0o600)
        if descriptor < 0 { return errno != ENOSPC && errno != EDQUOT }
        defer { close(descriptor) }
        return posix_fallocate(descriptor, 0, 1 << 20) == 0
    }
}
