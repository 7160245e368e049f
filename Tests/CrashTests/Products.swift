import Foundation

/// The programs under test and the fault tools, found beside the test bundle.
enum Products {
    /// The folder that the package's products are built into.
    static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// The path of one of the package's executables.
    static func executable(_ name: String) throws -> String {
        let path = folder.appending(path: name).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw HarnessError("\(path) is not there: build the package before its crash tests")
        }
        return path
    }

    /// The folder of `faultshim.so` and `powercut`, built once.
    static let faultTools = Result {
        let sources = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "tools/faults")
        let tools = folder.appending(path: "faults")
        try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
        let make = ChildProcess(
            program: "/usr/bin/make",
            arguments: ["-s", "-C", sources.path, "OUT=\(tools.path)", "all"]
        )
        let outcome = try make.runHoldingThread(keepingOutputIn: tools, limit: 300)
        guard outcome.succeeded else { throw HarnessError("the fault tools cannot be built: \(outcome.summary)") }
        return tools
    }

    /// Two days of exports of one small made-up school in syncd-csv, made once: `day-01`, `day-02`.
    static let exports = Result {
        let folder = Products.folder.appending(path: "crash-exports")
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let days = folder.appending(path: "days")
        let generator = ChildProcess(
            program: try executable("sample-data"),
            arguments: [
                "--schools", "1", "--days", "2", "--seed", "8", "--start", "2025-09-01", "--pupils", "8", days.path,
            ]
        )
        let outcome = try generator.runHoldingThread(keepingOutputIn: folder)
        guard outcome.succeeded else { throw HarnessError("no made-up school: \(outcome.summary)") }
        let first = days.appending(path: "day-01")
        return Exports(folder: days, base: try Exports.base(of: first), pupil: try Exports.pupil(of: first))
    }

    /// A new folder in memory: what is tested is the order of calls, not the disk.
    static func temporaryFolder() throws -> URL {
        let folder = URL(filePath: "/dev/shm/syncd-crash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}

/// Days of exports of one school.
struct Exports: Sendable {
    /// Holds `day-01`, `day-02`.
    let folder: URL
    /// The school's key in them.
    let base: String

    /// A pupil's key in them.
    let pupil: String

    /// The export of a day, from 1.
    func day(_ number: Int) -> String { folder.appending(path: "day-0\(number)").path }

    /// The first base that a day's manifest names.
    static func base(of day: URL) throws -> String {
        let manifest = try String(contentsOf: day.appending(path: "manifest.csv"), encoding: .utf8)
        for line in manifest.split(whereSeparator: \.isNewline) where line.hasPrefix("base,") {
            return String(line.split(separator: ",")[1])
        }
        throw HarnessError("\(day.path) names no base")
    }

    /// The first pupil that a day tells.
    static func pupil(of day: URL) throws -> String {
        let lines = try String(contentsOf: day.appending(path: "pupils.csv"), encoding: .utf8)
            .split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard lines.count > 1, let column = lines[0].firstIndex(of: "pupil_key") else {
            throw HarnessError("\(day.path) tells no pupil")
        }
        return String(lines[1][column])
    }
}
