import CExpat
import Glibc

/// Turns the bytes of a Common Transfer File into frames; it runs in a process of its own.
///
/// The only user of expat. It keeps one buffer and one pupil in memory.
final class CTFParser {
    private let limits: XMLLimits
    private let read: (UnsafeMutableRawBufferPointer) -> Int
    private let write: (UnsafeRawBufferPointer) -> Bool
    private let vocabulary = CTFVocabulary.shared

    private var parser: XML_Parser?
    private var frame: [UInt8] = []
    private var text: [UInt8] = []
    private var path: [CTFNode] = []
    private var depth = 0
    private var skipping = 0
    private var pupils: UInt32 = 0
    private var hasHeader = false
    private var refusal: (why: CTFRefusal, line: UInt32)?
    private var isReaderGone = false
    private var pupilDataSeen = false

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
        frame.reserveCapacity(64 << 10)
        text.reserveCapacity(4 << 10)
        path.reserveCapacity(16)
    }

    /// Reads to the end, and ends with a frame that says how it went.
    func run() {
        let failure = parse()
        guard !isReaderGone else { return }
        frame.removeAll(keepingCapacity: true)
        if let failure = refusal ?? failure.map({ ($0, line) }) {
            begin(CTFFrame.refusal)
            frame.append(failure.0.rawValue)
            CTFFrame.append(failure.1, to: &frame)
        } else {
            begin(CTFFrame.end)
            CTFFrame.append(pupils, to: &frame)
        }
        finish()
    }

    private func parse() -> CTFRefusal? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: limits.buffer + XMLGuard.lookahead,
            alignment: 16
        )
        defer { buffer.deallocate() }
        var filled = fill(buffer, from: 0)
        guard filled >= 0 else { return .unreadable }
        guard let found = XMLEncoding.find(UnsafeRawBufferPointer(rebasing: buffer[..<filled])) else {
            return .encoding
        }
        guard let parser = XML_ParserCreate(found.encoding.rawValue) else { return .memory }
        self.parser = parser
        defer {
            XML_ParserFree(parser)
            self.parser = nil
        }
        listen(parser)
        let guardian = XMLGuard(encoding: found.encoding)
        var start = found.mark
        var fed = 0
        while true {
            let isLast = filled < buffer.count
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<filled])
            // What comes after a mark must be seen before the mark is judged, and whole characters go to expat.
            let ready = isLast ? bytes.count : (bytes.count - XMLGuard.lookahead) & ~1
            if guardian.findsDeclaration(in: bytes, before: ready) { return .declaration }
            let status = XML_Parse(
                parser,
                bytes.assumingMemoryBound(to: CChar.self).baseAddress,
                CInt(ready),
                isLast ? 1 : 0
            )
            if status == XML_STATUS_ERROR { return refusal == nil ? failure(parser) : nil }
            fed += ready
            if isLast { return hasHeader && pupilDataSeen ? nil : .structure }
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

    private func failure(_ parser: XML_Parser) -> CTFRefusal {
        switch XML_GetErrorCode(parser) {
        case XML_ERROR_NO_MEMORY: .memory
        case XML_ERROR_UNKNOWN_ENCODING, XML_ERROR_INCORRECT_ENCODING: .encoding
        default: .malformed
        }
    }

    private var line: UInt32 { parser.map { UInt32(truncatingIfNeeded: XML_GetCurrentLineNumber($0)) } ?? 0 }

    // MARK: What expat calls

    private func listen(_ parser: XML_Parser) {
        // Unretained: the parser lives inside one call of `parse`, and self outlives it.
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { CTFParser.of($0)?.open($1, $2) },
            { user, _ in CTFParser.of(user)?.close() }
        )
        XML_SetCharacterDataHandler(parser) { CTFParser.of($0)?.take($1, $2) }
        // The guard has seen to it that there is none; this is the second lock.
        XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in CTFParser.of(user)?.stop(.declaration) }
        XML_SetEntityDeclHandler(parser) { user, _, _, _, _, _, _, _, _ in CTFParser.of(user)?.stop(.declaration) }
        XML_SetParamEntityParsing(parser, XML_PARAM_ENTITY_PARSING_NEVER)
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> CTFParser? {
        user.map { Unmanaged<CTFParser>.fromOpaque($0).takeUnretainedValue() }
    }

    private func open(
        _ name: UnsafePointer<CChar>?,
        _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        guard refusal == nil, let name, let attributes else { return }
        depth += 1
        guard depth <= limits.depth else { return stop(.depth) }
        if attributes[0] != nil, count(attributes) > limits.attributes { return stop(.attributes) }
        if skipping > 0 {
            skipping += 1
            return
        }
        guard let parent = path.last else { return openRoot(name) }
        guard !vocabulary.isLeaf(parent) else { return stop(.structure) }
        guard let node = vocabulary.node(name, under: parent) else {
            if parent == .pupilData { return stop(.structure) }
            skipping = 1
            return
        }
        path.append(node)
        if vocabulary.isLeaf(node) {
            text.removeAll(keepingCapacity: true)
        } else {
            openBranch(node)
        }
    }

    private func openRoot(_ name: UnsafePointer<CChar>) {
        if strcmp(name, "ATfile") == 0 { return stop(.admissions) }
        guard strcmp(name, "CTfile") == 0 else { return stop(.root) }
        path.append(.file)
    }

    private func openBranch(_ node: CTFNode) {
        switch node {
        case .header:
            guard !hasHeader else { return stop(.structure) }
            begin(CTFFrame.header)
        case .pupilData:
            guard hasHeader, !pupilDataSeen else { return stop(.structure) }
            pupilDataSeen = true
        case .pupil:
            guard pupils < UInt32.max else { return stop(.structure) }
            begin(CTFFrame.pupil)
            CTFFrame.append(line, to: &frame)
        default:
            guard frame.count < limits.record else { return stop(.record) }
            frame.append(node.rawValue)
        }
    }

    private func close() {
        guard refusal == nil else { return }
        depth -= 1
        if skipping > 0 {
            skipping -= 1
            return
        }
        guard let node = path.popLast() else { return }
        switch node {
        case .file, .pupilData: return
        case .header:
            hasHeader = true
            finish()
        case .pupil:
            pupils += 1
            finish()
        default:
            guard vocabulary.isLeaf(node) else { return frame.append(0) }
            guard frame.count + text.count <= limits.record else { return stop(.record) }
            frame.append(node.rawValue)
            CTFFrame.append(UInt32(text.count), to: &frame)
            frame.append(contentsOf: text)
        }
    }

    private func take(_ characters: UnsafePointer<CChar>?, _ count: CInt) {
        guard refusal == nil, skipping == 0, let node = path.last, vocabulary.isLeaf(node), let characters else {
            return
        }
        guard text.count + Int(count) <= limits.text else { return stop(.text) }
        text.append(contentsOf: UnsafeRawBufferPointer(start: characters, count: Int(count)))
    }

    private func count(_ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Int {
        var names = 0
        while attributes[2 * names] != nil { names += 1 }
        return names
    }

    private func stop(_ why: CTFRefusal) {
        guard refusal == nil, let parser else { return }
        refusal = (why, line)
        XML_StopParser(parser, 0)
    }

    // MARK: Frames

    private func begin(_ type: UInt8) {
        frame.removeAll(keepingCapacity: true)
        frame.append(type)
        CTFFrame.append(0, to: &frame)
    }

    private func finish() {
        CTFFrame.put(UInt32(frame.count - CTFFrame.headBytes), at: 1, in: &frame)
        if !frame.withUnsafeBytes({ write($0) }) {
            isReaderGone = true
            if refusal == nil, parser != nil { stop(.unreadable) }
        }
    }
}
