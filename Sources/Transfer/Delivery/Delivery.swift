import School

/// A data file and its manifest, finished and durable, in a folder of the outbox.
public struct TransferPackage: Sendable, Hashable {
    /// Where they lie.
    public var folder: String
    /// Name of the data file.
    public var data: String
    /// Name of the manifest.
    public var manifest: String

    /// Names a package.
    public init(folder: String, data: String, manifest: String) {
        self.folder = folder
        self.data = data
        self.manifest = manifest
    }

    /// Path of the data file.
    public var dataPath: String { folder + "/" + data }
    /// Path of the manifest.
    public var manifestPath: String { folder + "/" + manifest }
}

/// The way to a recipient: a folder now; SFTP and others at the same rim.
public protocol Delivery: Sendable {
    /// Delivers a package: the data first, the manifest last. Without its manifest a file is not there yet.
    ///
    /// Durable on return, as far as the other side can promise.
    ///
    /// - Parameter leave: made by asking the acceptance again; no delivery can begin without it.
    /// - Throws: `nameTaken` when the recipient has a file of one of the names; what is there stays as it is.
    func deliver(_ package: TransferPackage, with leave: ApprovedDelivery) throws

    /// Takes back what a delivery that did not come to its end has left there. Doing it again is no error.
    ///
    /// What was delivered whole stays: the recipient may have read it, and applies it twice without harm.
    ///
    /// - Returns: what was found there.
    func clean(_ package: TransferPackage) throws -> DeliveryRemains
}

/// What a delivery that was not acknowledged has left at the recipient's.
public enum DeliveryRemains: Sendable, Hashable {
    /// Nothing; or the recipient has taken it meanwhile.
    case nothing
    /// A part, which was removed.
    case part
    /// Everything: it had come to its end.
    case whole
}
