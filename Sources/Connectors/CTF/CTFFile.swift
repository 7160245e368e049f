import School

/// A Common Transfer File on disk: its header, its manifest if it has one, and its pupils one after the other.
///
/// The bytes are parsed by somebody else (`CTFReading`), in a process of their own where it matters.
public struct CTFFile: Sendable {
    /// What the header says.
    public let header: CTFHeader
    /// Where the file stands in its sender's log; nil for a file without a manifest.
    public var transfer: ReceivedTransfer? { manifest?.transfer }

    /// The file's name, without its folder.
    public let name: String
    let manifest: CTFManifest?
    private let path: String
    private let stamp: FileStamp
    private let reading: any CTFReading
    private let limits: XMLLimits

    /// Opens a file, reads its header and checks its manifest.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - reading: who parses it.
    ///   - limits: how much is taken.
    /// - Throws: `SourceError`: what the file is refused for.
    public init(path: String, reading: any CTFReading, limits: XMLLimits = XMLLimits()) throws {
        self.path = path
        self.reading = reading
        self.limits = limits
        name = InputFile.name(of: path)
        let input = try InputFile(path: path)
        stamp = input.stamp
        guard stamp.size > 0 else { throw SourceError(.malformed, file: name, "is empty: export it again") }
        guard stamp.size <= limits.file else {
            throw SourceError(.tooLarge, file: name, "is larger than \(limits.file >> 30) GiB: split it by school")
        }
        var found: CTFElement?
        try Self.frames(of: input, reading, limits) { item in
            guard case .header(let element) = item else { return true }
            found = element
            return false
        }
        guard let found else { throw CTFRefusal.structure.error(file: name, line: 0) }
        let header = try CTFHeader(found, file: name)
        self.header = header
        guard let beside = CTFManifest.path(beside: path) else {
            manifest = nil
            return
        }
        // Without it nobody knows whose pupils these are, and all of them would come in a second time.
        guard InputFile.isThere(beside) else {
            throw SourceError(
                .manifest,
                file: name,
                "has the name of a transfer file, and \(InputFile.name(of: beside)) is not beside it: get both. Another "
                    + "system's file must not have such a name"
            )
        }
        manifest = try CTFManifest(path: beside, beside: path, header: header)
    }

    /// The path of the file that has to stand beside a transfer file, its manifest; nil for any other file.
    public static func companion(of path: String) -> String? { CTFManifest.path(beside: path) }

    /// Reads the pupils once.
    ///
    /// - Parameter receive: takes each with its line and its number, from 1.
    func pupils(_ receive: (CTFElement, _ line: Int, _ number: Int) throws -> Void) throws {
        let input = try InputFile(path: path)
        guard input.stamp == stamp else { throw InputFile.changed(name) }
        var number = 0
        try Self.frames(of: input, reading, limits) { item in
            if case .pupil(let element, let line) = item {
                number += 1
                try receive(element, line, number)
            }
            return true
        }
        try input.checkUnchanged()
        if let manifest, manifest.lines.count != number { throw disagreement }
    }

    /// The file has other pupils than its manifest describes.
    var disagreement: SourceError {
        SourceError(
            .manifest,
            file: name,
            "has not as many pupils as its manifest describes (\(manifest?.lines.count ?? 0)): get both again"
        )
    }

    /// Reads frames until the last one, or until nobody wants more.
    private static func frames(
        of input: borrowing InputFile,
        _ reading: any CTFReading,
        _ limits: XMLLimits,
        _ receive: (CTFFrameReader.Item) throws -> Bool
    ) throws {
        var frames = CTFFrameReader(fileBytes: input.stamp.size, limits: limits)
        var isEnough = false
        do {
            try reading.read(descriptor: input.descriptor, size: input.stamp.size) { bytes in
                try frames.add(bytes)
                while let item = try frames.next() {
                    if case .refusal(let why, let line) = item { throw why.error(file: input.name, line: line) }
                    if try !receive(item) {
                        isEnough = true
                        return false
                    }
                }
                return true
            }
            guard isEnough || frames.isOver else { throw CTFReaderFailure("it ended before the file did") }
        } catch let error as CTFReaderFailure {
            throw failure(input.name, error.what, error)
        } catch let error as CTFFrameReader.Nonsense {
            throw failure(input.name, "it told nonsense (\(error.what))", error)
        }
    }

    private static func failure(_ name: String, _ what: String, _ cause: any Error) -> SourceError {
        SourceError(
            .readerFailed,
            file: name,
            "could not be read: the process that reads it for us failed (\(what)). Nothing was taken in and the store is "
                + "unharmed. If it happens again, the file may be made to do harm: ask who sent it",
            cause: cause
        )
    }
}
