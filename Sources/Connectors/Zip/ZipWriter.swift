import CZip
import CZlib

/// Packs files into a zip archive in memory: the same files give the same bytes.
///
/// Deflated, with one fixed time and no word of the machine. zlib promises the same packing only for the same version,
/// so whoever compares bytes compares `packer`, too.
public enum ZipWriter {
    /// The version of zlib as a number: 1.3.1 is 0x1310.
    static var packer: UInt32 {
        let parts = String(cString: zlibVersion()).split(separator: ".").prefix(4).map { part in
            UInt32(part.prefix { $0.isASCII && $0.isNumber }) ?? 0
        }
        return (0..<4).reduce(0) { number, place in
            number << 4 | (place < parts.count ? min(15, parts[place]) : 0)
        }
    }

    /// 1 January 1980, where the format's time begins.
    private static let day: UInt16 = 0x0021
    private static let level: UInt32 = 9

    /// Packs files in the order given.
    ///
    /// - Throws: `RenderError` with code `packing`.
    public static func archive(_ files: [(name: String, bytes: [UInt8])]) throws(RenderError) -> [UInt8] {
        guard let target = zip_source_buffer_create(nil, 0, 0, nil) else { throw failure() }
        defer { zip_source_free(target) }
        guard let archive = zip_open_from_source(target, CInt(ZIP_TRUNCATE), nil) else { throw failure() }
        // The archive frees one reference when it closes; the other is ours to read from.
        zip_source_keep(target)
        // libzip reads the contents when it closes.
        var contents: [UnsafeMutableRawBufferPointer] = []
        defer { for content in contents { content.deallocate() } }
        for (name, bytes) in files {
            let content = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
            content.copyBytes(from: bytes)
            contents.append(content)
            guard add(name, content.baseAddress, bytes.count, to: archive) else {
                zip_discard(archive)
                throw failure()
            }
        }
        guard zip_close(archive) == 0 else {
            zip_discard(archive)
            throw failure()
        }
        return try read(target)
    }

    private static func add(
        _ name: String,
        _ bytes: UnsafeRawPointer?,
        _ count: Int,
        to archive: OpaquePointer
    ) -> Bool {
        guard let source = zip_source_buffer(archive, bytes, UInt64(count), 0) else { return false }
        let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            zip_source_free(source)
            return false
        }
        let place = UInt64(index)
        return zip_set_file_compression(archive, place, ZIP_CM_DEFLATE, level) == 0
            && zip_file_set_dostime(archive, place, 0, day, 0) == 0
    }

    private static func read(_ source: OpaquePointer) throws(RenderError) -> [UInt8] {
        var status = zip_stat_t()
        guard zip_source_stat(source, &status) == 0, zip_source_open(source) == 0 else { throw failure() }
        defer { zip_source_close(source) }
        let count = Int(clamping: status.size)
        var bytes = [UInt8](repeating: 0, count: count)
        guard zip_source_read(source, &bytes, UInt64(count)) == Int64(count) else { throw failure() }
        return bytes
    }

    private static func failure() -> RenderError {
        RenderError(.packing, "the package could not be packed: is there memory enough?")
    }
}

extension RenderError.Code {
    /// An archive could not be made.
    public static let packing = Self(rawValue: "packing")
}
