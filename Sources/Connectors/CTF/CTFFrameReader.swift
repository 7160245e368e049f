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
            try tokens.read(root)
            return CTFElement(CTFTree(tokens.items, doubled: tokens.doubled))
        }
    }

    private func number(at place: Int) -> UInt32 {
        pending.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self)) }
    }

    /// The tokens of one payload.
    private struct Tokens {
        let bytes: UnsafeRawBufferPointer
        var items: [CTFTree.Item] = []
        var doubled: CTFNode?
        private var place = 0
        /// Open branches, and which nodes each has already: a bit a node.
        private var open: [(item: Int, seen: (UInt64, UInt64))] = []

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        mutating func read(_ root: CTFNode) throws {
            items.reserveCapacity(64)
            open.reserveCapacity(8)
            items.append(CTFTree.Item(node: root, end: 0, text: ""))
            open.append((0, (0, 0)))
            let vocabulary = CTFVocabulary.shared
            while place < bytes.count {
                let byte = bytes[place]
                place += 1
                guard byte != 0 else {
                    guard open.count > 1, let branch = open.popLast() else { throw Nonsense(what: "end of a branch") }
                    items[branch.item].end = items.count
                    continue
                }
                guard let node = CTFNode(rawValue: byte), let parent = open.last,
                    vocabulary.allows(node, under: items[parent.item].node)
                else { throw Nonsense(what: "node") }
                note(node, repeats: vocabulary.repeats(node))
                if vocabulary.isLeaf(node) {
                    items.append(CTFTree.Item(node: node, end: items.count + 1, text: try text()))
                } else {
                    open.append((items.count, (0, 0)))
                    items.append(CTFTree.Item(node: node, end: 0, text: ""))
                }
            }
            guard open.count == 1 else { throw Nonsense(what: "open branch") }
            items[0].end = items.count
        }

        private mutating func note(_ node: CTFNode, repeats: Bool) {
            let (last, bit) = (open.count - 1, UInt64(1) << UInt64(node.rawValue & 63))
            let isHigh = node.rawValue >= 64
            let seen = isHigh ? open[last].seen.1 : open[last].seen.0
            if !repeats, seen & bit != 0, doubled == nil { doubled = node }
            if isHigh { open[last].seen.1 = seen | bit } else { open[last].seen.0 = seen | bit }
        }

        private mutating func text() throws -> String {
            guard bytes.count - place >= 4 else { throw Nonsense(what: "text") }
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
            place += 4
            guard bytes.count - place >= length else { throw Nonsense(what: "length of a text") }
            let span = UnsafeRawBufferPointer(rebasing: bytes[place..<place + length])
            place += length
            if Self.isASCII(span) {
                // The general way to a text costs three times as much.
                return String(unsafeUninitializedCapacity: length) { space in
                    UnsafeMutableRawBufferPointer(space).copyMemory(from: span)
                    return length
                }
            }
            guard let text = String(validating: span, as: UTF8.self) else { throw Nonsense(what: "UTF-8") }
            return text
        }

        private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
            var all: UInt64 = 0
            var next = 0
            while next + 8 <= bytes.count {
                all |= bytes.loadUnaligned(fromByteOffset: next, as: UInt64.self)
                next += 8
            }
            while next < bytes.count {
                all |= UInt64(bytes[next])
                next += 1
            }
            return all & 0x8080_8080_8080_8080 == 0
        }
    }
}
