/// How much of a zip archive is taken before it is called hostile.
struct ZipLimits: Sendable {
    /// Bytes of the archive itself.
    var archive = 1 << 30
    /// Entries: an exchange has some twenty files, and a listing of millions costs memory before anything is read.
    var entries = 10_000
    /// Bytes of the listing at the archive's end.
    var listing = 16 << 20
    /// Bytes of one entry, unpacked.
    var entry = 2 << 30
    /// Bytes of all entries, unpacked.
    var total = 4 << 30
    /// Unpacked bytes for each packed one.
    ///
    /// CSV of the most monotonous school packs 60 to 1; deflate cannot go beyond 1,032 to 1, where bombs are.
    var ratio = 200
    /// Entries up to this size are let off the ratio: a few kilobytes of zeros harm nobody.
    var ratioFrom = 1 << 20

    /// The limits for archives that come from outside.
    init() {}
}
