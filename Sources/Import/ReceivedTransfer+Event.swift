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
    /// that was completed and has not been undone; 0 before the first.
    ///
    /// - Parameters:
    ///   - source: the source that they are imported as.
    ///   - log: the store's log.
    public func heldPosition(of source: SourceID, in log: EventLog) throws -> UInt64 {
        let this = Syncd_Events_ReceivedTransfer(self)
        var taken: [(run: Data, content: Data, position: UInt64)] = []
        try log.read(LogQuery(stream: StreamID(source))) { event in
            switch EventType(rawValue: event.type.rawValue) {
            case .importCompleted:
                let message = try Syncd_Events_ImportCompleted(serializedBytes: event.open)
                guard message.hasTransfer, this.continues(message.transfer) else { break }
                taken.append((message.run, message.digest, message.transfer.toPosition))
            case .importUndone:
                let undone = try Syncd_Events_ImportUndone(serializedBytes: event.open).undone
                // A repeat of the same file changed nothing, and goes with what it repeated.
                let content = taken.first { $0.run == undone }?.content
                taken.removeAll { $0.content == content }
            default: break
            }
            return true
        }
        return taken.last?.position ?? 0
    }
}
