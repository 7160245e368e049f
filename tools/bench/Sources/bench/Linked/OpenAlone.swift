import EventLog
import Identifiers
import Sealing

/// AES-256-GCM opening alone, each part under its own person's key, with a log's associated data.
///
/// Keys lie side by side and parts one after another: finding a key is an index, and what a log needs to find one comes
/// out of the log's own share.
struct OpenAlone: PrimitiveAlone {
    /// Where one part lies.
    private struct Place {
        let person: Int
        let start: Int
        let sealedLength: Int
    }

    /// Log id, type, schema version, base, stream, actor, command, index in batch; key id, generation, class.
    private static let associatedLength = 16 + 2 + 2 + 16 + 16 + 16 + 16 + 4 + 16 + 4 + 2

    private let keys: [UInt8]
    private let places: [Place]
    /// For each part: nonce, associated data, ciphertext with its tag.
    private let material: [UInt8]

    /// Seals made-up parts until there are so many bytes of them.
    init(total: Int, people: Int, maker: EventMaker) throws {
        var maker = maker
        var random = SplitMix64(seed: 3)
        var keys = [UInt8](repeating: 0, count: people * Seal.keyCount)
        for index in keys.indices { keys[index] = UInt8(truncatingIfNeeded: random.next()) }
        var places: [Place] = []
        var material: [UInt8] = []
        material.reserveCapacity(total + 4096)
        var sealer = Sealer()
        while material.count < total {
            let event = try maker.event()
            let nonce = (0..<Seal.nonceCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let associated = (0..<Self.associatedLength).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let key = try SymmetricKey(copying: keys[event.person * Seal.keyCount..<(event.person + 1) * Seal.keyCount])
            let sealed = sealer.seal(event.plaintext, key: key, nonce: nonce, associatedData: associated)
            places.append(Place(person: event.person, start: material.count, sealedLength: sealed.count))
            material += nonce
            material += associated
            material += sealed
        }
        self.keys = keys
        self.places = places
        self.material = material
    }

    func run() throws -> Int {
        var opener = Opener()
        var output = [UInt8](repeating: 0, count: 4096)
        try output.withUnsafeMutableBytes { output in
            try keys.withUnsafeBytes { keys in
                try material.withUnsafeBytes { material in
                    for place in places {
                        let associated = place.start + Seal.nonceCount
                        let sealed = associated + Self.associatedLength
                        let end = sealed + place.sealedLength
                        let key = place.person * Seal.keyCount
                        try opener.open(
                            UnsafeRawBufferPointer(rebasing: material[sealed..<end]),
                            key: UnsafeRawBufferPointer(rebasing: keys[key..<key + Seal.keyCount]),
                            nonce: UnsafeRawBufferPointer(rebasing: material[place.start..<associated]),
                            associatedData: UnsafeRawBufferPointer(rebasing: material[associated..<sealed]),
                            into: UnsafeMutableRawBufferPointer(
                                rebasing: output[..<(place.sealedLength - Seal.tagCount)]
                            )
                        )
                    }
                }
            }
        }
        return places.count
    }
}
