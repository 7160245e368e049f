import Audit
import Events
import Foundation
import Identifiers
import School
import Sealing
import SwiftProtobuf
import Testing

@testable import EventLog

@Suite("Checkpoints, proofs and the checking of a whole store")
struct AuditTrailTests {
    @Test("a checkpoint is the same until something happens, and takes in every base")
    func checkpoint() throws {
        let store = try AuditedStore()
        try store.grow(30)
        let first = try store.checkpoint()
        let end = store.end
        #expect(try store.checkpoint() == first && store.end == end)
        try store.grow(1)
        let second = try store.checkpoint()
        #expect(second != first)
        let audit = try store.audit()
        #expect(try audit.check(first).tree == audit.tree(of: nil))
        #expect(try audit.check(second).head.size == TreeHead(reading: second.text).size)
        let report = try store.verify()
        #expect(report.isIntact && report.heads == 2 && report.trees == 4)
        #expect(report.events == Int(store.end.rawValue) && report.through == store.end)
    }

    @Test("each event is proven in its base's tree, and the proof is good for no other")
    func inclusion() throws {
        let store = try AuditedStore()
        try store.grow(40)
        _ = try store.checkpoint()
        let audit = try store.audit()
        for position in 1...store.end.rawValue {
            let proof = try audit.proof(of: Position(position), at: store.now)
            let base = BaseID(reading: proof.leaf.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[48..<64]) })
            let keys = try audit.verifiers(of: audit.tree(of: base))
            #expect(try proof.isValid(by: keys))
            var other = proof
            other.leaf[40] ^= 1
            #expect(try !other.isValid(by: keys))
            other = proof
            other.index += 1
            #expect(try !other.isValid(by: keys))
            #expect(try !proof.isValid(by: audit.verifiers(of: audit.tree(of: AuditedStore.base(99)))))
        }
        let missing = AuditError(.nothingThere, "")
        #expect(throws: missing) { try audit.proof(of: .origin, at: store.now) }
        #expect(throws: missing) { try audit.proof(of: store.end.next, at: store.now) }
        #expect(throws: missing) { try audit.head(of: audit.tree(of: AuditedStore.base(99))) }
    }

    @Test("growth since each kept checkpoint is proven")
    func growth() throws {
        let store = try AuditedStore()
        var kept: [SignedNote] = []
        for _ in 0..<6 {
            try store.grow(7)
            kept.append(try store.checkpoint())
            kept.append(try store.checkpoint(of: AuditedStore.base(2)))
        }
        let audit = try store.audit()
        for note in kept {
            let (tree, old, madeAt) = try audit.check(note)
            let proof = try audit.growth(since: note, at: store.now)
            #expect(try proof.isValid(since: old, by: audit.verifiers(of: tree)))
            #expect(proof.madeAt == madeAt && madeAt <= store.end)
            var wrong = old
            wrong.size += 1
            #expect(try !proof.isValid(since: wrong, by: audit.verifiers(of: tree)))
        }
    }

    @Test("a new key signs together with the old one for 30 days, then alone; old checkpoints stay good")
    func rotation() throws {
        let store = try AuditedStore()
        try store.grow(3)
        let first = try store.checkpoint()
        #expect(first.signatures.count == 1)
        let second = try store.checkpoint(newKey: true)
        #expect(second.signatures.count == 2)
        let audit = try store.audit()
        let keys = try audit.verifiers(of: audit.tree(of: nil))
        #expect(keys.count == 2 && first.isSigned(by: [keys[0]]) && !first.isSigned(by: [keys[1]]))
        #expect(second.isSigned(by: [keys[0]]) && second.isSigned(by: [keys[1]]))
        let month = Timestamp(microseconds: store.now.microseconds + 31 * 24 * 3600 * 1_000_000)
        let later = try audit.checkpoint(of: audit.tree(of: nil), at: month)
        #expect(later.signatures.map(\.keyID) == [keys[1].id])
        _ = try audit.check(first)
    }

    @Test("checkpoints of others are told from our own")
    func strangers() throws {
        let store = try AuditedStore()
        try store.grow(3)
        let note = try store.checkpoint()
        let audit = try store.audit()
        let head = try TreeHead(reading: note.text)
        let stranger = NamedSigningKey(name: head.origin, key: try SigningKey(seed: [UInt8](repeating: 1, count: 32)))
        #expect(throws: AuditError(.signature, "")) {
            try audit.check(SignedNote(signing: head.text, with: [stranger]))
        }
        let other = TreeHead(origin: "another/log", size: 1, root: head.root)
        #expect(throws: AuditError(.anotherLog, "")) {
            try audit.check(SignedNote(signing: other.text, with: [stranger]))
        }
    }

    @Test("Invariant 4: a changed record is found, however thoroughly it was changed")
    func forged() throws {
        // The forger mends checksums only.
        var store = try AuditedStore()
        try store.grow(30)
        _ = try store.checkpoint()
        try store.forge(Position(9), keepsTrees: true) { _, open in open[0] ^= 1 }
        var report = try store.verify()
        #expect(report.findings.map(\.position) == [Position(9)] && report.findings.first?.kind == .changed)

        // The leaf is made to fit, so the trees no longer do, nor the heads that were recorded.
        store = try AuditedStore()
        try store.grow(30)
        _ = try store.checkpoint()
        try store.forge(Position(9), keepsTrees: true, Self.actedAs)
        report = try store.verify()
        #expect(report.findings.count == 2 && report.findings.allSatisfy { $0.kind == .changed })
        try store.forge(Position(9), keepsTrees: false, Self.actedAs)
        #expect(try store.verify().isIntact)
    }

    @Test(
        "Invariant 4: a quick look finds what was changed after the checkpoint, and a checkpoint that the log has left"
    )
    func quick() throws {
        let store = try AuditedStore()
        try store.grow(20)
        let kept = try store.checkpoint()
        try store.grow(20)
        var report = try store.audit().verify(since: kept)
        #expect(report.isIntact && report.events >= 20 && report.events < 30)
        let late = Position(store.end.rawValue - 3)
        try store.forge(late, keepsTrees: true) { _, open in open[0] ^= 1 }
        report = try store.audit().verify(since: kept)
        #expect(report.findings.map(\.position) == [late])
        let other = try AuditedStore()
        try other.grow(20)
        let early = try other.checkpoint()
        try other.grow(5)
        try other.forge(Position(9), keepsTrees: false, Self.actedAs)
        let trail = try other.audit()
        try trail.catchUp()
        #expect(throws: AuditError(.inconsistent, "")) { _ = try trail.verify(since: early) }
    }

    @Test("a witness's key and cosignature are taken as C2SP writes them, and no other")
    func cosignature() throws {
        let store = try AuditedStore()
        try store.grow(3)
        let note = try store.checkpoint()
        let secret = try SigningKey(seed: [UInt8](repeating: 7, count: 32))
        let name = "witness.example/w1"
        var hash = SHA256()
        let data = [4] + (secret.verifying.bytes)
        let id = Array(hash.digest(of: Array(name.utf8) + [0x0A] + data).bytes[..<4])
        let hex = id.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let key = try WitnessKey(reading: "\(name)+\(hex)+\(Base64.text(data))")
        let time = [UInt8](repeating: 0, count: 4) + [0x6A, 0, 0, 1]
        let signature = secret.signature(of: Array("cosignature/v1\ntime \(0x6A00_0001)\n\(note.text)".utf8))
        let line = "\u{2014} \(name) \(Base64.text(id + time + signature))\n"
        #expect(try Cosignature(reading: line, by: key, of: note).time == 0x6A00_0001)
        try store.grow(1)
        let later = try store.checkpoint()
        #expect(throws: AuditError(.signature, "")) { try Cosignature(reading: line, by: key, of: later) }
        #expect(throws: AuditError(.malformed, "")) { try WitnessKey(reading: "\(name)+00000000+\(Base64.text(data))") }
        #expect(throws: AuditError(.malformed, "")) { try WitnessKey(reading: "nonsense") }
    }

    @Test("Invariant 4: a log that was changed and its heads recorded anew is found by a checkpoint kept elsewhere")
    func forgedThroughout() throws {
        let store = try AuditedStore()
        try store.grow(30)
        let kept = try store.checkpoint()
        let ofBase = try store.checkpoint(of: AuditedStore.base(2))
        let heads = store.end
        let position = try Self.first(of: AuditedStore.base(2), store.log)
        try store.forge(position, keepsTrees: false, Self.actedAs)
        let report = try store.verify()
        #expect(report.findings.map(\.position) == [heads])
        // What the heads would have been is no secret: everything is made to fit.
        let root = try store.audit().heads().root.bytes
        try store.forge(heads, keepsTrees: false) { leaf, open in
            open.copyBytes(from: [UInt8](open).dropLast(root.count) + root)
            var hash = SHA256()
            hash.digest(of: UnsafeRawBufferPointer(open)).write(
                into: UnsafeMutableRawBufferPointer(rebasing: leaf[144...])
            )
        }
        #expect(try store.verify().isIntact)
        let again = try store.audit()
        #expect(throws: AuditError(.inconsistent, "")) { try again.check(kept) }
        #expect(throws: AuditError(.inconsistent, "")) { try again.check(ofBase) }
    }

    @Test("a log that was put back to an older state does not reach its checkpoint")
    func putBack() throws {
        let store = try AuditedStore()
        try store.grow(5)
        let old = try AuditedStore()
        try old.grow(1)
        let note = try store.checkpoint()
        // Same ids, less of a log.
        let audit = try old.audit()
        #expect(throws: AuditError.self) { try audit.check(note) }
    }

    /// Makes somebody else the actor.
    private static func actedAs(_ leaf: UnsafeMutableRawBufferPointer, _ open: UnsafeMutableRawBufferPointer) {
        leaf[95] ^= 1
    }

    private static func first(of base: BaseID, _ log: EventLog) throws -> Position {
        var found = Position.origin
        try log.read(LogQuery(base: base)) { event in
            found = event.position
            return false
        }
        return found
    }
}
