import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// What the log tells of a run's beginning.
public struct RecordedStart: Sendable, Hashable {
    /// Where it stands.
    public var position: Position
    /// The run.
    public var run: TransferRun
    /// The file.
    public var file: TransferFileFacts
    /// The report's name.
    public var report: String
    /// Its version.
    public var reportVersion: Int
    /// The acceptance event that it rested on.
    public var acceptance: Position

    /// Reads a `TransferStarted`; nil when the event is another one or a newer program wrote it otherwise.
    ///
    /// - Throws: what decoding throws.
    public init?(_ event: RecordedEvent) throws {
        guard event.type.rawValue == EventType.transferStarted.rawValue else { return nil }
        let message = try Syncd_Events_TransferStarted(serializedBytes: event.open)
        guard let id = RunID(bytes: message.run), let task = TaskID(bytes: message.task),
            let recipient = RecipientID(bytes: message.recipient)
        else { return nil }
        position = event.position
        run = TransferRun(
            id: id,
            task: task,
            base: event.base,
            recipient: recipient,
            stream: event.stream,
            lower: Position(message.lower),
            upper: Position(message.upper)
        )
        file = TransferFileFacts(
            number: FileNumber(sequence: message.sequence, epoch: message.sequenceEpoch),
            name: message.file,
            renderer: message.renderer,
            isSnapshot: message.snapshot,
            renderedAt: Timestamp(microseconds: message.renderedAt)
        )
        acceptance = Position(message.acceptance)
        report = message.report
        reportVersion = Int(message.reportVersion)
    }
}

extension SentPupil {
    private static let codeCount = 32

    /// The pupils of a `TransferItems`; none when the event is another one.
    ///
    /// - Throws: what decoding throws.
    public static func all(in event: RecordedEvent) throws -> [SentPupil] {
        guard event.type.rawValue == EventType.transferItems.rawValue else { return [] }
        return try Syncd_Events_TransferItems(serializedBytes: event.open).pupils.compactMap(SentPupil.init)
    }

    /// Reads a message; nil when ids or codes have another length than ours.
    init?(_ message: Syncd_Events_SentPupil) {
        let codes = Array(message.hashes)
        guard let pupil = SubjectID(bytes: message.entity), let key = RecipientKey(bytes: message.recipientKey),
            let change = PupilChange(rawValue: UInt8(truncatingIfNeeded: message.change)),
            codes.count == message.groups.count * Self.codeCount
        else { return nil }
        var groups: [Group] = []
        for (index, number) in message.groups.enumerated() {
            guard let group = DataGroup(rawValue: UInt16(truncatingIfNeeded: number)) else { return nil }
            let code = Array(codes[index * Self.codeCount..<(index + 1) * Self.codeCount])
            groups.append(Group(group, code: code.allSatisfy { $0 == 0 } ? nil : code))
        }
        self.init(pupil: pupil, key: key, change: change, groups: groups)
    }

    /// The message for the log; zeros stand for the code of a cleared group.
    var message: Syncd_Events_SentPupil {
        Syncd_Events_SentPupil.with {
            $0.entity = Data(pupil.bytes)
            $0.recipientKey = Data(key.bytes)
            $0.change = UInt32(change.rawValue)
            $0.groups = groups.map { UInt32($0.group.rawValue) }
            $0.hashes = Data(groups.flatMap { $0.code ?? [UInt8](repeating: 0, count: Self.codeCount) })
        }
    }
}
