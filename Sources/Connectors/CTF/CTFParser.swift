import CExpat
import Glibc

/// Turns the bytes of a Common Transfer File into frames; it runs in a process of its own.
///
/// It finds the encoding, looks for declarations before expat sees a byte, and feeds expat. It keeps one buffer and one
/// pupil in memory.
struct CTFParser {
    private let limits: XMLLimits
    private let read: (UnsafeMutableRawBufferPointer) -> Int
    private let write: (UnsafeRawBufferPointer) -> Bool

    /// Makes a parser.
    ///
    /// - Parameters:
    ///   - read: fills a space; the number of bytes, 0 at the end, negative when it fails.
    ///   - write: takes frames; false when nobody takes them any more.
    init(
        limits: XMLLimits = XMLLimits(),
        read: @escaping (UnsafeMutableRawBufferPointer) -> Int,
        write: @escaping (UnsafeRawBufferPointer) -> Bool
    ) {
        self.limits = limits
        self.read = read
        self.write = write
    }

    /// Reads to the end, and ends with a frame that says how it went.
    func run() {
        // In memory of its own: expat's calls reach it by its address while we are inside a call of expat.
        let events = UnsafeMutablePointer<CTFEvents>.allocate(capacity: 1)
        events.initialize(to: CTFEvents(limits: limits, write: write))
        defer {
            events.deinitialize(count: 1)
            events.deallocate()
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: limits.buffer + XMLGuard.lookahead,
            alignment: 16
        )
        defer { buffer.deallocate() }
        let filled = fill(buffer, from: 0)
        guard filled >= 0 else { return events.pointee.end(.unreadable) }
        guard let found = XMLEncoding.find(UnsafeRawBufferPointer(rebasing: buffer[..<filled])) else {
            return events.pointee.end(.encoding)
        }
        guard found.begins(UnsafeRawBufferPointer(rebasing: buffer[..<filled])) else {
            return events.pointee.end(.noXML)
        }
        guard let parser = XML_ParserCreate(found.encoding.rawValue) else { return events.pointee.end(.memory) }
        defer { XML_ParserFree(parser) }
        CTFEvents.listen(events, to: parser)
        let failure = feed(parser, buffer, filled, found, events)
        events.pointee.end(failure)
    }

    /// Feeds expat to the end of the file.
    ///
    /// - Returns: why it was given up, where expat's calls have not said so already; nil when all went well.
    private func feed(
        _ parser: XML_Parser,
        _ buffer: UnsafeMutableRawBufferPointer,
        _ first: Int,
        _ found: XMLEncoding.Found,
        _ events: UnsafeMutablePointer<CTFEvents>
    ) -> CTFRefusal? {
        let guardian = XMLGuard(encoding: found.encoding)
        var (start, filled, fed) = (found.mark, first, 0)
        while true {
            let isLast = filled < buffer.count
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<filled])
            // What comes after a mark must be seen before the mark is judged, and whole characters go to expat.
            let ready = isLast ? bytes.count : (bytes.count - XMLGuard.lookahead) & ~1
            if guardian.findsDeclaration(in: bytes, before: ready) { return .declaration }
            let text = bytes.assumingMemoryBound(to: CChar.self).baseAddress
            if XML_Parse(parser, text, CInt(ready), isLast ? 1 : 0) == XML_STATUS_ERROR { return Self.failure(parser) }
            fed += ready
            if isLast { return events.pointee.isWhole ? nil : .structure }
            if fed - Int(XML_GetCurrentByteIndex(parser)) > limits.token { return .token }
            let kept = bytes.count - ready
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[ready...]))
            start = 0
            filled = fill(buffer, from: kept)
            guard filled >= 0 else { return .unreadable }
        }
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from start: Int) -> Int {
        var filled = start
        while filled < buffer.count {
            let count = read(UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if count == 0 { break }
            guard count > 0 else { return -1 }
            filled += count
        }
        return filled
    }

    private static func failure(_ parser: XML_Parser) -> CTFRefusal {
        switch XML_GetErrorCode(parser) {
        case XML_ERROR_NO_MEMORY: .memory
        case XML_ERROR_UNKNOWN_ENCODING, XML_ERROR_INCORRECT_ENCODING: .encoding
        default: .malformed
        }
    }
}
