/// Reads frames, and takes nothing in them for granted: types, order, lengths, nodes and texts are checked.
///
/// Whoever wrote them has read hostile bytes and may be under their command.
struct CTFFrameReader {
    /// What a frame tells.
    enum Item: Sendable {
        case header(CTFElement)
        case pupil(CTFElement, line: Int)
        case end(pupils: Int)
        case refusal(CTFRefusal, line: Int)
    }

    /// The frames are not what the reading process writes.
    struct Nonsense: Error {
        /// Which check failed, in a word; nothing of what was read.
        var what: String
    }

    private enum Stage {
        case header, pupils, over
    }

    private let recordMax: Int
    private let totalMax: Int
    private var pending: [UInt8] = []
    private var start = 0
    private var total = 0
    private var pupils = 0
    private var stage = Stage.header

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - fileBytes: the length of the file that is read: frames hold no more than it can tell.
    ///   - limits: what a pupil may have.
    init(fileBytes: Int, limits: XMLLimits) {
        recordMax = limits.record + limits.text + 1024
        // A character of the file makes at most three bytes, an element of seven characters five.
        totalMax = fileBytes * 4 + 1024
    }

    /// True when the last frame has come.
    var isOver: Bool { stage == .over }

    /// Takes bytes as they come.
    ///
    /// - Throws: `Nonsense`.
    mutating func add(_ bytes: UnsafeRawBufferPointer) throws {
        total += bytes.count
        guard total <= totalMax else { throw Nonsense(what: "more than the file can tell") }
        if start > 0 {
            pending.removeSubrange(..<start)
            start = 0
        }
        pending.append(contentsOf: bytes)
    }

    /// The next whole frame; nil until more bytes come.
    ///
    /// - Throws: `Nonsense`.
    mutating func next() throws -> Item? {
        guard pending.count - start >= CTFFrame.headBytes else { return nil }
        let length = Int(number(at: start + 1))
        guard length <= recordMax else { throw Nonsense(what: "length") }
        guard pending.count - start - CTFFrame.headBytes >= length else { return nil }
        let payload = (start + CTFFrame.headBytes)..<(start + CTFFrame.headBytes + length)
        let type = pending[start]
        start = payload.upperBound
        return try item(type, payload)
    }

    private mutating func item(_ type: UInt8, _ payload: Range<Int>) throws -> Item {
        switch (type, stage) {
        case (CTFFrame.header, .header):
            stage = .pupils
            return .header(try element(.header, payload))
        case (CTFFrame.pupil, .pupils):
            guard payload.count >= 4 else { throw Nonsense(what: "pupil") }
            pupils += 1
            let line = Int(number(at: payload.lowerBound))
            return .pupil(try element(.pupil, payload.dropFirst(4)), line: line)
        case (CTFFrame.end, .pupils):
            guard payload.count == 4, Int(number(at: payload.lowerBound)) == pupils else {
                throw Nonsense(what: "number of pupils")
            }
            stage = .over
            return .end(pupils: pupils)
        case (CTFFrame.refusal, .header), (CTFFrame.refusal, .pupils):
            guard payload.count == 5, let why = CTFRefusal(rawValue: pending[payload.lowerBound]) else {
                throw Nonsense(what: "refusal")
            }
            stage = .over
            return .refusal(why, line: Int(number(at: payload.lowerBound + 1)))
        default: throw Nonsense(what: "type or order")
        }
    }

    private func element(_ root: CTFNode, _ payload: Range<Int>) throws -> CTFElement {
        try pending.withUnsafeBytes { bytes in
            var tokens = Tokens(bytes: UnsafeRawBufferPointer(rebasing: bytes[payload]))
            let element = try tokens.branch(root, isRoot: true)
            guard tokens.place == tokens.bytes.count else { throw Nonsense(what: "rest") }
            return element
        }
    }

    private func number(at place: Int) -> UInt32 {
        pending.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self)) }
    }

    /// The tokens of one payload.
    private struct Tokens {
        let bytes: UnsafeRawBufferPointer
        var place = 0
        private let vocabulary = CTFVocabulary.shared

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        /// A branch up to its end; the vocabulary has no circles, so it is not deep.
        mutating func branch(_ node: CTFNode, isRoot: Bool = false) throws -> CTFElement {
            var element = CTFElement(node)
            while place < bytes.count {
                let byte = bytes[place]
                place += 1
                if byte == 0 {
                    guard !isRoot else { throw Nonsense(what: "end of a branch") }
                    return element
                }
                guard let child = CTFNode(rawValue: byte), vocabulary.allows(child, under: node) else {
                    throw Nonsense(what: "node")
                }
                element.children.append(vocabulary.isLeaf(child) ? try leaf(child) : try branch(child))
            }
            guard isRoot else { throw Nonsense(what: "open branch") }
            return element
        }

        private mutating func leaf(_ node: CTFNode) throws -> CTFElement {
            guard bytes.count - place >= 4 else { throw Nonsense(what: "text") }
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
            place += 4
            guard bytes.count - place >= length else { throw Nonsense(what: "length of a text") }
            let span = UnsafeRawBufferPointer(rebasing: bytes[place..<place + length])
            guard let text = String(validating: span, as: UTF8.self) else { throw Nonsense(what: "UTF-8") }
            place += length
            var element = CTFElement(node)
            element.text = text
            return element
        }
    }
}
