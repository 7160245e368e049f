import Identifiers
import Sealing

/// Where key-encryption keys are kept: never in the store, so that no copy of the store opens itself.
///
/// Each generation of a log's data keys is sealed under one such key. An erasure makes the next generation under a new
/// key and destroys the old one, and with it every older copy of the key file (log.md section 6).
public protocol KeyEncryptionKeySource: Sendable {
    /// Gives the key of a generation.
    ///
    /// - Throws: `keyFolderMissing` or `keyMissing`, which say where it was looked for and what to do; `keyWrong` when
    ///   what lies there is damaged or of another log or generation.
    func get(log: LogID, generation: UInt32) throws -> SymmetricKey

    /// Makes the key of a generation at random; durable on return.
    ///
    /// - Throws: `keyExists` when there is one: it is never overwritten, for it may be all that opens a store.
    func create(log: LogID, generation: UInt32) throws -> SymmetricKey

    /// Destroys the key of a generation; durable on return, and no error when it is gone already, so that an
    /// interrupted erasure can go on.
    func destroy(log: LogID, generation: UInt32) throws

    /// The generations whose keys are there, in order, where the source can tell; nil where it cannot.
    func generations(log: LogID) throws -> [UInt32]?
}

extension KeyEncryptionKeySource {
    /// Most sources cannot tell.
    public func generations(log: LogID) throws -> [UInt32]? { nil }
}
