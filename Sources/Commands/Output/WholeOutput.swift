import Connectors
import Foundation
import Glibc

/// Files that appear together or not at all, as a folder or as a zip archive; what is there already is never touched.
///
/// They are written aside under another name in the same folder, synced, and then get their name.
struct WholeOutput {
    private let path: String
    private let parent: String
    private let aside: String

    /// Takes the path of a folder to be made, or of a zip archive when it ends in `.zip`.
    ///
    /// - Throws: `fileUnusable` when something is there already, or the folder above is not there.
    init(_ path: String) throws {
        self.path = path
        parent = (path as NSString).deletingLastPathComponent
        aside = "\(parent)/.\((path as NSString).lastPathComponent).\(UInt64.random(in: .min ... .max)).part"
        guard access(parent, W_OK) == 0 else {
            throw CommandError(
                .fileUnusable,
                "\(parent) is no folder that can be written to. Make it, or name another."
            )
        }
        guard !Self.isThere(path) else { throw Self.taken(path) }
    }

    /// Whether it will be a zip archive.
    var isArchive: Bool { path.hasSuffix(".zip") }

    /// Makes the files appear; durable on return.
    ///
    /// - Throws: `fileUnusable`; then nothing has appeared and nothing is left over.
    func write(_ files: [(name: String, bytes: [UInt8])]) throws {
        do {
            if isArchive {
                try Self.place(try ZipWriter.archive(files), aside, at: path)
            } else {
                guard mkdir(aside, 0o700) == 0 else { throw Self.failure(path) }
                for file in files { try Self.write(file.bytes, to: "\(aside)/\(file.name)") }
                try Self.sync(aside)
                // A folder never takes the place of one that holds anything, nor of a file.
                guard !Self.isThere(path), rename(aside, path) == 0 else { throw Self.failure(path) }
            }
            try Self.sync(parent)
        } catch {
            try? FileManager.default.removeItem(atPath: aside)
            throw error
        }
    }

    /// Makes a folder appear with files that are made one after the other, with folders in it as their names say; durable on
    /// return.
    ///
    /// - Throws: `fileUnusable`, or what `body` throws; then nothing has appeared and nothing is left over.
    func stream(_ body: (_ add: (String, [UInt8]) throws -> Void) throws -> Void) throws {
        var folders: Set<String> = [aside]
        do {
            guard mkdir(aside, 0o700) == 0 else { throw Self.failure(path) }
            try body { name, bytes in
                var folder = aside
                for part in name.split(separator: "/").dropLast() {
                    folder += "/" + part
                    guard folders.insert(folder).inserted else { continue }
                    guard mkdir(folder, 0o700) == 0 else { throw Self.failure(path) }
                }
                try Self.write(bytes, to: aside + "/" + name)
            }
            for folder in folders { try Self.sync(folder) }
            guard !Self.isThere(path), rename(aside, path) == 0 else { throw Self.failure(path) }
            try Self.sync(parent)
        } catch {
            try? FileManager.default.removeItem(atPath: aside)
            throw error
        }
    }

    /// Makes one file appear; durable on return.
    ///
    /// - Throws: `fileUnusable`; then nothing has appeared and nothing is left over.
    static func writeFile(_ bytes: [UInt8], at path: String) throws {
        let output = try WholeOutput(path)
        do {
            try place(bytes, output.aside, at: path)
            try sync(output.parent)
        } catch {
            unlink(output.aside)
            throw error
        }
    }

    private static func place(_ bytes: [UInt8], _ aside: String, at path: String) throws {
        try write(bytes, to: aside)
        // A link never takes the place of what has the name already, which a rename does.
        guard link(aside, path) == 0 else { throw failure(path) }
        unlink(aside)
    }

    private static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func sync(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder) }
    }

    private static func taken(_ path: String) -> CommandError {
        CommandError(.fileUnusable, "There is a \(path) already. Move it away, or choose another name.")
    }

    private static func failure(_ path: String) -> CommandError {
        if errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR { return taken(path) }
        let reason = String(cString: strerror(errno))
        return CommandError(
            .fileUnusable,
            "\(path) could not be written (\(reason)). Check the folder and the space on its disk."
        )
    }
}
