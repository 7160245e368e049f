/// Events after a position: first those that are there, then each as it becomes durable.
///
/// No gap, no duplicate.
///
/// It ends when the task is cancelled, and when the log is closed and everything has been yielded; closed before that,
/// it throws `closed`, so that nobody takes a part for the whole. Batches are never split.
public struct Subscription: AsyncSequence, Sendable {
    /// What it yields: whole batches, oldest first.
    public typealias Element = [RecordedEvent]

    private let log: EventLog
    private let start: Position
    private let limit: Int

    init(_ log: EventLog, after start: Position, limit: Int) {
        self.log = log
        self.start = start
        self.limit = limit
    }

    /// Begins to follow.
    public func makeAsyncIterator() -> Iterator { Iterator(log: log, position: start, limit: limit) }

    /// Follows the log.
    public struct Iterator: AsyncIteratorProtocol {
        let log: EventLog
        /// The last position that has been yielded.
        public private(set) var position: Position
        let limit: Int

        init(log: EventLog, position: Position, limit: Int) {
            self.log = log
            self.position = position
            self.limit = limit
        }

        /// The next events; nil at the end.
        ///
        /// - Throws: `closed` when the log was closed before everything was yielded; what reading throws.
        public mutating func next() async throws -> [RecordedEvent]? {
            while !Task.isCancelled {
                guard let events = try eventsUnlessClosed() else { return nil }
                if let last = events.last {
                    position = last.position
                    return events
                }
                guard await log.announcer.wait(beyond: position) else { return nil }
            }
            return nil
        }

        private func eventsUnlessClosed() throws -> [RecordedEvent]? {
            do {
                return try log.events(after: position, limit: limit)
            } catch let error as EventLogError where error.code == .closed && position == log.durableEnd {
                return nil
            }
        }
    }
}
