import Foundation

extension Session {
    /// A path of the store's own use, such as a folder to deliver to, from where the caller stands.
    func absolute(_ path: String) -> String { StorePlace.absolute(path, in: directory) }

    /// A folder that has to be there.
    ///
    /// - Parameters:
    ///   - path: from the root.
    ///   - advice: what to do when it is not there.
    /// - Throws: `folderUnusable`.
    @discardableResult
    func existingFolder(_ path: String, _ advice: String) throws -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandError(.folderUnusable, "\(path) is not a folder. \(advice)")
        }
        return path
    }
}
