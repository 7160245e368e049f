import Audit
import Events
import Foundation
import Identifiers
import LMDB
import School
import Sealing

@testable import EventLog

/// A store whose log grows event by event, and a forger who has the disk.
final class AuditedStore {
    let folder: URL
    let layout: StoreLayout
    let logID = LogID(high: 1, low: 2)
    let owner = BaseID(high: 3, low: 4)
    private var opened: EventLog?
    private var trail: AuditTrail?
    private var next: UInt64 = 1

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "syncd-audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        layout = StoreLayout(root: folder.path + "/store")
        let keys = try Self.keys(folder, layout)
        try EventLog.create(layout, log: logID, owner: owner, keySource: keys)
        opened = try Self.open(folder, layout)
    }

    deinit {
        try? opened?.close()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func keys(_ folder: URL, _ layout: StoreLayout) throws -> KeyFolder {
        try KeyFolder(path: folder.path + "/keys", store: layout.root, randomness: SystemRandomness())
    }

    private static func open(_ folder: URL, _ layout: StoreLayout) throws -> EventLog {
        var settings = LogSettings()
        settings.segmentBytes = 64 << 10
        settings.mapBytes = 1 << 30
        settings.reserveBytes = 0
        return try EventLog(opening: layout, keySource: try keys(folder, layout), settings: settings)
    }

    /// The present time: a minute later with each batch.
    var now: Timestamp { Timestamp(microseconds: 1_700_000_000_000_000 + Int64(next) * 60_000_000) }

    /// The log; none while a forger is at work.
    var log: EventLog {
        get throws {
            guard let opened else { throw CocoaError(.fileLocking) }
            return opened
        }
    }

    /// The log's last position.
    var end: Position { opened?.durableEnd ?? .origin }

    /// A base by a small number.
    static func base(_ number: UInt64) -> BaseID { BaseID(high: 9, low: number) }

    func append(_ events: [NewEvent]) throws {
        defer { next += 1 }
        let batch = Batch(
            command: CommandID(high: 7, low: next),
            actor: ActorID(high: 8, low: 1),
            recordedAt: now,
            events: events
        )
        _ = try log.append(batch)
    }

    /// Appends events of made-up people at some bases.
    func grow(_ events: Int, bases: UInt64 = 3) throws {
        for index in 0..<events {
            let number = next &* 31 &+ UInt64(index)
            let event = NewEvent(
                type: EventTypeNumber(rawValue: 20),
                base: Self.base(1 + number % bases),
                stream: StreamID(high: 5, low: 1 + number % 40),
                open: Array("open \(number)".utf8),
                parts: [
                    NewPart(
                        subject: SubjectID(high: 5, low: 1 + number % 40),
                        dataClass: DataClass(rawValue: 1),
                        plaintext: Array("sealed \(number)".utf8)
                    )
                ]
            )
            try append([event])
        }
    }

    /// Makes a key if there is none, records the heads, and signs the tree of a base or the owner.
    func checkpoint(of base: BaseID? = nil, newKey: Bool = false) throws -> SignedNote {
        let keys = try AuditKey.all(in: log)
        if keys.isEmpty || newKey {
            let seed = SystemRandomness().bytes(32)
            try append([try AuditKey.making(number: UInt32(keys.count + 1), seed: seed, owner: owner)])
        }
        let audit = try audit()
        if let heads = try audit.headsEvent() {
            try append([heads])
            try audit.catchUp()
        }
        return try audit.checkpoint(of: audit.tree(of: base), at: now)
    }

    /// The trees, up to the log's end.
    func audit() throws -> AuditTrail {
        let audit = try trail ?? AuditTrail(of: log)
        trail = audit
        try audit.catchUp()
        return audit
    }

    func verify() throws -> VerifyReport { try audit().verify() }

    /// Closes the store, changes one stored record as somebody would who knows the format, checksums included, and opens
    /// it again.
    ///
    /// - Parameters:
    ///   - keepsTrees: leaves the trees as they were; else they are removed, as whoever is thorough would.
    ///   - edit: changes the 208 bytes of the leaf, and its open part.
    func forge(
        _ position: Position,
        keepsTrees: Bool,
        _ edit: (UnsafeMutableRawBufferPointer, UnsafeMutableRawBufferPointer) -> Void
    ) throws {
        trail = nil
        try log.close()
        opened = nil
        try Self.rewrite(layout, position, edit)
        if !keepsTrees { try FileManager.default.removeItem(atPath: layout.trees) }
        opened = try Self.open(folder, layout)
    }

    private static func rewrite(
        _ layout: StoreLayout,
        _ position: Position,
        _ edit: (UnsafeMutableRawBufferPointer, UnsafeMutableRawBufferPointer) -> Void
    ) throws {
        let environment = try Environment(
            file: layout.log + "/data.mdb",
            options: Environment.Options(mapBytes: 1 << 30, tablesMax: 16)
        )
        let blocks = try environment.tables(["blocks"], create: false)[0]
        var last: (key: [UInt8], value: [UInt8])?
        try environment.read { transaction in
            try transaction.scan(blocks) { key, value in
                let first = key.withUnsafeBytes { Position($0.bigEndian(0)) }
                if first <= position { last = ([UInt8](copying: key), [UInt8](copying: value)) }
                return first <= position
            }
        }
        guard let found = last else { throw CocoaError(.fileReadUnknown) }
        var block = found.value
        block.withUnsafeMutableBytes { bytes in
            func slice(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
                UnsafeMutableRawBufferPointer(rebasing: bytes[range])
            }
            let view = UnsafeRawBufferPointer(bytes)
            let index = Int(position.rawValue - (view.bigEndian(8) as UInt64))
            let count = Int(view.bigEndian(16) as UInt32)
            let leaves = BlockLayout.headerBytes..<BlockLayout.headerBytes + count * RecordLayout.leafBytes
            let table = leaves.upperBound..<leaves.upperBound + (count + 1) * 4
            let bodies = table.upperBound..<table.upperBound + Int(view.bigEndian(20) as UInt32)
            let leaf = leaves.lowerBound + index * RecordLayout.leafBytes
            let body = bodies.lowerBound + Int(view.bigEndian(table.lowerBound + index * 4) as UInt32)
            let open = Int(view.bigEndian(leaf + 136) as UInt32)
            edit(slice(leaf..<leaf + RecordLayout.leafBytes), slice(body..<body + open))
            bytes.putBigEndian(Checksum.crc32c(UnsafeRawBufferPointer(slice(leaves))), at: 24)
            bytes.putBigEndian(Checksum.crc32c(UnsafeRawBufferPointer(slice(table))), at: 28)
            bytes.putBigEndian(Checksum.crc32c(UnsafeRawBufferPointer(slice(bodies))), at: 32)
            bytes.putBigEndian(Checksum.crc32c(UnsafeRawBufferPointer(slice(0..<60))), at: 60)
        }
        try environment.write { try $0.put(block, for: found.key, in: blocks) }
    }
}
