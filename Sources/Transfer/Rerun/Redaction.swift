import EventLog
import Foundation
import Identifiers
import School

/// Files that were delivered and still lie where they were delivered, made again without people who have been erased
/// since: who has not fetched one yet misses nothing of the others.
public struct Redaction {
    private let rerun: Rerun

    /// Reads a store whose keys have been destroyed already.
    ///
    /// - Parameter prover: the one that the runs had.
    public init(log: EventLog, states: any TransferStates, prover: TransferProver? = nil) {
        rerun = Rerun(log: log, states: states, prover: prover)
    }

    /// What became of a run's files.
    public enum Outcome: Sendable, Hashable {
        /// They lie there no more.
        case gone
        /// They were made again without the erased.
        case remade
        /// They could not be made again, and were removed: what else they told has to be sent again.
        case removed
    }

    /// Takes erased people out of a run's files, where they still lie.
    ///
    /// Durable on return. Each file is replaced by a rename, the data first: killed in between, the next call does both, and
    /// who reads in between sees by the manifest's digest that the two do not belong together.
    ///
    /// - Parameters:
    ///   - number: the position of the run's first event.
    ///   - data: the data file's name.
    ///   - id: the run: numbers of files come round again, and the file that lies there may be another's.
    ///   - folder: where it was delivered.
    ///   - isLost: what cannot be made again now is removed, and no error.
    /// - Throws: when the folder cannot be written: the erased are still in the files then.
    public func redact(
        run number: Position,
        _ id: RunID,
        data: String,
        in folder: String,
        removingWhatFails isLost: Bool
    ) throws -> Outcome {
        let paths = [data, TransferFileName(data).manifest].map { folder + "/" + $0 }
        guard paths.contains(where: FileOperations.exists), Self.run(ofManifest: paths[1]) ?? id == id else {
            return .gone
        }
        guard let remade = try made(number, isLost), remade.verdict.tellsTheRest else {
            for path in paths.reversed() { try FileOperations.remove(path) }
            try FileOperations.syncFolder(folder)
            return .removed
        }
        for (path, bytes) in zip(paths, [remade.data, remade.manifest]) {
            let passing = folder + "/." + (path == paths[0] ? data : TransferFileName(data).manifest) + ".part"
            let file = try WrittenFile(passing)
            try file.append(bytes)
            try file.sync()
            guard FileOperations.exists(path) else {
                // Fetched meanwhile: it must not come a second time.
                try FileOperations.remove(passing)
                continue
            }
            try FileOperations.replace(path, with: passing)
            try FileOperations.syncFolder(folder)
        }
        return .remade
    }

    /// The file made again; nil when it cannot be.
    private func made(_ number: Position, _ isLost: Bool) throws -> RemadeFile? {
        do {
            return try rerun.make(run: number)
        } catch {
            guard isLost || (error as? TransferError)?.code == .noSuchRun else { throw error }
            return nil
        }
    }

    /// Whose a manifest is; nil when that cannot be told.
    private static func run(ofManifest path: String) -> RunID? {
        struct Manifest: Decodable { var run: String }
        guard let bytes = FileManager.default.contents(atPath: path),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: bytes)
        else { return nil }
        return RunID(hex: manifest.run)
    }
}

extension RemadeFile.Verdict {
    /// True when the file made again tells all that had left but what is erased, or is kept back now for a child.
    ///
    /// Also when every value is the same: of somebody erased nothing but the name to match by may have stood there.
    fileprivate var tellsTheRest: Bool {
        switch self {
        case .identical, .sameValues, .erased, .withheld: true
        case .differs: false
        }
    }
}
