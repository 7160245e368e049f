import Foundation

/// A written day, read back without any code of the generator.
struct Export {
    typealias Row = [String: String]

    let folder: URL
    private(set) var rows: [String: [Row]] = [:]
    let manifest: [Row]

    init(_ folder: URL) throws {
        self.folder = folder
        manifest = try Self.read(folder.appending(path: "manifest.csv"))
        for line in manifest where line["line"] == "area" {
            rows[line["name", default: ""]] = try Self.read(folder.appending(path: line["value", default: ""]))
        }
    }

    subscript(area: String) -> [Row] { rows[area] ?? [] }

    /// The rows of each key, in order.
    func grouped(_ area: String, by columns: [String]) -> [[String]: [Row]] {
        Dictionary(grouping: self[area]) { row in columns.map { row[$0, default: "?"] } }
    }

    /// All bytes of the day's files, in the order of their names, folded into one number (FNV-1a).
    static func digest(of root: URL) throws -> UInt64 {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        for name in names where name.hasSuffix(".csv") || name.hasSuffix(".json") {
            for byte in Array(name.utf8) + Array(try Data(contentsOf: root.appending(path: name))) {
                digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        return digest
    }

    private static func read(_ file: URL) throws -> [Row] {
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { fields in
            precondition(fields.count == header.count, "\(file.lastPathComponent): \(fields)")
            return Dictionary(uniqueKeysWithValues: zip(header.map(String.init), fields.map(String.init)))
        }
    }
}
