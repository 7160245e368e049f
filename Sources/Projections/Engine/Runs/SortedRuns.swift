import Glibc

/// Writes to one table that a build has put aside in a file: sorted runs, to be merged into the table in one go.
///
/// A run is what one transaction wrote to the table, in key order. The file is not synced, as the build is not; how much
/// of it counts stands in the build's checkpoint, and what was written after that is cut off when a killed build is taken
/// up again.
/// ```
/// run    length of its writes 8, writes
/// write  length of key 2, operation 1, length of value 4, key, value     (all lengths little-endian)
/// ```
final class SortedRuns {
    /// How the files end, in the folder of their generation.
    static let suffix = ".run"
    /// Length of what stands before a run's writes.
    static let runHeadBytes = 8
    /// Length of what stands before a write's key.
    static let writeHeadBytes = 7

    /// Bytes of whole runs.
    private(set) var length: Int
    private let path: String
    private let descriptor: Int32
    private var pending: UnsafeMutableRawBufferPointer
    private var filled = 0

    /// How much is collected before it is written.
    private static let pendingBytes = 1 << 20

    /// Opens a table's runs.
    ///
    /// - Parameters:
    ///   - length: how much of the file counts; the rest is cut off.
    /// - Throws: `folder` when the file cannot be made, `runsLost` when it is shorter than that.
    init(of table: String, in folder: String, length: Int) throws {
        path = "\(folder)/\(table)\(Self.suffix)"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw StateFolder.failure("cannot write \(path)") }
        self.length = length
        pending = .allocate(byteCount: Self.pendingBytes, alignment: 8)
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= length, ftruncate(descriptor, length) == 0, lseek(descriptor, length, SEEK_SET) == length else {
            throw ProjectionError(.runsLost, "\(path) is shorter than it was written")
        }
    }

    deinit {
        pending.deallocate()
        close(descriptor)
    }

    /// Puts aside what waits in a buffer, as one run.
    func append(_ buffer: TableBuffer) throws {
        if buffer.count == 0 { return }
        let start = length
        try place(UInt64(0))
        var bytes = Self.runHeadBytes
        try buffer.drainEach { key, write in
            bytes += try place(key, write)
        }
        try writePending()
        var head = UInt64(bytes - Self.runHeadBytes).littleEndian
        guard pwrite(descriptor, &head, Self.runHeadBytes, start) == Self.runHeadBytes else {
            throw StateFolder.failure("cannot write \(path)")
        }
        length = start + bytes
    }

    /// Lends all runs, oldest first: the file's bytes, and where in them the writes of each run lie.
    func withRuns<R>(_ body: (UnsafeRawBufferPointer, [Range<Int>]) throws -> R) throws -> R {
        guard length > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0), []) }
        guard let mapped = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED else {
            throw StateFolder.failure("cannot read \(path)")
        }
        defer { munmap(mapped, length) }
        let bytes = UnsafeRawBufferPointer(start: mapped, count: length)
        var runs: [Range<Int>] = []
        var offset = 0
        while offset < length {
            let count = Int(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            runs.append(offset + Self.runHeadBytes..<offset + Self.runHeadBytes + count)
            offset += Self.runHeadBytes + count
        }
        return try body(bytes, runs)
    }

    /// Removes the file: everything has been merged.
    func remove() { unlink(path) }

    private func place(_ key: UnsafeRawBufferPointer, _ write: KeyWrite) throws -> Int {
        let count = Self.writeHeadBytes + key.count + write.value.count
        if filled + count > pending.count { try writePending() }
        if count > pending.count { widen(to: count) }
        let start = filled
        pending.storeBytes(of: UInt16(key.count).littleEndian, toByteOffset: start, as: UInt16.self)
        pending.storeBytes(of: write.operation.rawValue, toByteOffset: start + 2, as: UInt8.self)
        pending.storeBytes(of: UInt32(write.value.count).littleEndian, toByteOffset: start + 3, as: UInt32.self)
        copy(key, to: start + Self.writeHeadBytes)
        copy(write.value, to: start + Self.writeHeadBytes + key.count)
        filled += count
        return count
    }

    private func place(_ head: UInt64) throws {
        if filled + Self.runHeadBytes > pending.count { try writePending() }
        pending.storeBytes(of: head, toByteOffset: filled, as: UInt64.self)
        filled += Self.runHeadBytes
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, to offset: Int) {
        UnsafeMutableRawBufferPointer(rebasing: pending[offset..<offset + bytes.count]).copyMemory(from: bytes)
    }

    private func widen(to count: Int) {
        pending.deallocate()
        pending = .allocate(byteCount: count, alignment: 8)
    }

    private func writePending() throws {
        var written = 0
        while written < filled {
            let count = Glibc.write(descriptor, pending.baseAddress?.advanced(by: written), filled - written)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { throw StateFolder.failure("cannot write \(path)") }
            written += count
        }
        filled = 0
    }
}
