import EventLog
import Events
import Foundation
import Identifiers

/// Setting cursors by hand, or because what they rest on is gone (rulings 3, 18).
public enum CursorResets {
    /// Sets a task's cursor at a base.
    ///
    /// - Parameter position: everything up to here counts as sent; the origin for nothing.
    public static func event(of task: TaskID, at base: BaseID, to position: Position) -> NewEvent {
        var message = Syncd_Events_CursorReset()
        message.task = Data(task.bytes)
        message.position = position.rawValue
        return NewEvent(
            type: EventTypeNumber(rawValue: EventType.cursorReset.rawValue),
            base: base,
            stream: StreamID(task),
            open: EventBytes.of(message)
        )
    }
}
