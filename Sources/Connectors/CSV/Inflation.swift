import CZlib

/// Unpacks a gzip file as it is read, in memory that does not grow with it.
///
/// A class, because zlib keeps the address of its state.
final class Inflation {
    /// The most that a file may unpack to.
    ///
    /// The whole register of schools has 60 MB; a file that unpacks to more than this was made to harm.
    static let bytesMax = 512 << 20

    private let file: String
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var isAtEnd = false
    private var total = 0

    /// Begins to unpack.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `SourceError` with code `unreadable` when there is no memory for it.
    init(_ file: String) throws(SourceError) {
        self.file = file
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for gzip and nothing else.
        let result = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        guard result == Z_OK else {
            throw SourceError(.unreadable, file: file, "cannot be unpacked: no memory is left")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// Unpacks until the space is full or the file ends.
    ///
    /// - Throws: `SourceError`: `malformed` for a damaged or torn file, `tooLarge`, and what reading throws.
    func read(into space: UnsafeMutableRawBufferPointer, from source: borrowing ByteInput) throws(SourceError) -> Int {
        var filled = 0
        while filled < space.count, !isAtEnd {
            if stream.pointee.avail_in == 0, try refill(from: source) == 0 { throw damaged("ends too early") }
            let rest = UnsafeMutableRawBufferPointer(rebasing: space[filled...])
            let free = CUnsignedInt(min(rest.count, 1 << 30))
            stream.pointee.next_out = rest.bindMemory(to: Bytef.self).baseAddress
            stream.pointee.avail_out = free
            let result = inflate(stream, Z_NO_FLUSH)
            let count = Int(free - stream.pointee.avail_out)
            filled += count
            total += count
            guard total <= Self.bytesMax else {
                throw SourceError(
                    .tooLarge,
                    file: file,
                    "unpacks to more than \(Self.bytesMax >> 20) MiB: check that it is the file that you meant"
                )
            }
            switch result {
            case Z_OK, Z_BUF_ERROR: continue
            case Z_STREAM_END: try endMember(from: source)
            default: throw damaged("is damaged")
            }
        }
        return filled
    }

    /// A gzip file may have several members, one after the other.
    private func endMember(from source: borrowing ByteInput) throws(SourceError) {
        if stream.pointee.avail_in == 0, try refill(from: source) == 0 {
            isAtEnd = true
            return
        }
        guard stream.pointee.next_in.pointee == 0x1F, inflateReset(stream) == Z_OK else {
            throw damaged("has something behind its end")
        }
    }

    private func refill(from source: borrowing ByteInput) throws(SourceError) -> Int {
        let count = try source.read(into: input)
        stream.pointee.next_in = input.bindMemory(to: Bytef.self).baseAddress
        stream.pointee.avail_in = CUnsignedInt(count)
        return count
    }

    private func damaged(_ what: String) -> SourceError {
        SourceError(.malformed, file: file, "\(what): it cannot be unpacked; download or export it again")
    }
}
