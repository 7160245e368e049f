/// Where the bytes of a text file come from: a file in a folder, or an entry of an archive.
enum ByteInput: ~Copyable {
    case file(InputFile)
    case entry(ZipEntryReader)

    /// The file's name, without its folder.
    var name: String {
        switch self {
        case .file(let file): file.name
        case .entry(let entry): entry.name
        }
    }

    /// What the file, or its archive, was when it was opened.
    var stamp: FileStamp {
        switch self {
        case .file(let file): file.stamp
        case .entry(let entry): entry.stamp
        }
    }

    /// Reads until the space is full or the file ends.
    ///
    /// - Returns: the number of bytes read; less than asked only at the end.
    func read(into space: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        switch self {
        case .file(let file): try file.read(into: space)
        case .entry(let entry): try entry.read(into: space)
        }
    }

    /// Goes back to the beginning, which an entry of an archive cannot.
    func rewind() throws(SourceError) {
        switch self {
        case .file(let file): try file.rewind()
        case .entry(let entry): throw SourceError(.unreadable, file: entry.name, "cannot be read twice at once")
        }
    }

    /// Refuses a file that is no longer what it was when it was opened.
    ///
    /// An archive need not be asked again: the checksum of what was read stands in its listing.
    func checkUnchanged() throws(SourceError) {
        switch self {
        case .file(let file): try file.checkUnchanged()
        case .entry: break
        }
    }
}
