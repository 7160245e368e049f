import Identifiers

/// The keys as `KeyStore.withKeys` lends them: none is added or taken away meanwhile.
public struct KeyView: ~Copyable {
    private let table: UnsafePointer<KeyTable>

    init(table: UnsafePointer<KeyTable>) {
        self.table = table
    }

    /// The generation of keys.
    public var generation: UInt32 { table.pointee.generation }

    /// A key that was found; good only inside the same `withKeys`.
    public struct Slot: Sendable {
        let row: Int
    }

    /// How many keys there are.
    public var count: Int { table.pointee.count }

    /// Finds the key of a subject and class; nil when it was never made or has been destroyed.
    @inline(__always)
    public func find(_ subject: SubjectID, _ dataClass: DataClass) -> Slot? {
        table.pointee.find(subject, dataClass).map { Slot(row: $0) }
    }

    /// Finds a key by its id; nil when it has been destroyed.
    @inline(__always)
    public func find(_ id: KeyID) -> Slot? {
        table.pointee.find(id).map { Slot(row: $0) }
    }

    /// Reads where a search for a key begins, so that the search itself need not wait; what it answers says nothing.
    @inline(__always)
    func readAhead(_ id: KeyID) -> UInt64 { table.pointee.firstEntry(id) }

    /// The same for the key of a subject and class.
    @inline(__always)
    func readAhead(_ subject: SubjectID, _ dataClass: DataClass) -> UInt64 {
        table.pointee.firstEntry(subject, dataClass)
    }

    /// The id of a key.
    @inline(__always)
    public func id(_ slot: Slot) -> KeyID { table.pointee.id(slot.row) }

    /// Whose key it is.
    public func owner(_ slot: Slot) -> KeyOwner { table.pointee.owner(slot.row) }

    /// The 32 bytes of a key; they must not be kept beyond `withKeys`.
    @inline(__always)
    public func bytes(_ slot: Slot) -> UnsafeRawBufferPointer { table.pointee.key(slot.row) }
}
