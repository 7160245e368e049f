import Crypto

/// A record, taken apart and opened by the document alone.
struct DocumentedRecord {
    /// A part in clear, and whose it is.
    struct Part: Equatable {
        /// Nil when the key has been destroyed.
        let subject: [UInt8]?
        let dataClass: UInt64
        let plaintext: [UInt8]
        /// HMAC of the plaintext under its data key: what the fingerprint takes; nil when the key has been destroyed.
        let code: [UInt8]?
    }

    let leaf: Fields
    let open: [UInt8]
    let parts: [Part]
    /// The whole record.
    let bytes: [UInt8]
    /// Its length.
    var count: Int { bytes.count }

    /// Reads the record at the front of some bytes, checking digest, root and tags.
    init(_ bytes: some Collection<UInt8>, log: [UInt8], keys: DocumentedKeys) throws {
        let all = Array(bytes)
        leaf = try Fields("leaf", of: all)
        var offset = leaf.layout.count + (try leaf.count("open part length"))
        open = Array(all[leaf.layout.count..<offset])
        let rows = try (0..<leaf.count("part count")).map { _ in
            let row = try Fields("row of a part", of: all[offset...])
            offset += row.layout.count
            return row
        }
        var parts: [Part] = []
        var hashes: [[UInt8]] = []
        for row in rows {
            let sealed = Array(all[offset..<offset + (try row.count("sealed length"))])
            offset += sealed.count
            hashes.append(Array(SHA256.hash(data: [0] + row.bytes + sealed)))
            parts.append(try Self.open(sealed, row, leaf, log, keys))
        }
        self.bytes = Array(all[..<offset])
        self.parts = parts
        guard try leaf["open part digest"] == Array(SHA256.hash(data: open)),
            try leaf["parts root"] == Self.root(hashes[...])
        else { throw NotAsDocumented("digest or root of record \(try leaf.number("position"))") }
    }

    private static func open(
        _ sealed: [UInt8],
        _ row: Fields,
        _ leaf: Fields,
        _ log: [UInt8],
        _ keys: DocumentedKeys
    ) throws -> Part {
        if try keys.byID[row["key id"]] == nil, keys.generation > 1 {
            return Part(subject: nil, dataClass: try row.number("data class"), plaintext: [], code: nil)
        }
        guard let key = keys.byID[try row["key id"]], key.dataClass == (try row.number("data class")),
            try row.number("algorithm") == 1
        else { throw NotAsDocumented("a part of record \(try leaf.number("position")) has no key") }
        let box = try AES.GCM.SealedBox(
            nonce: AES.GCM.Nonce(data: try row["nonce"]),
            ciphertext: sealed.dropLast(16),
            tag: sealed.suffix(16)
        )
        let associated = log + leaf.bytes[4..<8] + leaf.bytes[48..<116] + row.bytes[0..<22]
        guard associated.count == 110 else { throw NotAsDocumented("the associated data") }
        let plaintext = [UInt8](try AES.GCM.open(box, using: key.key, authenticating: associated))
        return Part(
            subject: key.subject,
            dataClass: key.dataClass,
            plaintext: plaintext,
            code: Array(HMAC<SHA256>.authenticationCode(for: plaintext, using: key.key))
        )
    }

    /// RFC 6962's tree hash over leaf hashes.
    private static func root(_ hashes: ArraySlice<[UInt8]>) -> [UInt8] {
        guard let first = hashes.first else { return Array(SHA256.hash(data: [UInt8]())) }
        guard hashes.count > 1 else { return first }
        var left = 1
        while left * 2 < hashes.count { left *= 2 }
        return Array(SHA256.hash(data: [1] + root(hashes.prefix(left)) + root(hashes.dropFirst(left))))
    }

    /// The fingerprint of a batch.
    static func fingerprint(of batch: [DocumentedRecord]) throws -> [UInt8] {
        var hash = SHA256()
        for record in batch {
            let leaf = record.leaf
            hash.update(data: try leaf["type"] + leaf["part count"] + leaf["open part length"] + leaf["stream"])
            hash.update(data: record.open)
            for part in record.parts { hash.update(data: part.code ?? []) }
        }
        return Array(hash.finalize())
    }
}

extension Sequence<UInt8> {
    /// Hexadecimal digits.
    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

/// CRC-32C, bit by bit: slow, and nobody else's.
func documentedCRC(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var crc: UInt32 = ~0
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
    return UInt64(~crc)
}
