import Foundation
import Glibc

/// Where a command speaks: results on standard output, remarks and progress on standard error.
///
/// Nothing else in the program writes to either. A command that `serve` carries out speaks to the streams of its caller.
struct Console: Sendable {
    /// The three streams of a process.
    struct Streams: Sendable {
        /// What is asked of the person at the keyboard.
        var input = STDIN_FILENO
        /// Results.
        var output = STDOUT_FILENO
        /// Remarks and progress.
        var errors = STDERR_FILENO
    }

    /// Results are JSON, one object a line.
    let isJSON: Bool
    /// Somebody watches standard error.
    let isWatched: Bool
    /// Where results, remarks and answers go and come from.
    let streams: Streams
    /// Hears of remarks instead of standard error; true for what went wrong.
    private let log: (@Sendable (String, Bool) -> Void)?
    /// Paths as this process knows them, and what the caller calls them.
    private let names: [(here: String, callers: String)]

    /// Makes a console.
    ///
    /// - Parameters:
    ///   - streams: the process's own, or a caller's.
    ///   - names: paths as this process knows them, and what the caller calls them.
    ///   - log: hears of remarks instead of standard error; true for what went wrong.
    init(
        json: Bool,
        streams: Streams = Streams(),
        names: [(here: String, callers: String)] = [],
        log: (@Sendable (String, Bool) -> Void)? = nil
    ) {
        self.log = log
        isJSON = json
        self.streams = streams
        self.names = names
        isWatched = isatty(streams.errors) == 1
    }

    /// True when a person can be asked.
    var canAsk: Bool { isatty(streams.input) == 1 && isWatched && !isJSON }

    /// Asks the person at the keyboard; nil when the input has ended.
    func ask(_ question: String) -> String? {
        remark(question)
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while answer.count < Self.answerMax {
            let count = read(streams.input, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return answer.isEmpty ? nil : String(decoding: answer, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { break }
            answer.append(byte)
        }
        return String(decoding: answer, as: UTF8.self)
    }

    /// Bytes of an answer: a yes, a name, a number.
    private static let answerMax = 1024

    /// Writes a result that people read; nothing when the results are JSON.
    func say(_ text: @autoclosure () throws -> String) throws {
        guard !isJSON else { return }
        try write(try text())
    }

    /// Writes a result that machines read; nothing when the results are text.
    func say(_ json: @autoclosure () throws -> JSON) throws {
        guard isJSON else { return }
        try write(try json().text)
    }

    /// Writes a line to standard output, whatever the form of the results.
    ///
    /// - Throws: `ReaderGone` when nobody reads any more.
    func write(_ text: String) throws {
        guard Self.write(told(text) + "\n", to: streams.output) else {
            if errno == EPIPE { throw ReaderGone() }
            throw CommandError(.outputFailed, "the output could not be written (\(Self.reason)): check where it goes")
        }
    }

    /// The same console, whose remarks go into a log.
    func remarking(to log: @escaping @Sendable (String, Bool) -> Void) -> Console {
        Console(json: isJSON, streams: streams, names: names, log: log)
    }

    /// Says that something went wrong which nobody is there to be told.
    func warn(_ text: String) {
        guard let log else { return remark("syncd: " + text) }
        log(told(text), true)
    }

    /// Says something that is not a result: a warning, what to do next.
    func remark(_ text: String) {
        if let log { return log(told(text), false) }
        _ = Self.write(told(text) + "\n", to: streams.errors)
    }

    /// Shows how far the work is, on one line that is written over; nothing unless somebody watches.
    func progress(_ text: String) {
        guard isWatched else { return }
        _ = Self.write("\r\u{1B}[K" + told(text), to: streams.errors)
    }

    /// Takes the line of progress away.
    func endProgress() {
        guard isWatched else { return }
        _ = Self.write("\r\u{1B}[K", to: streams.errors)
    }

    private func told(_ text: String) -> String {
        names.reduce(text.forReading) { $0.replacingOccurrences(of: $1.here, with: $1.callers) }
    }

    private static var reason: String { String(cString: strerror(errno)) }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let written = Glibc.write(descriptor, part.baseAddress, part.count)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return false }
                rest = rest.dropFirst(written)
            }
            return true
        }
    }
}

/// The reader of our output has gone, as `head` does: the command ends, and nothing is wrong.
struct ReaderGone: Error {}
