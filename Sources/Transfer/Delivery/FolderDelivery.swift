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
    public func clean(_ package: TransferPackage) throws -> DeliveryRemains {
        let names = [package.data, package.manifest]
        var remains = names.contains { FileOperations.exists(passing($0)) } ? DeliveryRemains.part : .nothing
        for name in names { try FileOperations.remove(passing(name)) }
        if FileOperations.exists(path(package.manifest)) {
            // Another's file of this name would have kept ours from being delivered.
            if try isOurs(package.manifest, package.manifestPath) { remains = .whole }
        } else if FileOperations.exists(package.dataPath), try isOurs(package.data, package.dataPath) {
            remains = .part
            try FileOperations.remove(path(package.data))
        }
        // The run is ended next, and nobody would look for its files again.
        if FileOperations.exists(folder) { try FileOperations.syncFolder(folder) }
        return remains
    }

    /// Whether a file in the folder is the one that was made; so it is taken to be when that one is gone.
    private func isOurs(_ name: String, _ source: String) throws -> Bool {
        guard let made = try WrittenFile.digest(of: source) else { return true }
        return try WrittenFile.digest(of: path(name)) == made
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
