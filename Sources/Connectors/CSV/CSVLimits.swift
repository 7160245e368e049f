/// How much of a CSV file is taken before it is called broken.
///
/// Memory stays below `row` plus one buffer, whatever the file holds.
public struct CSVLimits: Sendable {
    /// Bytes read at a time at first.
    ///
    /// 256 KiB keeps the system calls few and the buffer inside a processor's cache.
    public var buffer = 256 << 10
    /// Bytes of one field.
    ///
    /// The longest honest field is a comment of a few thousand characters; a megabyte and more is a quote that was
    /// never closed, and saying so early is the better message.
    public var field = 1 << 20
    /// Bytes of one row: four fields at their limit.
    public var row = 4 << 20
    /// Columns of one row.
    ///
    /// The widest known export has fewer than a hundred.
    public var columns = 1000

    /// The limits for files that come from outside.
    public init() {}
}
