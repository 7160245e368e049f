import Connectors
import Foundation
import Identifiers

extension ListFile {
    /// Writes the files row by row, so that a list of any length takes no memory; the manifest last.
    ///
    /// - Parameters:
    ///   - format: the list's name in the manifest.
    ///   - columns: the names over the values.
    ///   - body: is given what takes a row: its values and the same for programs.
    func stream(
        _ format: String,
        _ columns: [String],
        at now: Timestamp,
        _ body: ((_ values: [String], _ object: JSON) throws -> Void) throws -> Void
    ) throws {
        let csv = try GrowingFile(paths[0])
        let lines = try GrowingFile(paths[1])
        do {
            var writer = CSVWriter(for: .people)
            writer.write(columns)
            var rows = 0
            try body { values, object in
                writer.write(values)
                try writer.take { try csv.append($0) }
                try lines.append(Array((object.text + "\n").utf8))
                rows += 1
            }
            try writer.take { try csv.append($0) }
            try csv.finish()
            try lines.finish()
            try Self.write(Data(manifest(format, columns, rows: rows, at: now)), to: paths[2])
        } catch {
            csv.remove()
            lines.remove()
            throw error
        }
    }
}

/// A file that grows under another name, and gets its own when it is whole.
private final class GrowingFile {
    /// Bytes that are gathered before they are written.
    private static let bytesTogether = 1 << 16

    private let path: String
    private let part: String
    private let handle: FileHandle
    private var waiting: [UInt8] = []

    init(_ path: String) throws {
        self.path = path
        part = path + ".part"
        let options: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: part, contents: nil, attributes: options),
            let handle = FileHandle(forWritingAtPath: part)
        else { throw ListFile.failure(path, nil) }
        self.handle = handle
    }

    func append(_ bytes: [UInt8]) throws {
        waiting += bytes
        if waiting.count >= Self.bytesTogether { try flush() }
    }

    func finish() throws {
        try flush()
        do {
            try handle.close()
            try FileManager.default.moveItem(atPath: part, toPath: path)
        } catch {
            throw ListFile.failure(path, error)
        }
    }

    /// Takes it away, whole or not.
    func remove() {
        try? handle.close()
        try? FileManager.default.removeItem(atPath: part)
    }

    private func flush() throws {
        do { try handle.write(contentsOf: Data(waiting)) } catch { throw ListFile.failure(path, error) }
        waiting.removeAll(keepingCapacity: true)
    }
}
