/// What the reading process tells us, frame by frame.
///
/// ```
/// frame    type 1   payload length 4   payload
///   header   1   tokens
///   pupil    2   line 4, then tokens
///   end      3   pupils 4
///   refusal  4   why 1, line 4
/// token    node 1, for a leaf then length 4 and UTF-8; 0 ends a branch
/// ```
/// Little-endian. One header, then pupils, then one end or refusal, then nothing. The process that writes frames has
/// read hostile bytes: the reader of frames believes none of this (`CTFFrameReader`).
enum CTFFrame {
    static let header: UInt8 = 1
    static let pupil: UInt8 = 2
    static let end: UInt8 = 3
    static let refusal: UInt8 = 4
    /// Bytes before a payload.
    static let headBytes = 5
    /// Bytes of a node's name and length before its text.
    static let leafBytes = 5

    /// Writes a number at a place.
    static func put(_ number: UInt32, at place: Int, in bytes: inout [UInt8]) {
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
    }

    /// Adds a number.
    @inline(__always)
    static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Why the reading process gave a file up.
enum CTFRefusal: UInt8, Sendable, CaseIterable {
    case declaration = 1
    case encoding, malformed, depth, attributes, text, token, record, root, admissions, structure, unreadable, memory,
        noXML

    /// The error for people.
    func error(file: String, line: Int) -> SourceError {
        let (code, reason) = told
        return SourceError(code, file: file, line: line, reason)
    }

    private var told: (SourceError.Code, String) {
        switch self {
        case .declaration:
            (
                .forbidden,
                "has a DOCTYPE or another declaration, which no transfer file has: it was not read. Do not open it with "
                    + "other programs; ask who sent it"
            )
        case .encoding:
            (
                .encoding,
                "is in an encoding that is not read, or not in the one that it names: export it in UTF-8 (UTF-16 and "
                    + "ISO-8859-1 are read, too)"
            )
        case .malformed:
            (.malformed, "is no well-formed XML from here on: it may be cut short; export it again")
        case .depth: (.tooLarge, "has elements inside each other more than any transfer file: it was not read on")
        case .attributes: (.tooLarge, "has an element with more attributes than any transfer file: it was not read on")
        case .text: (.tooLarge, "has a text longer than any value may be: it was not read on")
        case .token: (.tooLarge, "has a tag or comment longer than any transfer file: it was not read on")
        case .record: (.tooLarge, "has a pupil with more data than any record has: it was not read on")
        case .root: (.format, "is no Common Transfer File: its root element is not CTfile")
        case .admissions: (.format, "is an admissions file (ATfile), which is not read: ask for a CTF")
        case .structure:
            (
                .malformed,
                "is not built like a transfer file: Header first, with SourceSchool and DestSchool, then CTFpupilData "
                    + "with Pupil elements, texts where texts belong"
            )
        case .unreadable: (.unreadable, "cannot be read to its end: check the disk, then import again")
        case .noXML:
            (
                .format,
                "is no XML file, as transfer files are: unpack it if it is packed (CTFs travel as .xml), or ask for it anew"
            )
        case .memory: (.readerFailed, "could not be read in the memory that is allowed for it: ask who sent it")
        }
    }
}

extension SourceError.Code {
    /// It holds what no honest file holds.
    public static let forbidden = Self(rawValue: "forbidden")
    /// The process that reads it for us failed, hung, or told nonsense.
    public static let readerFailed = Self(rawValue: "readerFailed")
    /// The file is for somebody else.
    public static let destination = Self(rawValue: "destination")
    /// The file is older than what is held, or one before it is missing.
    public static let sequence = Self(rawValue: "sequence")
}
