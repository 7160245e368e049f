import EventLog
import Identifiers

/// A recipient who had data of somebody erased, and what has come of asking it to erase the same (ruling 13).
public enum ErasureNotice {
    /// Days after the notice in which an answer is looked for.
    public static let daysToAnswer = 30

    /// Why a recipient keeps what it is asked to erase.
    public enum Ground: String, Sendable, Hashable, CaseIterable {
        /// It has a duty of its own to keep it.
        case statutory
        /// Somebody's claim needs it.
        case claim
        /// A child's safety needs it.
        case safeguarding
        /// Archiving in the public interest, research, statistics.
        case archive
        /// Another ground, which the note tells.
        case other
    }

    /// What a recipient answered.
    public struct Answer: Sendable, Hashable {
        /// Why it keeps the data; nil when it has erased them.
        public var ground: Ground?
        /// Until when it keeps them, as far as it said.
        public var until: CalendarDate?
        /// When the answer was recorded.
        public var recorded: Timestamp

        /// Makes an answer.
        public init(ground: Ground?, until: CalendarDate?, recorded: Timestamp) {
            self.ground = ground
            self.until = until
            self.recorded = recorded
        }
    }

    /// How far it has come.
    public enum State: Sendable, Hashable {
        /// The next file asks.
        case owed
        /// A file has asked, and the time to answer has not passed.
        case notified
        /// It has erased the data.
        case erased
        /// It keeps the data.
        case kept
        /// It has not answered in time.
        case unanswered

        /// The word in JSON.
        public var word: String {
            switch self {
            case .owed: "owed"
            case .notified: "notified"
            case .erased: "erased"
            case .kept: "kept"
            case .unanswered: "unanswered"
            }
        }
    }

    /// Says how far a notice has come.
    ///
    /// - Parameters:
    ///   - notified: when a file asked; nil when none has yet.
    ///   - answer: what the recipient answered; nil for nothing yet.
    public static func state(notified: Timestamp?, answer: Answer?, now: Timestamp) -> State {
        if let answer { return answer.ground == nil ? .erased : .kept }
        guard let notified else { return .owed }
        return due(notified: notified) < now ? .unanswered : .notified
    }

    /// When an answer is looked for at the latest.
    public static func due(notified: Timestamp) -> Timestamp {
        Timestamp(microseconds: notified.microseconds + Int64(daysToAnswer) * 86_400_000_000)
    }
}
