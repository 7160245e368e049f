import EventLog

/// What a generation holds of one projection: in which version, and how far it has come.
///
/// The engine's row `projections` has a line for each: name, version, and, for one that is not brought forward any more
/// because this program makes other rows of it, the position at which it stopped.
struct Filling: Sendable, Equatable {
    var name: String
    var version: UInt32
    /// Where it stopped; nil while it goes on with the generation.
    var stoppedAt: Position?

    init(name: String, version: UInt32, stoppedAt: Position? = nil) {
        self.name = name
        self.version = version
        self.stoppedAt = stoppedAt
    }

    init(_ projection: any Projection) { self.init(name: projection.name, version: projection.version) }

    /// Reads a line; nil for one that says nothing.
    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count >= 2, let version = UInt32(words[1]) else { return nil }
        self.init(
            name: String(words[0]),
            version: version,
            stoppedAt: words.count > 2 ? UInt64(words[2]).map { Position($0) } : nil
        )
    }

    var line: String { "\(name) \(version)" + (stoppedAt.map { " \($0)" } ?? "") }

    /// Reads all lines.
    static func lines(_ text: String) -> [Filling] { text.split(separator: "\n").compactMap { Filling($0) } }
}

/// A projection whose rows in a generation are not what this program makes.
public struct OutdatedProjection: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The version that this program makes.
    public var version: UInt32
    /// The version whose rows are there; nil when there are none.
    public var storedVersion: UInt32?
    /// Where those rows stand.
    public var position: Position

    /// What to tell who wants to read it.
    var refusal: ProjectionError {
        let there = storedVersion.map { "of version \($0), which this program does not read" } ?? "not there yet"
        return ProjectionError(
            .outdated,
            "\(name), a part of state, is \(there): run `syncd projections rebuild --review` and, if it is right, "
                + "`syncd projections rebuild --accept`"
        )
    }
}
