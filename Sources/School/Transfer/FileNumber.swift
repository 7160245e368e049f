/// The number in a file's name: 001 to 999 for each source, type and destination, then 001 of the next epoch.
///
/// It is given once, when the run begins, and not again when the delivery fails (domain.md 5.1).
public struct FileNumber: Sendable, Hashable {
    /// 1 to 999.
    public let sequence: UInt32
    /// How often the sequence has begun anew; the first is 1.
    public let epoch: UInt32

    /// The highest sequence.
    public static let last: UInt32 = 999
    /// The number of the first file.
    public static let first = FileNumber(sequence: 1, epoch: 1)

    /// Makes a number, as the log tells it.
    public init(sequence: UInt32, epoch: UInt32) {
        self.sequence = sequence
        self.epoch = epoch
    }

    /// The number of the file after this one.
    public var next: Self {
        sequence >= Self.last
            ? Self(sequence: 1, epoch: epoch + 1) : Self(sequence: sequence + 1, epoch: epoch)
    }
}
