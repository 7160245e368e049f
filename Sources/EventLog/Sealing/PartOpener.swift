import Identifiers
import Sealing

/// Opens sealed parts, one after the other; one for each thread.
public struct PartOpener: ~Copyable {
    private var opener = Opener()
    private let associatedData = AssociatedData()

    /// Makes an opener: about a microsecond.
    public init() {}

    /// Says which event the following parts belong to.
    public mutating func begin(_ context: SealingContext) {
        associatedData.set(context)
    }

    /// Opens one part of the event last begun.
    ///
    /// - Parameters:
    ///   - row: the part's row, 40 bytes.
    ///   - sealed: its ciphertext with the tag.
    ///   - keys: the keys.
    ///   - output: exactly 16 bytes fewer than `sealed`.
    /// - Returns: whose part it is, the plaintext in `output`; nil when its key has been destroyed.
    /// - Throws: `partDamaged` when it is not what was sealed for this event, row and class, or
    ///   names another algorithm or length.
    public mutating func open(
        row: UnsafeRawBufferPointer,
        sealed: UnsafeRawBufferPointer,
        under keys: borrowing KeyView,
        into output: UnsafeMutableRawBufferPointer
    ) throws(EventLogError) -> SubjectID? {
        guard let slot = keys.find(KeyID(reading: row)) else { return nil }
        return try open(row: row, sealed: sealed, slot, under: keys, into: output)
    }

    /// The same with the key that the row names looked up before.
    mutating func open(
        row: UnsafeRawBufferPointer,
        sealed: UnsafeRawBufferPointer,
        _ slot: KeyView.Slot,
        under keys: borrowing KeyView,
        into output: UnsafeMutableRawBufferPointer
    ) throws(EventLogError) -> SubjectID {
        let fields = SealedPartRow(reading: row)
        guard fields.algorithm == SealedPartRow.aes256gcm, fields.sealedLength == sealed.count else {
            throw EventLogError(
                .partDamaged,
                "a part's row names another algorithm or length: restore the store from a backup"
            )
        }
        associatedData.set(row: row)
        do {
            try opener.open(
                sealed,
                key: keys.bytes(slot),
                nonce: UnsafeRawBufferPointer(rebasing: row[SealedPartRow.nonceRange]),
                associatedData: associatedData.bytes,
                into: output
            )
        } catch {
            throw EventLogError(
                .partDamaged,
                "a sealed part is not what was sealed in this place: restore the store from a backup",
                cause: error
            )
        }
        return keys.owner(slot).subject
    }
}
