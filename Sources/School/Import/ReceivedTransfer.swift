/// What a transfer file says of where it stands in its sender's log (`schemas/exchange/ces.md` section 4).
public struct ReceivedTransfer: Sendable, Hashable {
    /// The sender's log, 32 hexadecimal digits.
    public var log: String
    /// The log's epoch.
    public var epoch: UInt64
    /// The task, 32 hexadecimal digits.
    public var task: String
    /// The run, 32 hexadecimal digits.
    public var run: String
    /// The sending school, as file names write it.
    public var sender: String
    /// The numbers under which the sending school named its files before.
    public var formerSenders: [String]
    /// Everything in reach, not only what changed.
    public var isSnapshot: Bool
    /// The position before the first event considered.
    public var fromPosition: UInt64
    /// The last position considered.
    public var toPosition: UInt64

    /// Makes the facts of a file.
    public init(
        log: String,
        epoch: UInt64,
        task: String,
        run: String,
        sender: String,
        formerSenders: [String] = [],
        isSnapshot: Bool,
        fromPosition: UInt64,
        toPosition: UInt64
    ) {
        self.log = log
        self.epoch = epoch
        self.task = task
        self.run = run
        self.sender = sender
        self.formerSenders = formerSenders
        self.isSnapshot = isSnapshot
        self.fromPosition = fromPosition
        self.toPosition = toPosition
    }

    /// Refuses a file that is older than what is held, or that leaves a gap after it.
    ///
    /// - Parameter held: the position that the last file of the same task and sender reached; 0 before the first.
    /// - Throws: `SchoolError` with code `transferOlder` or `transferGap`.
    public func check(held: UInt64) throws(SchoolError) {
        guard toPosition >= held else {
            throw SchoolError(
                .transferOlder,
                "is older than what is held: it ends at position \(toPosition), and position \(held) is held already; "
                    + "nothing is to be done"
            )
        }
        guard isSnapshot || fromPosition <= held else {
            throw SchoolError(
                .transferGap,
                "begins after position \(fromPosition), but only position \(held) is held: a file before it is missing. "
                    + "Import that one first, or ask the sender for a snapshot (task run --snapshot)"
            )
        }
    }
}

extension SchoolError.Code {
    /// A file older than what is held.
    public static let transferOlder = Self(rawValue: "transferOlder")
    /// A file before this one is missing.
    public static let transferGap = Self(rawValue: "transferGap")
}
