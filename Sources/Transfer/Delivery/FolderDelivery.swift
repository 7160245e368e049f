import School

/// Delivers into a folder, which the recipient empties: on this machine, or a mounted share.
public struct FolderDelivery: Delivery {
    private let folder: String

    /// Delivers into a folder, which must be there: a share that is not mounted is not to be taken for an empty one.
    public init(folder: String) {
        self.folder = folder
    }

    /// Copies each file under a passing name, syncs it, and renames it to a name that must be free.
    public func deliver(_ package: TransferPackage, with leave: ApprovedDelivery) throws {
        for name in [package.data, package.manifest] where FileOperations.exists(path(name)) { throw taken(name) }
        for (name, source) in [(package.data, package.dataPath), (package.manifest, package.manifestPath)] {
            let copy = try WrittenFile(passing(name))
            try WrittenFile.read(source) { try copy.append($0) }
            try copy.sync()
            guard try FileOperations.rename(copy.path, toFree: path(name)) else { throw taken(name) }
            // The data's name is durable before the manifest's is there.
            try FileOperations.syncFolder(folder)
        }
    }

    /// Removes passing names, and a data file of this very content that has no manifest.
    public func clean(_ package: TransferPackage) throws {
        for name in [package.data, package.manifest] { try FileOperations.remove(passing(name)) }
        if !FileOperations.exists(path(package.manifest)),
            let ours = try WrittenFile.digest(of: package.dataPath),
            try WrittenFile.digest(of: path(package.data)) == ours
        {
            try FileOperations.remove(path(package.data))
        }
        // The run is ended next, and nobody would look for its files again.
        if FileOperations.exists(folder) { try FileOperations.syncFolder(folder) }
    }

    private func path(_ name: String) -> String { folder + "/" + name }

    private func passing(_ name: String) -> String { folder + "/." + name + ".part" }

    private func taken(_ name: String) -> TransferError {
        TransferError(
            .nameTaken,
            "\(folder) holds \(name) already, and nothing is written over: the next run takes the next number"
        )
    }
}
