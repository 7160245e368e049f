#if DEBUG
    import Dispatch
    import EventLog
    import Identifiers
    import Projections
    import Synchronization

    /// Others at work in the process while a command works, as in a server: for tests that disturb the command.
    ///
    /// Each checks what it is shown: positions without a gap, in whole batches. What one of them meets fails the command.
    final class TestCompany: Sendable {
        /// Who can be at work.
        enum Member: String, Sendable, Hashable {
            /// A thread that reads the whole log again and again.
            case reader
            /// A task that follows the log.
            case subscriber
            /// A thread that rebuilds state whenever the log has grown.
            case rebuild
        }

        private let log: EventLog
        private let state: State
        private let work = DispatchGroup()
        private let isLeaving = Atomic(false)
        private let failure = Mutex<(any Error)?>(nil)
        private let subscriber = Mutex<Task<Void, Never>?>(nil)

        /// Begins the work.
        init(_ members: Set<Member>, log: EventLog, state: State) {
            self.log = log
            self.state = state
            if members.contains(.reader) { begin { try self.read() } }
            if members.contains(.rebuild) { begin { try self.rebuild() } }
            if members.contains(.subscriber) { follow() }
        }

        /// Ends the work.
        ///
        /// - Throws: what one of them met first.
        func leave() throws {
            isLeaving.store(true, ordering: .releasing)
            subscriber.withLock { $0?.cancel() }
            work.wait()
            if let failure = failure.withLock({ $0 }) { throw failure }
        }

        private func begin(_ body: @escaping @Sendable () throws -> Void) {
            DispatchQueue.global().async(group: work) {
                do { try body() } catch { self.note(error) }
            }
        }

        private func read() throws {
            repeat {
                var order = Order()
                try log.read(LogQuery(opensParts: true)) { event in
                    try order.check(event)
                    return !isLeaving.load(ordering: .acquiring)
                }
                // Not busy all the time: the command is what is tested.
                _ = log.wait(beyond: log.durableEnd, milliseconds: 5)
            } while !isLeaving.load(ordering: .acquiring)
        }

        private func rebuild() throws {
            var seen = log.durableEnd
            while !isLeaving.load(ordering: .acquiring) {
                guard log.wait(beyond: seen, milliseconds: 5), log.durableEnd > seen else { continue }
                seen = log.durableEnd
                let rebuilt = try state.rebuild(resuming: false)
                guard rebuilt.isPublished else {
                    throw ProjectionError(.outOfOrder, "a rebuild differs from what is in place")
                }
            }
        }

        private func follow() {
            work.enter()
            let task = Task {
                defer { work.leave() }
                do {
                    var order = Order()
                    for try await events in try log.subscribe(after: .origin, limit: 64) {
                        for event in events { try order.check(event) }
                    }
                } catch {
                    note(error)
                }
            }
            subscriber.withLock { $0 = task }
        }

        private func note(_ error: any Error) {
            failure.withLock { $0 = $0 ?? error }
        }
    }

    /// The order in which events must come.
    private struct Order {
        private var last: RecordedEvent?

        mutating func check(_ event: RecordedEvent) throws {
            let isNext = event.position == (last?.position ?? .origin).next
            let isInBatch = event.indexInBatch == (last.map { $0.endsBatch ? 0 : $0.indexInBatch + 1 } ?? 0)
            guard isNext, isInBatch else {
                throw EventLogError(.outOfRange, "the log was shown out of order at position \(event.position)")
            }
            last = event
        }
    }
#endif
