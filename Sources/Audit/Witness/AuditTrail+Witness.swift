import EventLog
import Identifiers
import Sealing

extension AuditTrail {
    /// What a witness is sent: the store's checkpoint, and the hashes that lead to it from what the witness has seen.
    ///
    /// - Parameters:
    ///   - size: how many leaves the witness has seen; 0 for none.
    /// - Returns: nil when the tree has fewer: the witness has seen what this log has not.
    public func submission(since size: UInt64, at now: Timestamp) throws -> ConsistencyProof? {
        let tree = tree(of: nil)
        let checkpoint = try checkpoint(of: tree, at: now)
        let head = try TreeHead(reading: checkpoint.text)
        guard size <= head.size else { return nil }
        return ConsistencyProof(
            old: size,
            madeAt: size == 0 ? .origin : try trees.position(of: size - 1, in: tree),
            path: size == 0 ? [] : try trees.consistency(of: tree, from: size, to: head.size),
            checkpoint: checkpoint
        )
    }
}
