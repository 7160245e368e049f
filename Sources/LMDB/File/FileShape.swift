import Glibc

/// What the meta pages of an environment's file say, read with plain reads before anything is mapped.
///
/// A file shorter than its pages opens without an error and kills the process with SIGBUS at the first read beyond its
/// end. Yet one healthy commit in a hundred leaves the file short: pages taken and given back in the same transaction
/// count as used and are never written. So a short file is walked; it is refused only when a page that the tree points
/// at is not there.
///
/// Meta page, 64-bit, as LMDB 0.9 lays it out (little-endian):
/// ```
///  16 magic 4   20 version 4   24 address 8   32 map size 8
///  40 free table 48   88 main table 48   136 last page 8   144 transaction 8
/// a table: 0 pad 4 (in the free table: the page size)   4 flags 2   6 depth 2   8 branch 8   16 leaf 8
///         24 overflow 8   32 entries 8   40 root 8 (all ones: empty)
/// ```
struct FileShape {
    /// Size of a page, in bytes.
    let pageBytes: Int
    /// The highest page number in use.
    let lastPage: UInt64
    /// Roots of the free and the main table.
    let roots: [UInt64]
    /// Size of the file, in bytes.
    let fileBytes: Int

    /// How long the file must be to hold all its pages.
    var neededBytes: Int { (Int(lastPage) + 1) * pageBytes }

    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let version: UInt32 = 1
    private static let metaBytes = 152

    /// Reads both meta pages and takes the newer.
    init(descriptor: Int32, file: String) throws(LMDBError) {
        var facts = stat()
        if fstat(descriptor, &facts) != 0 { throw LMDBError(errno, "cannot look at \(file)") }
        fileBytes = Int(facts.st_size)
        let first = try Self.readMeta(descriptor, at: 0, file: file)
        let size = Int(first.load(40, as: UInt32.self))
        guard (512...65_536).contains(size), size & (size - 1) == 0 else {
            throw LMDBError(.notAnEnvironment, "\(file) is not an LMDB file")
        }
        let second = try Self.readMeta(descriptor, at: size, file: file)
        let newer = second.load(144, as: UInt64.self) > first.load(144, as: UInt64.self) ? second : first
        pageBytes = size
        lastPage = newer.load(136, as: UInt64.self)
        roots = [newer.load(80, as: UInt64.self), newer.load(128, as: UInt64.self)]
        guard lastPage < UInt64(Int.max / size) - 1 else {
            throw LMDBError(.corrupted, "\(file) has a damaged meta page")
        }
    }

    /// Refuses a file whose pages are not all there; makes a healthy short one as long as it should be.
    ///
    /// - Throws: `truncated`, `notAnEnvironment` or `corrupted`, before anything of the file is mapped.
    static func check(_ file: String, readOnly: Bool) throws(LMDBError) {
        let descriptor = open(file, (readOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC)
        if descriptor < 0 { throw LMDBError(errno, "cannot open \(file)") }
        defer { close(descriptor) }
        let shape = try FileShape(descriptor: descriptor, file: file)
        if shape.fileBytes >= shape.neededBytes { return }
        var walk = PageWalk(descriptor: descriptor, shape: shape)
        guard walk.reachesOnlyWholePages() else {
            throw LMDBError(
                .truncated,
                "\(file) has \(shape.fileBytes) bytes where its pages need \(shape.neededBytes): it was cut short; "
                    + "restore it from a backup"
            )
        }
        if !readOnly { extend(descriptor, to: shape.neededBytes, from: shape.fileBytes) }
    }

    /// Makes a file longer, never shorter, whoever else may be writing to it; a full disk is met by the next commit.
    static func extend(_ descriptor: Int32, to wanted: Int, from present: Int) {
        if present < wanted { _ = posix_fallocate(descriptor, off_t(present), off_t(wanted - present)) }
    }

    private static func readMeta(_ descriptor: Int32, at offset: Int, file: String) throws(LMDBError) -> PageBytes {
        guard let page = PageBytes(descriptor, at: offset, count: metaBytes) else {
            throw LMDBError(.truncated, "\(file) is too short to be an LMDB file: it was cut short")
        }
        guard page.load(16, as: UInt32.self) == magic, page.load(20, as: UInt32.self) == version else {
            throw LMDBError(.notAnEnvironment, "\(file) is not an LMDB file of version 0.9")
        }
        return page
    }
}

/// Bytes of a page, read with `pread`, loaded only inside their bounds.
struct PageBytes {
    private let bytes: [UInt8]

    /// Reads exactly so many bytes; nil when the file ends before.
    init?(_ descriptor: Int32, at offset: Int, count: Int) {
        var filled = 0
        bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while filled < count {
                let got = pread(
                    descriptor,
                    buffer.baseAddress.map { $0 + filled },
                    count - filled,
                    off_t(offset + filled)
                )
                if got <= 0 { break }
                filled += got
            }
            initialized = filled
        }
        if filled < count { return nil }
    }

    /// How many bytes there are.
    var count: Int { bytes.count }

    /// A little-endian number; zero outside the bounds, which no caller takes for a good page.
    func load<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type) -> Number {
        guard offset >= 0, offset + MemoryLayout<Number>.size <= bytes.count else { return 0 }
        return bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }
}
