import Foundation
import Testing

/// A copy of a made-up school day whose rows a test changes.
struct EditedDay {
    let folder: String

    /// Copies a day into a folder.
    init(_ day: Int, in folder: String) throws {
        self.folder = folder
        try FileManager.default.copyItem(atPath: try SampleSchools.shared.get().folder(day), toPath: folder)
    }

    /// The rows of a file by the names of its columns.
    func rows(_ file: String) throws -> [[String: String]] {
        let lines = try String(contentsOfFile: folder + "/" + file, encoding: .utf8).split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        guard let names = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
    }

    /// Changes rows of a file.
    func edit(_ file: String, _ change: (inout [String: String]) -> Void) throws {
        let path = folder + "/" + file
        let header = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).first ?? ""
        let names = header.split(separator: ",").map(String.init)
        var rows = try rows(file)
        for index in rows.indices { change(&rows[index]) }
        let lines = [names] + rows.map { row in names.map { row[$0] ?? "" } }
        try Self.write(lines, path)
    }

    /// Adds a file with its line in the manifest, or puts it in the place of the one before.
    func put(_ area: String, _ lines: [[String]]) throws {
        try Self.write(lines, folder + "/\(area).csv")
        let manifest = folder + "/manifest.csv"
        var text = try String(contentsOfFile: manifest, encoding: .utf8).split(whereSeparator: \.isNewline).map(
            String.init
        )
        text.removeAll { $0.hasPrefix("area,\(area),") }
        text.append("area,\(area),\(area).csv,read,full,\(lines.count - 1),svc-syncd,Admissions officer")
        try (text.joined(separator: "\r\n") + "\r\n").write(toFile: manifest, atomically: true, encoding: .utf8)
    }

    private static func write(_ lines: [[String]], _ path: String) throws {
        let text = lines.map { $0.joined(separator: ",") }.joined(separator: "\r\n") + "\r\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// All that lies in a folder, archives unpacked.
func everything(in folder: String) throws -> String {
    var text = ""
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
        let path = folder + "/" + name
        if name.hasSuffix(".zip") {
            let unpacked = NSTemporaryDirectory() + "syncd-unpacked-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: unpacked) }
            let python = URL(fileURLWithPath: "/usr/bin/env")
            _ = try Program.run(python, ["python3", "-m", "zipfile", "-e", path, unpacked])
            text += try everything(in: unpacked)
        } else {
            text += try String(contentsOfFile: path, encoding: .utf8)
        }
    }
    return text
}
