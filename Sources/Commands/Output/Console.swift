import Glibc

/// Where a command speaks: results on standard output, remarks and progress on standard error.
///
/// Nothing else in the program writes to either.
struct Console: Sendable {
    /// Results are JSON, one object a line.
    let isJSON: Bool
    /// Somebody watches standard error.
    let isWatched: Bool

    /// Makes a console.
    init(json: Bool) {
        isJSON = json
        isWatched = isatty(STDERR_FILENO) == 1
    }

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
        guard Self.write(text + "\n", to: STDOUT_FILENO) else {
            if errno == EPIPE { throw ReaderGone() }
            throw CommandError(.outputFailed, "the output could not be written (\(Self.reason)): check where it goes")
        }
    }

    /// Says something that is not a result: a warning, what to do next.
    func remark(_ text: String) {
        _ = Self.write(text + "\n", to: STDERR_FILENO)
    }

    /// Shows how far the work is, on one line that is written over; nothing unless somebody watches.
    func progress(_ text: String) {
        guard isWatched else { return }
        _ = Self.write("\r\u{1B}[K" + text, to: STDERR_FILENO)
    }

    /// Takes the line of progress away.
    func endProgress() {
        guard isWatched else { return }
        _ = Self.write("\r\u{1B}[K", to: STDERR_FILENO)
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
