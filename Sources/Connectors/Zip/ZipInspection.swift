import CZip
import Glibc

/// Checks everything that an archive's listing says, and how each entry begins, before any entry is taken in.
enum ZipInspection {
    /// The files of an archive.
    ///
    /// - Throws: `SourceError`: `archiveDamaged`, `archiveTooLarge` or `archiveHostile`. Entries are named by their number:
    ///   a hostile name is not for showing.
    static func entries(
        of handle: ZipHandle,
        _ listing: ZipListing,
        _ limits: ZipLimits
    ) throws(SourceError) -> [ZipFile.Entry] {
        guard zip_get_num_entries(handle.archive, 0) == listing.names.count else {
            throw refusal(.archiveHostile, handle, nil, "has two listings that differ: pack it again")
        }
        var entries: [ZipFile.Entry] = []
        var seen: Set<String> = []
        var total = 0
        for (index, raw) in listing.names.enumerated() {
            let place = UInt64(index)
            let name = try checked(raw, handle, place)
            try requireShown(name, handle, place)
            guard seen.insert(name.lowercased()).inserted else {
                throw refusal(.archiveHostile, handle, place, "has the name of another entry: keep one of the two")
            }
            let isFolder = name.hasSuffix("/")
            try requirePlainFile(handle, place, isFolder: isFolder)
            let size = try size(handle, place, limits)
            guard size <= limits.total - total else {
                let reason = "would unpack, with those before it, to more than \(limits.total >> 20) MiB"
                throw refusal(.archiveTooLarge, handle, place, reason)
            }
            total += size
            if isFolder { continue }
            try requireNoArchive(name, handle, place, size: size)
            entries.append(ZipFile.Entry(name: name, index: place, size: size))
        }
        return entries
    }

    /// A name that stays inside the folder where it would be unpacked.
    private static func checked(
        _ raw: [UInt8],
        _ handle: ZipHandle,
        _ place: UInt64
    ) throws(SourceError) -> String {
        func hostile(_ reason: String) -> SourceError { refusal(.archiveHostile, handle, place, reason) }
        guard !raw.isEmpty else { throw hostile("has no name") }
        guard !raw.contains(0) else { throw hostile("has a NUL byte in its name") }
        guard let name = String(validating: raw, as: UTF8.self) else {
            throw hostile("has a name that is not UTF-8: pack the files again under plain names")
        }
        guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) else {
            throw hostile("has a control character in its name")
        }
        guard !raw.contains(UInt8(ascii: "\\")) else { throw hostile("has a backslash in its name") }
        guard raw.first != UInt8(ascii: "/"), !(raw.count > 1 && raw[1] == UInt8(ascii: ":")) else {
            throw hostile("has an absolute path for a name")
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard !parts.contains("..") else { throw hostile("has a path that leads out of its folder (../)") }
        // A folder's name ends with a slash, which leaves one empty part at the end.
        guard !parts.dropLast().contains(where: { $0.isEmpty || $0 == "." }), parts.last != "." else {
            throw hostile("has a path with an empty part")
        }
        return name
    }

    /// The name that libzip works with is the one that was checked.
    private static func requireShown(
        _ name: String,
        _ handle: ZipHandle,
        _ place: UInt64
    ) throws(SourceError) {
        let shown = zip_get_name(handle.archive, place, zip_flags_t(ZIP_FL_ENC_RAW)).map { String(cString: $0) }
        guard shown == name else {
            throw refusal(.archiveHostile, handle, place, "has two names that differ: pack the archive again")
        }
    }

    /// No link, device or pipe.
    private static func requirePlainFile(
        _ handle: ZipHandle,
        _ place: UInt64,
        isFolder: Bool
    ) throws(SourceError) {
        var system: UInt8 = 0
        var attributes: UInt32 = 0
        guard zip_file_get_external_attributes(handle.archive, place, 0, &system, &attributes) == 0 else {
            throw refusal(.archiveDamaged, handle, place, "cannot be looked at")
        }
        // What made the archive is the attacker's to say, so the upper half is asked whatever it says.
        let kind = mode_t(attributes >> 16) & S_IFMT
        guard kind != S_IFLNK else { throw refusal(.archiveHostile, handle, place, "is a symbolic link") }
        guard kind == 0 || kind == S_IFREG || (kind == S_IFDIR && isFolder) else {
            throw refusal(.archiveHostile, handle, place, "is neither a file nor a folder")
        }
    }

    /// Bytes of an entry that may be unpacked.
    private static func size(
        _ handle: ZipHandle,
        _ place: UInt64,
        _ limits: ZipLimits
    ) throws(SourceError) -> Int {
        var status = zip_stat_t()
        let wanted = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD
        guard zip_stat_index(handle.archive, place, 0, &status) == 0, status.valid & UInt64(wanted) == UInt64(wanted)
        else { throw refusal(.archiveDamaged, handle, place, "cannot be looked at") }
        guard Int32(status.encryption_method) == ZIP_EM_NONE else {
            throw refusal(.archiveHostile, handle, place, "is encrypted: pack the files without a password")
        }
        guard [ZIP_CM_STORE, ZIP_CM_DEFLATE].contains(Int32(status.comp_method)) else {
            throw refusal(
                .archiveHostile,
                handle,
                place,
                "is packed in a way that exchanges do not use: pack it with deflate, as every zip program can"
            )
        }
        let size = Int(clamping: status.size)
        guard size <= limits.entry else {
            throw refusal(.archiveTooLarge, handle, place, "would unpack to more than \(limits.entry >> 20) MiB")
        }
        let packed = max(1, Int(clamping: status.comp_size))
        guard size <= limits.ratioFrom || size / packed < limits.ratio else {
            let reason = "would unpack to more than \(limits.ratio) times its packed size, as zip bombs do"
            throw refusal(.archiveHostile, handle, place, reason)
        }
        return size
    }

    /// An archive in an archive is refused by its name or its first bytes.
    private static func requireNoArchive(
        _ name: String,
        _ handle: ZipHandle,
        _ place: UInt64,
        size: Int
    ) throws(SourceError) {
        let nested = "is an archive inside the archive: pack the files themselves"
        guard !name.lowercased().hasSuffix(".zip") else { throw refusal(.archiveHostile, handle, place, nested) }
        guard size >= 4 else { return }
        guard let file = zip_fopen_index(handle.archive, place, 0) else {
            throw refusal(.archiveDamaged, handle, place, "cannot be opened")
        }
        defer { zip_fclose(file) }
        var start = [UInt8](repeating: 0, count: 4)
        guard zip_fread(file, &start, 4) == 4 else {
            throw refusal(.archiveDamaged, handle, place, "cannot be unpacked: copy or export the archive again")
        }
        let signatures: [[UInt8]] = [[0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6], [0x50, 0x4B, 7, 8]]
        guard !signatures.contains(start) else { throw refusal(.archiveHostile, handle, place, nested) }
    }

    private static func refusal(
        _ code: SourceError.Code,
        _ handle: ZipHandle,
        _ place: UInt64?,
        _ reason: String
    ) -> SourceError {
        SourceError(code, file: handle.name, field: place.map { "entry \($0 + 1)" } ?? "", reason)
    }
}
