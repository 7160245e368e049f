/// The source under which a school's store keeps what an authority sends it about its own pupils (ruling 6).
///
/// One for each sender and school: each has its own order of files, and its own pupils to be matched. People of two
/// sources are never merged (ruling 2).
public struct InboundSource: Sendable, Hashable {
    /// The sender, as its files name it: LA code and LLLL.
    public var sender: String
    /// The key of the school that the files are for.
    public var base: String

    /// Makes one.
    public init(sender: String, base: String) {
        self.sender = sender
        self.base = base
    }

    /// Reads a source's name; nil for a source of the school's own.
    public init?(name: String) {
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0].hasSuffix("LLLL") else { return nil }
        self.init(sender: parts[0], base: parts[1])
    }

    /// The source's name.
    public var name: String { "\(sender):\(base)" }
}
