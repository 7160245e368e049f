import Foundation
import Glibc
import School

/// A folder of CSV files, as it was when it was first looked at.
struct SourceFolder: Sendable {
    /// Where it is.
    let path: String
    /// The files in it, by name; hidden ones are left out.
    private let stamps: [String: FileStamp]

    /// Looks at a folder.
    ///
    /// - Throws: `SourceError`: `missing` or `unreadable`.
    init(path: String) throws(SourceError) {
        self.path = path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SourceError(.missing, file: InputFile.name(of: path), "is not there: name the folder with the files")
        }
        guard isFolder.boolValue else {
            throw SourceError(
                .unreadable,
                file: InputFile.name(of: path),
                "is a file: name the folder with the CSV files, unpacked"
            )
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw SourceError(.unreadable, file: InputFile.name(of: path), "cannot be listed", cause: error)
        }
        var stamps: [String: FileStamp] = [:]
        for name in names where !name.hasPrefix(".") {
            var status = stat()
            guard stat(path + "/" + name, &status) == 0 else { continue }
            stamps[name] = FileStamp(status)
        }
        self.stamps = stamps
    }

    /// The folder's name, for messages.
    var name: String { InputFile.name(of: path) }

    /// Names of files and folders in it, sorted.
    var names: [String] { stamps.keys.sorted() }

    /// Opens a file of the folder, which must be the same as when the folder was looked at.
    func open(_ table: Table, as name: String, order: DateOrder?) throws(SourceError) -> TableReader {
        let reader = try TableReader.open(table, path: path + "/" + name, order: order)
        guard reader.stamp == stamps[name] else { throw InputFile.changed(name) }
        return reader
    }

    /// Opens a file of the folder as it is, under the same condition.
    func openFile(_ name: String) throws(SourceError) -> InputFile {
        let file = try InputFile(path: path + "/" + name)
        guard file.stamp == stamps[name] else { throw InputFile.changed(name) }
        return file
    }
}
