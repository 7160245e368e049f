import CLMDB
import Glibc

/// What the storage layer refuses or fails at, and why.
///
/// Equality is on the code alone. Messages name files and tables, never keys or values.
public struct LMDBError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The map has no room for another page: grow it and repeat.
        public static let mapFull = Code(rawValue: "mapFull")
        /// Every reader slot is taken.
        public static let readersFull = Code(rawValue: "readersFull")
        /// More tables are opened than the environment was told of.
        public static let tablesFull = Code(rawValue: "tablesFull")
        /// The disk, the quota or the file size limit is reached; nothing of the transaction is stored.
        public static let diskFull = Code(rawValue: "diskFull")
        /// The device failed: close, open again, check, and go read-only if it happens twice.
        public static let inputOutput = Code(rawValue: "inputOutput")
        /// An earlier failure left the environment unusable until it is opened again.
        public static let panic = Code(rawValue: "panic")
        /// A page is not what it should be.
        public static let corrupted = Code(rawValue: "corrupted")
        /// The file is shorter than the pages in use: reading it would raise SIGBUS.
        public static let truncated = Code(rawValue: "truncated")
        /// The file is not of LMDB, or of another version of it.
        public static let notAnEnvironment = Code(rawValue: "notAnEnvironment")
        /// The file, its folder or the table does not exist.
        public static let missing = Code(rawValue: "missing")
        /// The file system or the environment does not allow it.
        public static let accessDenied = Code(rawValue: "accessDenied")
        /// This process has the file open already, which LMDB forbids.
        public static let alreadyOpen = Code(rawValue: "alreadyOpen")
        /// The process is a fork of the one that opened the environment, which LMDB forbids.
        public static let forked = Code(rawValue: "forked")
        /// The file lies on a network file system, whose locks and maps LMDB cannot trust.
        public static let networkFileSystem = Code(rawValue: "networkFileSystem")
        /// This thread has a write transaction open, and would wait for itself.
        public static let nestedWrite = Code(rawValue: "nestedWrite")
        /// A transaction is open, and the operation needs none to be.
        public static let inUse = Code(rawValue: "inUse")
        /// The key exists, or is not greater than the last one of an append.
        public static let keyExists = Code(rawValue: "keyExists")
        /// A key is empty or longer than 511 bytes, or a value too long.
        public static let badSize = Code(rawValue: "badSize")
        /// The table handle belongs to another environment or is younger than the transaction.
        public static let foreignTable = Code(rawValue: "foreignTable")
        /// Anything else: the message has LMDB's or the system's words.
        public static let other = Code(rawValue: "other")
    }

    /// Which rule or failure.
    public var code: Code
    /// What happened and what to do.
    public var message: String
    /// What caused it.
    public var cause: (any Error)?
    /// Where it was raised.
    public var location: String

    /// Makes an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.cause = cause
        location = "\(file):\(line)"
    }

    /// The message.
    public var description: String { message }

    /// Equal when the codes are.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension LMDBError {
    /// An error from a return code of LMDB, which is its own (negative) or the system's (positive).
    init(_ returned: Int32, _ doing: String, file: String = #fileID, line: Int = #line) {
        let words = String(cString: mdb_strerror(returned))
        let code = Self.code(of: returned)
        self.init(code, "\(doing): \(words)\(Self.advice(code))", file: file, line: line)
    }

    private static func advice(_ code: Code) -> String {
        switch code {
        case .diskFull: "; free some space and try again"
        case .inputOutput, .panic: "; check the disk and try again"
        default: ""
        }
    }

    private static func code(of returned: Int32) -> Code {
        switch returned {
        case MDB_MAP_FULL, MDB_MAP_RESIZED: .mapFull
        case MDB_READERS_FULL: .readersFull
        case MDB_DBS_FULL: .tablesFull
        case ENOSPC, EDQUOT, EFBIG: .diskFull
        case EIO: .inputOutput
        case MDB_PANIC: .panic
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND: .corrupted
        case MDB_INVALID, MDB_VERSION_MISMATCH: .notAnEnvironment
        case MDB_NOTFOUND, ENOENT: .missing
        case EACCES, EPERM, EROFS: .accessDenied
        case MDB_KEYEXIST: .keyExists
        case MDB_BAD_VALSIZE: .badSize
        case MDB_BAD_DBI: .foreignTable
        default: .other
        }
    }
}

/// Throws unless LMDB answered success.
func check(
    _ returned: Int32,
    _ doing: @autoclosure () -> String,
    file: String = #fileID,
    line: Int = #line
) throws(LMDBError) {
    if returned != MDB_SUCCESS { throw LMDBError(returned, doing(), file: file, line: line) }
}
