import Identifiers
import Sealing

/// The life of keys: fences, and generations in which what is fenced has no key any more.
extension EventLog {
    /// The generation of keys that parts are sealed under.
    public var keyGeneration: UInt32 { keys.generation }

    /// How many data keys there are.
    public var keyCount: Int { keys.count }

    /// Makes sure that no key is ever made for these people, or classes of their data, again; durable on return.
    ///
    /// The first step of an erasure: keys that are there stay until `rotateKeys`.
    ///
    /// - Throws: `keysNotDurable`, `closed`.
    public func fence(_ fences: [KeyFence]) throws { try gate.read { try keys.fence(fences) } }

    /// True when no key is made for an owner again.
    public func isFenced(_ owner: KeyOwner) -> Bool { keys.isFenced(owner) }

    /// Makes the next generation of keys, in which everything fenced has none: what they sealed is gone for good, from
    /// this store and every copy of it.
    ///
    /// Durable on return. It runs on the writer's turn: nothing is flushed meanwhile, what is durable has left memory
    /// before, and batches that were sealed before are refused (`keysChanged`). Killed at any step, the next opening goes
    /// on with one whole generation.
    ///
    /// - Parameters:
    ///   - lifted: fences that fall: there is a new lawful basis, and keys may be made again.
    ///   - copied: puts the new key file to where copies lie, and reads it back there, before the old key is destroyed;
    ///     what it throws leaves everything as it was.
    /// - Returns: the new generation.
    /// - Throws: what `copied`, the disk or the key source throws; then repeat it, after opening the store again.
    @discardableResult
    public func rotateKeys(
        lifting lifted: Set<KeyFence> = [],
        copied: (_ bytes: [UInt8], _ generation: UInt32) throws -> Void = { _, _ in }
    ) throws -> UInt32 {
        try queue.alone {
            // Durable events stand in memory in clear until they are packed: nobody may read them there afterwards.
            try tail.drain()
            return try keys.rotate(lifting: lifted, copied: copied)
        }
    }

    /// The keys that stand behind fences, with their owners, in no order: what a receipt names.
    public func keys(behind fences: Set<KeyFence>) throws -> [(owner: KeyOwner, id: KeyID)] {
        try gate.read {
            keys.table.reading { table in
                table.rows { table.isFenced($0, by: fences) }.map { (table.owner($0), table.id($0)) }
            }
        }
    }

    /// Makes a key unless there is one; durable on return.
    ///
    /// For keyed hashes of what is not sealed under the key itself.
    ///
    /// - Throws: `subjectFenced`, `keysNotDurable`, `closed`.
    public func makeKey(for owner: KeyOwner) throws { try gate.read { try keys.makeKeys(for: [owner]) } }
}
