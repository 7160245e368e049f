import Foundation

/// A program that takes exports in, and one that makes them.
struct ImportUnderTest {
    /// The folder with `syncd` and `sample-data`, built for release.
    let programs: String

    /// What one import took.
    struct Taken {
        /// From start to end of the process, in seconds.
        var seconds: Double
        /// Its anonymous memory meanwhile.
        var memory: MemoryTrace?
    }

    /// Writes a full export of made-up schools below a folder.
    ///
    /// - Returns: the export's own folder.
    func makeExport(schools: Int, pupils: Int, in folder: String) throws -> String {
        _ = try run(
            "sample-data",
            ["--schools", "\(schools)", "--pupils", "\(pupils)", "--days", "1", "--seed", "7", folder]
        )
        return folder + "/day-01"
    }

    /// Makes an empty store.
    func makeStore(_ store: String) throws { _ = try run("syncd", ["init", "--store", store, "--owner", "authority"]) }

    /// Takes an export in.
    func take(_ export: String, into store: String) throws -> Taken {
        try run("syncd", ["import", "--store", store, "--format", "syncd-csv", "--full", "--register", export])
    }

    /// Runs a program to its end.
    func run(_ program: String, _ arguments: [String]) throws -> Taken {
        let process = Process()
        process.executableURL = URL(filePath: programs + "/" + program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        let clock = ContinuousClock()
        let start = clock.now
        try process.run()
        let trace = MemoryWatch.of(process.processIdentifier) { process.waitUntilExit() }
        guard process.terminationStatus == 0 else {
            throw BenchError(.wrongAnswer, "\(program) ended with \(process.terminationStatus)")
        }
        return Taken(seconds: (clock.now - start) / .seconds(1), memory: trace)
    }
}
