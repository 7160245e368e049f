import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

extension Syncd_Events_ReceivedTransfer {
    /// The facts as the event holds them.
    init(_ transfer: ReceivedTransfer) {
        self.init()
        log = LogID(hex: transfer.log)?.data ?? Data()
        epoch = transfer.epoch
        task = TaskID(hex: transfer.task)?.data ?? Data()
        run = RunID(hex: transfer.run)?.data ?? Data()
        sender = transfer.sender
        formerSenders = transfer.formerSenders
        snapshot = transfer.isSnapshot
        fromPosition = transfer.fromPosition
        toPosition = transfer.toPosition
    }

    /// True when the positions of both follow each other: of one log, epoch, task and sender, whose number may have
    /// changed between the two.
    fileprivate func continues(_ other: Syncd_Events_ReceivedTransfer) -> Bool {
        log == other.log && epoch == other.epoch && task == other.task
            && !Set(formerSenders + [sender]).isDisjoint(with: other.formerSenders + [other.sender])
    }
}

extension ReceivedTransfer {
    /// The position that the files of this one's log, task and sender have reached in a store: that of the last run
    /// that was completed; 0 before the first.
    ///
    /// - Parameters:
    ///   - source: the source that they are imported as.
    ///   - log: the store's log.
    public func heldPosition(of source: SourceID, in log: EventLog) throws -> UInt64 {
        let this = Syncd_Events_ReceivedTransfer(self)
        var held: UInt64 = 0
        let query = LogQuery(
            type: EventType.importCompleted.number,
            stream: StreamID(source),
            direction: .backward
        )
        try log.read(query) { event in
            let message = try Syncd_Events_ImportCompleted(serializedBytes: event.open)
            guard message.hasTransfer, this.continues(message.transfer) else { return true }
            held = message.transfer.toPosition
            return false
        }
        return held
    }
}
