import Crypto
import EventLog
import Identifiers
import Sealing
import Testing

@Suite("Sealing the parts of events")
struct PartSealerTests {
    private let scene: KeyScene
    private let store: KeyStore
    private let context: SealingContext

    init() throws {
        scene = try KeyScene(seed: 41)
        store = try scene.create()
        var random = scene.random
        context = SealingContext(
            log: scene.log,
            type: EventTypeNumber(rawValue: 0x1415),
            schemaVersion: 0x0203,
            base: .random(using: &random),
            stream: .random(using: &random),
            actor: .random(using: &random),
            command: .random(using: &random),
            indexInBatch: 0x0A0B_0C0D
        )
    }

    private func parts(_ lengths: [Int]) throws -> [NewPart] {
        let parts = zip(scene.owners(lengths.count, dataClass: 0x0102), lengths).map { owner, length in
            NewPart(subject: owner.subject, dataClass: owner.dataClass, plaintext: scene.random.bytes(length))
        }
        try store.makeKeys(for: parts.map { KeyOwner(subject: $0.subject, dataClass: $0.dataClass) })
        return parts
    }

    private struct Sealed {
        var bytes: [UInt8]
        var root: Sealing.Digest
        var codes: [Sealing.Digest] = []

        func row(_ index: Int) -> ArraySlice<UInt8> { bytes[index * 40..<index * 40 + 40] }
    }

    private func seal(_ parts: [NewPart], _ sealer: inout PartSealer) throws -> Sealed {
        var bytes = [UInt8](repeating: 0, count: PartSealer.sealedCount(parts))
        var codes: [Sealing.Digest] = []
        let root = try store.withKeys { keys in
            try bytes.withUnsafeMutableBytes {
                try sealer.seal(parts, of: context, under: keys, into: $0, codes: &codes)
            }
        }
        return Sealed(bytes: bytes, root: root, codes: codes)
    }

    private func open(
        _ row: some Collection<UInt8>,
        _ sealed: some Collection<UInt8>,
        _ context: SealingContext
    ) throws -> (SubjectID?, [UInt8]) {
        var opener = PartOpener()
        opener.begin(context)
        var plaintext = [UInt8](repeating: 0, count: sealed.count - 16)
        let subject = try store.withKeys { keys in
            try plaintext.withUnsafeMutableBytes { output in
                try Array(row).withUnsafeBytes { row in
                    try Array(sealed).withUnsafeBytes {
                        try opener.open(row: row, sealed: $0, under: keys, into: output)
                    }
                }
            }
        }
        return (subject, plaintext)
    }

    @Test("rows, ciphertexts, root and codes are what swift-crypto makes of the documented bytes")
    func judgedBySwiftCrypto() throws {
        let parts = try parts([90, 0, 1, 700, 64])
        var sealer = PartSealer(randomness: scene.random)
        let sealed = try seal(parts, &sealer)
        var start = parts.count * 40
        var hash = Sealing.SHA256()
        var leaves: [Sealing.Digest] = []
        let leafBytes: [UInt8] =
            [0x14, 0x15, 0x02, 0x03] + context.base.bytes + context.stream.bytes + context.actor.bytes
            + context.command.bytes + [0x0A, 0x0B, 0x0C, 0x0D]
        for (index, part) in parts.enumerated() {
            let key = try #require(store.known(KeyOwner(subject: part.subject, dataClass: part.dataClass)))
            let row = Array(sealed.row(index))
            let identity: [UInt8] = key.id.bytes + [0, 0, 0, 1, 0x01, 0x02]
            let length = part.plaintext.count + 16
            #expect(Array(row[..<24]) == identity + [0, 1])
            #expect(Array(row[36...]) == [0, 0, UInt8(length >> 8), UInt8(length & 255)])
            let ciphertext = Array(sealed.bytes[start..<start + length])
            start += length
            let box = try AES.GCM.SealedBox(combined: row[24..<36] + ciphertext)
            let opened = try AES.GCM.open(
                box,
                using: .init(data: key.bytes),
                authenticating: scene.log.bytes + leafBytes + identity
            )
            #expect(Array(opened) == part.plaintext)
            let code = Crypto.HMAC<Crypto.SHA256>.authenticationCode(for: part.plaintext, using: .init(data: key.bytes))
            #expect(sealed.codes[index].bytes == Array(code))
            leaves.append(hash.digest(of: [0] + row + ciphertext))
        }
        #expect(start == sealed.bytes.count)
        #expect(sealed.root == hash.merkleRoot(of: leaves))
    }

    @Test("parts open again, in the event they were sealed for")
    func roundTrip() throws {
        let parts = try parts([90, 0, 33])
        var sealer = PartSealer(randomness: scene.random)
        let sealed = try seal(parts, &sealer)
        var start = parts.count * 40
        for (index, part) in parts.enumerated() {
            let end = start + part.plaintext.count + 16
            let (subject, plaintext) = try open(sealed.row(index), sealed.bytes[start..<end], context)
            #expect(subject == part.subject)
            #expect(plaintext == part.plaintext)
            start = end
        }
    }

    @Test("a part moved to another event, or with any byte of its row changed, does not open")
    func bound() throws {
        let parts = try parts([90])
        var sealer = PartSealer(randomness: scene.random)
        let sealed = try seal(parts, &sealer)
        let (row, ciphertext) = (Array(sealed.row(0)), Array(sealed.bytes[40...]))
        var moved = [SealingContext](repeating: context, count: 8)
        moved[0].log = .zero
        moved[1].type = EventTypeNumber(rawValue: 1)
        moved[2].schemaVersion = 9
        moved[3].base = .zero
        moved[4].stream = .zero
        moved[5].actor = .zero
        moved[6].command = .zero
        moved[7].indexInBatch += 1
        for other in moved {
            #expect(throws: EventLogError(.partDamaged, "")) { try open(row, ciphertext, other) }
        }
        for index in row.indices {
            var changed = row
            changed[index] ^= 4
            if index < 16 {
                // Another key's id: no key has it, which reads as destroyed.
                #expect(try open(changed, ciphertext, context).0 == nil)
            } else {
                #expect(throws: EventLogError(.partDamaged, "")) { try open(changed, ciphertext, context) }
            }
        }
        #expect(try open(row, ciphertext, context).1 == parts[0].plaintext)
    }

    @Test("no parts give SHA-256 of nothing")
    func noParts() throws {
        var sealer = PartSealer(randomness: scene.random)
        let sealed = try seal([], &sealer)
        #expect(sealed.bytes.isEmpty && sealed.codes.isEmpty)
        #expect(sealed.root.description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("a part whose key was not made is refused")
    func keyNotMade() throws {
        var sealer = PartSealer(randomness: scene.random)
        let part = NewPart(subject: scene.owners(1)[0].subject, dataClass: DataClass(rawValue: 1), plaintext: [1])
        #expect(throws: EventLogError(.dataKeyMissing, "")) { try seal([part], &sealer) }
    }

    @Test("keys are made for all parts of a batch's events, once")
    func keysForEvents() throws {
        let owners = scene.owners(3)
        let events = [0, 1, 0, 2].map { index in
            NewEvent(
                type: context.type,
                base: context.base,
                stream: context.stream,
                parts: [NewPart(subject: owners[index].subject, dataClass: owners[index].dataClass, plaintext: [])]
            )
        }
        try store.makeKeys(for: events)
        #expect(store.count == 3)
        let pages = store.mark.pages
        try store.makeKeys(for: events)
        #expect(store.mark.pages == pages)
    }

    @Test("two threads seal the halves of a batch, and every part opens")
    func twoThreads() async throws {
        let parts = try parts((0..<400).map { $0 % 120 })
        let halves = try await withThrowingTaskGroup(of: (Int, [Sealed]).self) { group in
            for half in 0..<2 {
                group.addTask {
                    var sealer = PartSealer(randomness: scene.random)
                    return (half, try parts[half * 200..<half * 200 + 200].map { try seal([$0], &sealer) })
                }
            }
            return try await group.reduce(into: [Int: [Sealed]]()) { $0[$1.0] = $1.1 }
        }
        let sealed = [0, 1].flatMap { halves[$0] ?? [] }
        try #require(sealed.count == parts.count)
        for (part, sealed) in zip(parts, sealed) {
            #expect(try open(sealed.row(0), sealed.bytes[40...], context) == (part.subject, part.plaintext))
        }
    }

    @Test("no nonce comes twice, over two sealers that share a source and many refills")
    func noncesDiffer() throws {
        let parts = try parts([8])
        var first = PartSealer(randomness: scene.random)
        var second = PartSealer(randomness: scene.random)
        var nonces: Set<[UInt8]> = []
        for _ in 0..<2_500 {
            nonces.insert(Array(try seal(parts, &first).bytes[24..<36]))
            nonces.insert(Array(try seal(parts, &second).bytes[24..<36]))
        }
        #expect(nonces.count == 5_000)
    }
}
