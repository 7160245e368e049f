import Foundation

/// A command on its way from the process that somebody started to the store's server.
///
/// It goes as one packet, with the caller's standard input, output and error and what `paths` names as descriptors, in
/// this order.
struct CommandRequest: Codable, Sendable {
    /// A path of the command line, opened by the caller.
    struct Path: Codable, Sendable {
        /// As it was typed.
        var typed: String
        /// From the root, as the caller sees it.
        var whole: String
        /// What it is for; of what is to be made, the folder is opened.
        var use: CallerPaths.Use
        /// Whether a descriptor goes with it: false when the caller could not open it.
        var isOpen: Bool
        /// The name of the file that belongs to it and stands beside it, open as well: a transfer file's manifest.
        var companion: String?

        /// How many descriptors go with it.
        var descriptors: Int { (isOpen ? 1 : 0) + (companion == nil ? 0 : 1) }
    }

    /// The caller's program; another than the server's is refused.
    var program: String
    /// The command line, without the program's name.
    var arguments: [String]
    /// The caller's variables that begin with SYNCD_, and where its home is.
    var environment: [String: String]
    /// Where the caller stands.
    var directory: String
    /// What the command line names.
    var paths: [Path]

    /// Bytes that a request has at most: what one packet can carry by default.
    static let bytesMax = 128 << 10
}

/// What the server answers when a command has ended.
struct CommandAnswer: Codable, Sendable {
    /// The exit code.
    var code: Int32
}
