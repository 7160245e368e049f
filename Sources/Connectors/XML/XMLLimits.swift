/// How much of an XML file is taken before it is called broken.
///
/// Memory stays below one buffer and one pupil, whatever the file holds.
public struct XMLLimits: Sendable {
    /// Bytes of the file.
    ///
    /// Ten times the largest file that an authority is known to send.
    public var file = 5 << 30
    /// Bytes that are read at a time.
    public var buffer = 256 << 10
    /// Elements inside each other; the format has eight.
    public var depth = 32
    /// Attributes of one element; the format has none, and other systems name a schema.
    public var attributes = 16
    /// Bytes of one element's text: as much as one value may have.
    public var text = 65_536
    /// Bytes of one tag, comment or the like: what expat has to hold before it can go on.
    public var token = 1 << 20
    /// Bytes of one pupil's texts: more than any event can carry.
    public var record = 16 << 20
    /// Processor seconds for a file of no length; and bytes a second that any machine reads.
    public var seconds = 20, bytesPerSecond = 4 << 20

    /// The limits for files that come from outside.
    public init() {}

    /// Processor seconds for a file of so many bytes.
    func seconds(bytes: Int) -> Int { seconds + bytes / bytesPerSecond }
}
