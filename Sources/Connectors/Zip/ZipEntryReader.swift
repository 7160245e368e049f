import CZip

/// An entry of an archive, open for reading from beginning to end; it is unpacked as it is read.
///
/// Closed when it goes.
final class ZipEntryReader {
    private let handle: ZipHandle
    private let file: OpaquePointer
    private let size: Int
    private var count = 0
    /// The entry's name without the folders before it, for messages.
    let name: String
    /// What the archive was when it was looked at.
    let stamp: FileStamp

    init(_ handle: ZipHandle, _ entry: ZipFile.Entry, stamp: FileStamp) throws(SourceError) {
        name = InputFile.name(of: entry.name)
        size = entry.size
        self.stamp = stamp
        guard let file = zip_fopen_index(handle.archive, entry.index, 0) else {
            throw SourceError(.archiveDamaged, file: name, "cannot be opened in the archive: copy or export it again")
        }
        self.file = file
        self.handle = handle
    }

    deinit { zip_fclose(file) }

    /// Reads until the space is full or the entry ends.
    ///
    /// - Returns: the number of bytes read; less than asked only at the end.
    /// - Throws: `SourceError`: `archiveDamaged` when the bytes cannot be unpacked, their checksum does not fit or there
    ///   are fewer than the listing says; `archiveHostile` when there are more.
    func read(into space: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        var filled = 0
        while filled < space.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: space[filled...])
            let got = zip_fread(file, rest.baseAddress, UInt64(rest.count))
            guard got >= 0 else { throw damage() }
            if got == 0 { break }
            filled += Int(got)
            count += Int(got)
            guard count <= size else {
                throw SourceError(
                    .archiveHostile,
                    file: name,
                    "unpacks to more than the archive's listing says, as zip bombs do"
                )
            }
        }
        guard filled == space.count || count == size else {
            throw SourceError(.archiveDamaged, file: name, "is shorter than the archive's listing says: copy it again")
        }
        return filled
    }

    private func damage() -> SourceError {
        let code = zip_error_code_zip(zip_file_get_error(file))
        let reason =
            code == ZIP_ER_CRC
            ? "does not fit its checksum (CRC) in the archive: copy or export the archive again"
            : "cannot be unpacked: copy or export the archive again"
        return SourceError(.archiveDamaged, file: name, reason)
    }
}
