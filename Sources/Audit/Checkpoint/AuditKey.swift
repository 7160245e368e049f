import EventLog
import Events
import Foundation
import Identifiers
import School
import Sealing
import SwiftProtobuf

/// A key that signs this store's checkpoints.
///
/// It is drawn once and kept as an event: its public half in clear, for ever, so that the tree itself says who signed;
/// its secret half sealed under the owner's own key of class audit, so that it is in every backup and custodian copy of
/// the keys and nowhere else.
public struct AuditKey: Sendable {
    /// Counted from 1; the newest signs.
    public var number: UInt32
    /// When it was made.
    public var made: Timestamp
    /// What others check with.
    public var verifying: VerifyingKey
    /// The key; nil when its secret half cannot be opened.
    public var signing: SigningKey?

    /// How long the key before the newest one signs, too, so that those who know only it can follow: 30 days.
    static let overlapMicroseconds: Int64 = 30 * 24 * 3600 * 1_000_000

    /// The stream of a store's audit keys.
    static func stream(_ owner: BaseID) -> StreamID { StreamID(owner) }

    /// The keys of a log, in the order of their making.
    public static func all(in log: EventLog) throws -> [AuditKey] {
        var keys: [AuditKey] = []
        try log.read(LogQuery(type: EventType.auditKeyMade.number, opensParts: true)) { event in
            let open = try Syncd_Events_AuditKeyMade(serializedBytes: event.open)
            let seed = try event.parts.first?.plaintext.map { try Syncd_Events_AuditKey(serializedBytes: $0).seed }
            keys.append(
                AuditKey(
                    number: open.number,
                    made: event.recordedAt,
                    verifying: try VerifyingKey(bytes: [UInt8](open.publicKey)),
                    signing: try seed.map { try SigningKey(seed: [UInt8]($0)) }
                )
            )
            return true
        }
        return keys
    }

    /// The event that makes a key.
    ///
    /// - Parameters:
    ///   - number: how many there are with it.
    ///   - seed: 32 random bytes.
    ///   - owner: the store's own base id.
    public static func making(number: UInt32, seed: [UInt8], owner: BaseID) throws -> NewEvent {
        var open = Syncd_Events_AuditKeyMade()
        open.number = number
        open.publicKey = Data(try SigningKey(seed: seed).verifying.bytes)
        var secret = Syncd_Events_AuditKey()
        secret.seed = Data(seed)
        return NewEvent(
            type: EventType.auditKeyMade.number,
            base: owner,
            stream: stream(owner),
            open: try open.serializedBytes(),
            parts: [
                NewPart(
                    subject: SubjectID(owner),
                    dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
                    plaintext: try secret.serializedBytes()
                )
            ]
        )
    }

    /// Those that sign at an instant: the newest, and for 30 days the one before.
    static func signing(_ keys: [AuditKey], at now: Timestamp) throws -> [SigningKey] {
        guard let newest = keys.last else { return [] }
        let isFresh = now.microseconds - newest.made.microseconds < overlapMicroseconds
        return try keys.suffix(isFresh ? 2 : 1).reversed().map { key in
            guard let signing = key.signing else {
                let message =
                    "checkpoint key \(key.number) cannot be opened: open the store with all of its keys, or make a new one "
                    + "with `syncd audit checkpoint --new-key`"
                throw AuditError(.keyLost, message)
            }
            return signing
        }
    }
}
