import Foundation
import Glibc

/// What a caller has opened for its command, under names of this process.
///
/// Each is a link in the store's folder for what is being made, with the name that the caller gave it, so that messages,
/// file types and histories tell the name that people know. It goes when the command has ended.
struct CallerFiles: ~Copyable {
    /// Where this process finds what was typed.
    let found: [String: String]
    /// What this process calls it, and what the caller calls it.
    let names: [(here: String, callers: String)]
    private let folder: String

    /// Makes the names.
    ///
    /// - Parameters:
    ///   - paths: what the command line names.
    ///   - descriptors: of those that are open, in order.
    ///   - folder: a folder that is not there yet.
    init(_ paths: [CommandRequest.Path], _ descriptors: some Collection<Int32>, in folder: String) throws {
        self.folder = folder
        var descriptors = descriptors.makeIterator()
        var found: [String: String] = [:]
        var names: [(here: String, callers: String)] = []
        do {
            for (number, path) in paths.enumerated() {
                let place = "\(folder)/\(number)"
                let last = URL(fileURLWithPath: path.whole).lastPathComponent
                let name = ["", "/", ".", ".."].contains(last) ? "root" : last
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let isInput = path.use == .input
                if isInput {
                    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
                }
                if path.isOpen, let descriptor = descriptors.next() {
                    try Self.link(isInput ? "\(place)/\(name)" : place, to: descriptor)
                }
                if let companion = path.companion, let descriptor = descriptors.next() {
                    // From a client of our own version; still no name that leads out of the folder.
                    guard isInput, companion != name, !["", ".", ".."].contains(companion), !companion.contains("/")
                    else { throw CocoaError(.fileReadInvalidFileName) }
                    try Self.link("\(place)/\(companion)", to: descriptor)
                }
                found[path.typed] = "\(place)/\(name)"
                names.append((here: "\(place)/\(name)", callers: path.whole))
            }
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        self.found = found
        self.names = names
    }

    /// Names a descriptor of this process, by the process's number: a process that parses for us finds it, too.
    private static func link(_ path: String, to descriptor: Int32) throws {
        guard symlink("/proc/\(getpid())/fd/\(descriptor)", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
