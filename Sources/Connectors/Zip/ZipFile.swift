import CZip
import Glibc

/// A zip archive that has been looked at and found honest: its entries can be read one after the other, without
/// unpacking anything to disk.
///
/// Nothing of an archive is trusted: names, sizes and kinds are checked here before an entry is read, and sizes and
/// checksums again while it is.
struct ZipFile: Sendable {
    /// A file in the archive.
    struct Entry: Sendable, Hashable {
        /// Its name, with the folders before it, separated by slashes.
        var name: String
        /// Its place in the listing.
        var index: UInt64
        /// Bytes, unpacked, as the listing says.
        var size: Int
    }

    /// The archive's own name, without its folder.
    let name: String
    /// Its files, in the order of the listing; folders are left out.
    let entries: [Entry]

    private let path: String
    private let stamp: FileStamp
    private let limits: ZipLimits

    /// Looks at an archive.
    ///
    /// - Throws: `SourceError`: `missing`, `unreadable`, `archiveDamaged`, `archiveTooLarge` or `archiveHostile`, whose
    ///   reason names the defect.
    init(path: String, limits: ZipLimits = ZipLimits()) throws(SourceError) {
        self.path = path
        self.limits = limits
        let file = try InputFile(path: path)
        name = file.name
        stamp = file.stamp
        guard stamp.size <= limits.archive else {
            throw SourceError(
                .archiveTooLarge,
                file: name,
                "is larger than \(limits.archive >> 20) MiB: unpack it and name the folder"
            )
        }
        let listing = try file.withDescriptor { descriptor throws(SourceError) in
            try ZipListing(descriptor, size: file.stamp.size, name: file.name, limits: limits)
        }
        let handle = try ZipHandle(path: path, stamp: stamp)
        entries = try ZipInspection.entries(of: handle, listing, limits)
    }

    /// Opens an entry for reading from beginning to end.
    ///
    /// - Throws: `SourceError`: `changed` when the archive is another one by now, `archiveDamaged`.
    func open(_ entry: Entry) throws(SourceError) -> ZipEntryReader {
        try ZipEntryReader(ZipHandle(path: path, stamp: stamp), entry, stamp: stamp)
    }
}

/// An archive that libzip has open.
///
/// Closed when it goes.
final class ZipHandle {
    let archive: OpaquePointer
    /// The archive's name, for messages.
    let name: String

    /// Opens an archive, which must be the one that a stamp was taken of.
    init(path: String, stamp: FileStamp) throws(SourceError) {
        let file = try InputFile(path: path)
        guard file.stamp == stamp else { throw InputFile.changed(file.name) }
        name = file.name
        var code: CInt = 0
        // libzip closes what it is given.
        let opened = file.withDescriptor { descriptor -> OpaquePointer? in
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { return nil }
            guard let archive = zip_fdopen(copy, CInt(ZIP_CHECKCONS), &code) else {
                close(copy)
                return nil
            }
            return archive
        }
        guard let opened else {
            throw SourceError(
                .archiveDamaged,
                file: file.name,
                "is no sound zip archive: its parts contradict each other; copy or export it again"
            )
        }
        archive = opened
    }

    deinit { zip_discard(archive) }
}

extension SourceError.Code {
    /// A zip archive is cut off, contradicts itself, or its checksums do not fit.
    public static let archiveDamaged = Self(rawValue: "archiveDamaged")
    /// A zip archive is built to do harm, or might be.
    public static let archiveHostile = Self(rawValue: "archiveHostile")
    /// A zip archive is larger than any honest one, as it is or unpacked.
    public static let archiveTooLarge = Self(rawValue: "archiveTooLarge")
}
