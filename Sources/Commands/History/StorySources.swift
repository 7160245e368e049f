import EventLog
import Events
import Identifiers
import Projections
import School
import SwiftProtobuf

/// Where an event's data came from: which import, of which source, from which files.
struct StorySources {
    /// An import, or the undoing of one.
    struct Origin {
        /// `import 226 of mis`.
        var words: String
        /// The names of its files.
        var files: [String]

        /// Where in its files a part was read; nil for what no line says.
        func place(_ part: Syncd_Events_GroupPart) -> Place? {
            guard part.line > 0, files.indices.contains(Int(part.file) - 1) else { return nil }
            return Place(file: files[Int(part.file) - 1], line: part.line)
        }
    }

    /// A line of a file.
    struct Place {
        var file: String
        /// From 1.
        var line: UInt32

        /// `pupils.csv, line 12`.
        var words: String { "\(file), line \(line)" }
    }

    private let origins: [RunID: Origin]

    /// Reads the imports of the store.
    init(_ session: Session) throws {
        var origins: [RunID: Origin] = [:]
        var files: [RunID: [String]] = [:]
        try session.log.read(LogQuery(type: EventType.importStarted.number)) { event in
            let open = try Syncd_Events_ImportStarted(serializedBytes: event.open)
            if let run = RunID(bytes: open.run) { files[run] = open.files }
            return true
        }
        try session.log.read(LogQuery(type: EventType.importCompleted.number)) { event in
            let open = try Syncd_Events_ImportCompleted(serializedBytes: event.open)
            if let run = RunID(bytes: open.run) { files[run] = open.files }
            return true
        }
        for imported in try ImportedRun.all(in: session) {
            origins[imported.run.id] = Origin(
                words: "import \(imported.number) of \(imported.source)",
                files: files[imported.run.id] ?? []
            )
            if let undo = imported.undone?.undo {
                origins[undo] = Origin(words: "undo of import \(imported.number) of \(imported.source)", files: [])
            }
        }
        self.origins = origins
    }

    /// The origin of what a run brought in; nil for a run that is not known.
    subscript(run: RunID) -> Origin? { origins[run] }
}
