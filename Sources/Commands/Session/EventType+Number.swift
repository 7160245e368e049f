import EventLog
import School

extension EventType {
    /// The number as the log knows it.
    var number: EventTypeNumber { EventTypeNumber(rawValue: rawValue) }
}
