import Connectors
import Foundation
import Identifiers

/// A list as files: CSV for a spreadsheet, JSON Lines for programs, and a manifest that tells them apart.
struct ListFile {
    /// The CSV, the JSON Lines, the manifest.
    let paths: [String]

    /// Takes a path for the CSV; the others stand beside it.
    ///
    /// - Throws: `fileUnusable` when one of the three is there already.
    init(_ path: String) throws {
        let stem = path.hasSuffix(".csv") ? String(path.dropLast(4)) : path
        paths = [stem + ".csv", stem + ".jsonl", stem + ".manifest.json"]
        for path in paths where FileManager.default.fileExists(atPath: path) {
            throw CommandError(
                .fileUnusable,
                "There is a file \(Self.name(path)) already. Move it away, or choose another name."
            )
        }
    }

    /// The names of the files, without their folder.
    var names: [String] { paths.map(Self.name) }

    /// Writes the files, the manifest last.
    ///
    /// - Parameters:
    ///   - format: the list's name in the manifest.
    ///   - columns: the names over the values.
    ///   - rows: each row's values, in the order of the columns.
    ///   - objects: the same rows for programs.
    func write(_ format: String, _ columns: [String], rows: [[String]], objects: [JSON], at now: Timestamp) throws {
        var csv = CSVWriter(for: .people)
        csv.write(columns)
        for row in rows { csv.write(row) }
        let lines = objects.map { $0.text + "\n" }.joined()
        for (path, bytes) in zip(
            paths,
            [csv.bytes, Array(lines.utf8), manifest(format, columns, rows: rows.count, at: now)]
        ) {
            try Self.write(Data(bytes), to: path)
        }
    }

    /// What tells the two files apart.
    func manifest(_ format: String, _ columns: [String], rows: Int, at now: Timestamp) -> [UInt8] {
        let manifest: JSON = [
            "format": .string(format), "version": 1, "producedAt": .string(LondonTime.iso(now)),
            "rows": JSON(rows), "csv": .string(names[0]), "jsonLines": .string(names[1]),
            "columns": .array(columns.map(JSON.string)),
            "note": .string(
                "\(names[0]) is for spreadsheets: \(CSVWriter.peopleNote) \(names[1]) has the values as they are."
            ),
        ]
        return Array((manifest.text + "\n").utf8)
    }

    static func write(_ data: Data, to path: String) throws {
        let options: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        let part = path + ".part"
        do {
            guard FileManager.default.createFile(atPath: part, contents: data, attributes: options) else {
                throw CocoaError(.fileWriteUnknown)
            }
            try FileManager.default.moveItem(atPath: part, toPath: path)
        } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw failure(path, error)
        }
    }

    static func failure(_ path: String, _ cause: (any Error)?) -> CommandError {
        CommandError(
            .fileUnusable,
            "The file \(name(path)) could not be written. Check the folder and the space on its disk.",
            cause: cause
        )
    }

    private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
