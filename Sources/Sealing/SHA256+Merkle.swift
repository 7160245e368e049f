/// The hashes of RFC 6962 section 2.1.
///
/// ```
/// root of nothing   SHA-256 of nothing
/// leaf              SHA-256(0x00, its bytes)
/// node              SHA-256(0x01, left, right)
/// root of n > 1     node(root of the first k, root of the rest), k the largest power of two below n
/// ```
extension SHA256 {
    /// Gives the hash of a leaf whose bytes lie in two places.
    public mutating func merkleLeaf(
        _ bytes: UnsafeRawBufferPointer,
        _ more: UnsafeRawBufferPointer = .empty
    ) -> Digest {
        prefix(0)
        update(bytes)
        if !more.isEmpty { update(more) }
        return finish()
    }

    /// Gives the hash of the node over two others.
    public mutating func merkleNode(_ left: Digest, _ right: Digest) -> Digest {
        prefix(1)
        left.withUnsafeBytes { update($0) }
        right.withUnsafeBytes { update($0) }
        return finish()
    }

    /// Gives the root over leaf hashes.
    public mutating func merkleRoot(of leaves: [Digest]) -> Digest {
        var hashes = leaves
        return hashes.withUnsafeMutableBufferPointer { merkleRoot(consuming: $0) }
    }

    /// Gives the root over leaf hashes, whose memory it uses up: nothing is allocated.
    ///
    /// Level by level, each pair gives a node and a last one without a neighbour goes up as it is; that is the same
    /// tree as the RFC's, which always splits at the largest power of two.
    public mutating func merkleRoot(consuming hashes: UnsafeMutableBufferPointer<Digest>) -> Digest {
        guard !hashes.isEmpty else { return finish() }
        var count = hashes.count
        while count > 1 {
            for pair in 0..<count / 2 {
                hashes[pair] = merkleNode(hashes[2 * pair], hashes[2 * pair + 1])
            }
            if count % 2 == 1 { hashes[count / 2] = hashes[count - 1] }
            count = (count + 1) / 2
        }
        return hashes[0]
    }

    private mutating func prefix(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { update($0) }
    }
}
