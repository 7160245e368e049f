import CExpat
import Glibc

/// What expat calls: elements and texts, turned into frames.
struct CTFEvents {
    private let limits: XMLLimits
    private let write: (UnsafeRawBufferPointer) -> Bool
    private let vocabulary = CTFVocabulary.shared

    private var parser: XML_Parser?
    private var frame: [UInt8] = []
    private var text: [UInt8] = []
    private var path: [CTFNode] = []
    private var depth = 0
    private var skipping = 0
    private var isInLeaf = false
    private var pupils: UInt32 = 0
    private var hasHeader = false
    private var hasPupilData = false
    private var refusal: (why: CTFRefusal, line: UInt32)?
    private var isReaderGone = false

    init(limits: XMLLimits, write: @escaping (UnsafeRawBufferPointer) -> Bool) {
        self.limits = limits
        self.write = write
        frame.reserveCapacity(64 << 10)
        text.reserveCapacity(4 << 10)
        path.reserveCapacity(16)
    }

    /// True when the header and the place of the pupils have come.
    var isWhole: Bool { hasHeader && hasPupilData }

    /// Writes the last frame.
    ///
    /// - Parameter failure: why the file was given up, unless that has been said already.
    mutating func end(_ failure: CTFRefusal?) {
        guard !isReaderGone else { return }
        let ending = refusal ?? failure.map { ($0, line) }
        begin(ending == nil ? CTFFrame.end : CTFFrame.refusal)
        if let ending { frame.append(ending.why.rawValue) }
        CTFFrame.append(ending?.line ?? pupils, to: &frame)
        finish()
    }

    /// Lets expat call.
    ///
    /// - Parameter events: outlives the parser's last call.
    static func listen(_ events: UnsafeMutablePointer<CTFEvents>, to parser: XML_Parser) {
        events.pointee.parser = parser
        XML_SetUserData(parser, events)
        XML_SetElementHandler(
            parser,
            { CTFEvents.at($0)?.pointee.open($1, $2) },
            { user, _ in CTFEvents.at(user)?.pointee.close() }
        )
        XML_SetCharacterDataHandler(parser) { CTFEvents.at($0)?.pointee.take($1, $2) }
        // The guard has seen to it that there is none; this is the second lock.
        XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in CTFEvents.at(user)?.pointee.stop(.declaration) }
        XML_SetEntityDeclHandler(parser) { user, _, _, _, _, _, _, _, _ in
            CTFEvents.at(user)?.pointee.stop(.declaration)
        }
        XML_SetParamEntityParsing(parser, XML_PARAM_ENTITY_PARSING_NEVER)
    }

    private static func at(_ user: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<CTFEvents>? {
        user?.assumingMemoryBound(to: CTFEvents.self)
    }

    private var line: UInt32 { parser.map { UInt32(truncatingIfNeeded: XML_GetCurrentLineNumber($0)) } ?? 0 }

    private mutating func open(
        _ name: UnsafePointer<CChar>?,
        _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        guard refusal == nil, let name, let attributes else { return }
        depth += 1
        guard depth <= limits.depth else { return stop(.depth) }
        if attributes[0] != nil, Self.count(attributes) > limits.attributes { return stop(.attributes) }
        if skipping > 0 {
            skipping += 1
            return
        }
        guard !isInLeaf else { return stop(.structure) }
        guard let parent = path.last else { return openRoot(name) }
        guard let node = vocabulary.node(name, under: parent) else {
            if parent == .pupilData { return stop(.structure) }
            skipping = 1
            return
        }
        path.append(node)
        if vocabulary.isLeaf(node) {
            isInLeaf = true
            text.removeAll(keepingCapacity: true)
        } else {
            openBranch(node)
        }
    }

    private mutating func openRoot(_ name: UnsafePointer<CChar>) {
        if strcmp(name, "ATfile") == 0 { return stop(.admissions) }
        guard strcmp(name, "CTfile") == 0 else { return stop(.root) }
        path.append(.file)
    }

    private mutating func openBranch(_ node: CTFNode) {
        switch node {
        case .header:
            guard !hasHeader else { return stop(.structure) }
            begin(CTFFrame.header)
        case .pupilData:
            guard hasHeader, !hasPupilData else { return stop(.structure) }
            hasPupilData = true
        case .pupil:
            guard pupils < UInt32.max else { return stop(.structure) }
            begin(CTFFrame.pupil)
            CTFFrame.append(line, to: &frame)
        default:
            guard frame.count < limits.record else { return stop(.record) }
            frame.append(node.rawValue)
        }
    }

    private mutating func close() {
        guard refusal == nil else { return }
        depth -= 1
        if skipping > 0 {
            skipping -= 1
            return
        }
        guard let node = path.popLast() else { return }
        if isInLeaf {
            isInLeaf = false
            guard frame.count + text.count <= limits.record else { return stop(.record) }
            frame.append(node.rawValue)
            CTFFrame.append(UInt32(text.count), to: &frame)
            frame.append(contentsOf: text)
            return
        }
        switch node {
        case .file, .pupilData: return
        case .header:
            hasHeader = true
            finish()
        case .pupil:
            pupils += 1
            finish()
        default: frame.append(0)
        }
    }

    private mutating func take(_ characters: UnsafePointer<CChar>?, _ count: CInt) {
        // Between elements there is only white space, and a lot of it.
        guard isInLeaf, skipping == 0, refusal == nil, let characters else { return }
        guard text.count + Int(count) <= limits.text else { return stop(.text) }
        text.append(contentsOf: UnsafeRawBufferPointer(start: characters, count: Int(count)))
    }

    private static func count(_ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Int {
        var names = 0
        while attributes[2 * names] != nil { names += 1 }
        return names
    }

    private mutating func stop(_ why: CTFRefusal) {
        guard refusal == nil, let parser else { return }
        refusal = (why, line)
        XML_StopParser(parser, 0)
    }

    private mutating func begin(_ type: UInt8) {
        frame.removeAll(keepingCapacity: true)
        frame.append(type)
        CTFFrame.append(0, to: &frame)
    }

    private mutating func finish() {
        CTFFrame.put(UInt32(frame.count - CTFFrame.headBytes), at: 1, in: &frame)
        guard !frame.withUnsafeBytes({ write($0) }) else { return }
        isReaderGone = true
        stop(.unreadable)
    }
}
