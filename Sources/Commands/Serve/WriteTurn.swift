import EventLog
import Synchronization
import Transfer

/// One command that changes the store at a time; those that only read go beside it.
///
/// While a command delivers a file, however slowly, it is not in its turn; then those may take it that let a delivery be,
/// and nobody else (0148).
final class WriteTurn: Sendable {
    private struct Held {
        /// The command whose turn it is.
        var holder: String?
        /// Deliveries at work outside of the turn, all of one command, and which that is.
        var deliveries = 0
        var deliverer: String?

        mutating func take(_ purpose: String, besideDeliveries: Bool) -> Void? {
            guard holder == nil, besideDeliveries || deliveries == 0 else { return nil }
            holder = purpose
            return ()
        }
    }

    private let held = Monitor(Held())
    private let queue = Atomic(0)

    /// Whose turn it is, or who delivers; nil for nobody's.
    var holder: String? { held.with { $0.holder ?? $0.deliverer } }

    /// True while a delivery is at work outside of the turn.
    var isDelivering: Bool { held.with { $0.deliveries > 0 } }

    /// How many wait for it.
    var waiting: Int { queue.load(ordering: .relaxed) }

    /// What keeps others waiting, in words; nil when nobody has the turn.
    private var obstacle: String? {
        held.with { held in
            if let holder = held.holder { return "`\(holder)`" }
            return held.deliverer.map { "`\($0)`, which is delivering a file" }
        }
    }

    /// Waits for the turn, and does the work alone.
    ///
    /// - Parameters:
    ///   - purpose: what the command is, told to those who wait in vain.
    ///   - seconds: how long to wait.
    ///   - besideDeliveries: it neither ends runs nor erases anybody, nor sets a cursor.
    ///   - onWait: hears at once what it waits for, when the turn is not free.
    ///   - work: is given the turn, to share it or to deliver outside of it.
    /// - Throws: `busy` when the command before has not ended in time; what the work throws.
    func take<R>(
        _ purpose: String,
        waiting seconds: Int,
        besideDeliveries: Bool = false,
        onWait: (String) -> Void = { _ in },
        _ work: (any RunTurn) throws -> R
    ) throws -> R {
        let isFree = held.with { $0.take(purpose, besideDeliveries: besideDeliveries) != nil }
        if !isFree, seconds > 0 { onWait(obstacle ?? "another command") }
        guard isFree || wait(purpose, seconds, besideDeliveries) else {
            throw CommandError(
                .busy,
                "The store is busy with \(obstacle ?? "another command"): wait until it has finished, or wait longer with "
                    + "--wait SECONDS."
            )
        }
        defer { release() }
        return try work(Shared(turn: self, purpose: purpose))
    }

    private func wait(_ purpose: String, _ seconds: Int, _ besideDeliveries: Bool) -> Bool {
        queue.add(1, ordering: .relaxed)
        defer { queue.subtract(1, ordering: .relaxed) }
        return held.wait(milliseconds: seconds * 1000) { $0.take(purpose, besideDeliveries: besideDeliveries) } != nil
    }

    /// Lets others have the turn while somebody is asked, and takes it again, however long that takes.
    ///
    /// What was read of the store before may have changed meanwhile.
    func stepAside<R>(_ purpose: String, besideDeliveries: Bool = false, _ ask: () -> R) -> R {
        release()
        defer { retake(purpose, besideDeliveries: besideDeliveries) }
        return ask()
    }

    private func release() { held.change { $0.holder = nil } }

    private func retake(_ purpose: String, besideDeliveries: Bool) {
        held.wait { $0.take(purpose, besideDeliveries: besideDeliveries) }
    }

    private func begin(delivery purpose: String) {
        held.change { held in
            held.deliveries += 1
            held.deliverer = purpose
        }
    }

    private func endDelivery() {
        held.change { held in
            held.deliveries -= 1
            if held.deliveries == 0 { held.deliverer = nil }
        }
    }

    /// A turn as the workers of its holder share it.
    private final class Shared: RunTurn {
        private let turn: WriteTurn
        private let purpose: String
        /// The workers in the turn; it is the holder's while there is one.
        private let working = Mutex(1)

        init(turn: WriteTurn, purpose: String) {
            self.turn = turn
            self.purpose = purpose
        }

        func join(_ workers: Int) { working.withLock { $0 += workers } }

        func leave() {
            working.withLock { working in
                working -= 1
                if working == 0 { turn.release() }
            }
        }

        /// Waits under the lock: whoever else comes back waits for the same.
        func enter() {
            working.withLock { working in
                if working == 0 { turn.retake(purpose, besideDeliveries: true) }
                working += 1
            }
        }

        func outside<R>(_ work: () throws -> R) rethrows -> R {
            // Told before the turn is given up and after it is had again: nobody slips in who must not.
            turn.begin(delivery: purpose)
            leave()
            defer {
                enter()
                turn.endDelivery()
            }
            return try work()
        }
    }
}
