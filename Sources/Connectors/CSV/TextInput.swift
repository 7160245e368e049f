/// In which form the bytes of a text file may lie on the disk.
public enum InputForm: Sendable {
    /// UTF-8, as it is.
    case plain
    /// As public registers are published: gzip or not, UTF-8 or Windows-1252.
    ///
    /// A file that is UTF-8 from beginning to end is that; a Windows-1252 text with any character beyond ASCII is not.
    case published
}

/// A text file as UTF-8, whatever form it has on the disk.
struct TextInput: ~Copyable {
    private let source: ByteInput
    private var inflation: Inflation?
    private var isWindows1252 = false
    /// Bytes in the file's own encoding, and their UTF-8 that has not been asked for yet.
    private var raw: [UInt8] = []
    private var decoded: [UInt8] = []
    private var waiting = 0..<0

    /// Opens a file, and finds out its form where it may have another.
    ///
    /// - Throws: `SourceError`: `missing`, `unreadable`, and `malformed` for a damaged gzip file.
    static func open(path: String, form: InputForm) throws(SourceError) -> TextInput {
        var input = TextInput(.file(try InputFile(path: path)))
        if form == .published { try input.findForm() }
        return input
    }

    /// A text file in UTF-8 that is open.
    init(_ source: consuming ByteInput) { self.source = source }

    /// The file's name without its folder.
    var name: String { source.name }

    /// What the file was when it was opened.
    var stamp: FileStamp { source.stamp }

    /// Refuses the file when it is no longer what it was when it was opened.
    func checkUnchanged() throws(SourceError) { try source.checkUnchanged() }

    /// Reads until the space is full or the file ends.
    ///
    /// - Returns: the number of bytes read; less than asked only at the end.
    /// - Throws: `SourceError`.
    mutating func read(into space: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        guard isWindows1252 else { return try readRaw(into: space) }
        var filled = 0
        while filled < space.count {
            if waiting.isEmpty, try !decodeMore() { break }
            let count = min(waiting.count, space.count - filled)
            let part = waiting.lowerBound..<(waiting.lowerBound + count)
            decoded.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: space[filled...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[part]))
            }
            filled += count
            waiting = part.upperBound..<waiting.upperBound
        }
        return filled
    }

    private mutating func readRaw(into space: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        guard let inflation else { return try source.read(into: space) }
        return try inflation.read(into: space, from: source)
    }

    private mutating func decodeMore() throws(SourceError) -> Bool {
        let count = try readChunk()
        let decoded = raw.withUnsafeBytes { bytes in
            self.decoded.withUnsafeMutableBytes {
                Windows1252.decode(UnsafeRawBufferPointer(rebasing: bytes[..<count]), into: $0)
            }
        }
        waiting = 0..<decoded
        return count > 0
    }

    /// Fills `raw` from the file.
    private mutating func readChunk() throws(SourceError) -> Int {
        var chunk = raw
        raw = []
        // The array's closure cannot throw a typed error through itself.
        let read = chunk.withUnsafeMutableBytes { space in
            Result { () throws(SourceError) -> Int in try readRaw(into: space) }
        }
        raw = chunk
        return try read.get()
    }

    private mutating func findForm() throws(SourceError) {
        raw = [UInt8](repeating: 0, count: 64 << 10)
        let first = try readChunk()
        try source.rewind()
        let isPacked = first >= 2 && raw[0] == 0x1F && raw[1] == 0x8B
        if isPacked { inflation = try Inflation(name) }
        var check = UTF8Check()
        while check.holds {
            let count = try readChunk()
            if count == 0 { break }
            raw.withUnsafeBytes { check.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        isWindows1252 = !check.isComplete
        try source.rewind()
        if isPacked { inflation = try Inflation(name) }
        if isWindows1252 {
            decoded = [UInt8](repeating: 0, count: raw.count * Windows1252.bytesMax)
        } else {
            raw = []
        }
    }
}
