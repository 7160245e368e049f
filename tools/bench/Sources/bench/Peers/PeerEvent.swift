import EventLog
import Identifiers

/// An event as a peer stores it: the same facts as the log's, packed, unsealed, in about 200 bytes.
///
/// Sealing, hashing and the trees are left out: the peers have less to do and less to store than the log.
struct PeerEvent {
    /// Bytes before the open part: type, schema version, padding, time, base, actor, command, cause.
    static let headerLength = 72
    /// The first two bytes of every event, as they are loaded: what a scan touches.
    static var firstWord: UInt16 { EventMaker.type.rawValue.bigEndian }

    /// The packed bytes, written over by each event.
    private(set) var bytes = [UInt8](repeating: 0, count: 512)
    /// How many of them this event has.
    private(set) var count = 0

    /// Packs an event over the one before it.
    mutating func pack(_ event: MadeEvent, actor: ActorID, command: CommandID) throws {
        count = Self.headerLength + event.open.count + event.plaintext.count
        guard count <= bytes.count else { throw BenchError(.wrongAnswer, "a made event of \(count) bytes is too long") }
        bytes.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: Self.firstWord, toByteOffset: 0, as: UInt16.self)
            bytes.storeBytes(of: UInt16(1).bigEndian, toByteOffset: 2, as: UInt16.self)
            bytes.storeBytes(of: EventMaker.instant.microseconds.bigEndian, toByteOffset: 8, as: Int64.self)
            event.base.write(into: UnsafeMutableRawBufferPointer(rebasing: bytes[16..<32]))
            actor.write(into: UnsafeMutableRawBufferPointer(rebasing: bytes[32..<48]))
            command.write(into: UnsafeMutableRawBufferPointer(rebasing: bytes[48..<64]))
            bytes.storeBytes(of: 0, toByteOffset: 64, as: UInt64.self)
            let payload = UnsafeMutableRawBufferPointer(rebasing: bytes[Self.headerLength...])
            payload.copyBytes(from: event.open)
            UnsafeMutableRawBufferPointer(rebasing: payload[event.open.count...]).copyBytes(from: event.plaintext)
        }
    }
}

/// A store that the log is measured beside.
protocol Peer: AnyObject {
    /// Appends events in one transaction, durable on return.
    func append(_ count: Int, from maker: inout EventMaker) throws
    /// Brings the files to their resting form, outside any clock.
    func settle() throws
    /// Reads every event in order and touches its header; answers how many there are.
    func scan() throws -> Int
    /// Bytes of the store's files.
    func fileBytes() throws -> Int
}
