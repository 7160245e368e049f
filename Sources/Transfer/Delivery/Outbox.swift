import Identifiers

/// Where files wait, finished and durable, until they have been delivered: one folder a run, in the store.
public struct Outbox: Sendable, Hashable {
    /// The folder.
    public let folder: String

    /// Names an outbox; the folder is made when first needed.
    public init(folder: String) {
        self.folder = folder
    }

    private func passing(_ path: String) -> String { path + ".part" }

    /// The folder of a run.
    func folder(of run: RunID) -> String { folder + "/" + run.hex }

    /// False when it is certain that no delivery of a package can have begun: it is not finished.
    ///
    /// Nothing there, or the manifest alone, is what a removal after the delivery leaves.
    func mayHaveBeenDelivered(_ package: TransferPackage) -> Bool {
        let isUnfinished = FileOperations.exists(package.dataPath) && !FileOperations.exists(package.manifestPath)
        return !isUnfinished && !FileOperations.exists(passing(package.dataPath))
    }

    /// Destroys what still waits of a run; doing it again is no error.
    ///
    /// - Throws: what the disk throws.
    public func discard(_ run: RunID) throws { try remove(run) }

    /// Removes a run's files, durably: nobody would look for them again.
    func remove(_ run: RunID) throws {
        guard FileOperations.exists(folder) else { return }
        let inner = folder(of: run)
        // The manifest last: killed on the way, what is left does not look like files that are still being written.
        for name in try FileOperations.names(in: inner) where !name.hasSuffix(".manifest.json") {
            try FileOperations.remove(inner + "/" + name)
        }
        try FileOperations.removeTree(inner)
        try FileOperations.syncFolder(folder)
    }

    /// Writes a run's files: each under a passing name, synced, then renamed, so that a name stands for a whole file.
    ///
    /// Durable on return.
    ///
    /// - Parameters:
    ///   - run: whose.
    ///   - names: of the data file and of the manifest.
    ///   - write: gives the data file's bytes to its argument, and answers the manifest.
    /// - Returns: the files, and SHA-256 of the data file, then of the manifest.
    func add(
        _ run: RunID,
        names: (data: String, manifest: String),
        _ write: (WrittenFile) throws -> [UInt8]
    ) throws -> (package: TransferPackage, digest: [UInt8]) {
        let folder = folder(of: run)
        try FileOperations.makeFolder(folder)
        let package = TransferPackage(folder: folder, data: names.data, manifest: names.manifest)
        let data = try WrittenFile(passing(package.dataPath))
        let manifestBytes = try write(data)
        let manifest = try WrittenFile(passing(package.manifestPath))
        try manifest.append(manifestBytes)
        for (file, path) in [(data, package.dataPath), (manifest, package.manifestPath)] {
            try file.sync()
            guard try FileOperations.rename(file.path, toFree: path) else {
                throw TransferError(.nameTaken, "\(path) is there already")
            }
        }
        try FileOperations.syncFolder(folder)
        let digests = try [package.dataPath, package.manifestPath].map { try WrittenFile.digest(of: $0) ?? [] }
        return (package, digests.flatMap(\.self))
    }
}
