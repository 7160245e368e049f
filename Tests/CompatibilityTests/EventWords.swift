import EventLog
import Identifiers

/// Events in words, so that what different readers find can be compared, and kept in a file.
extension DocumentedRecord {
    /// What was appended, as the reader by the document finds it.
    var words: [String] {
        get throws {
            [
                "type \(try leaf.number("type"))", "schema \(try leaf.number("schema version"))",
                "base \(try leaf["base"].hex)", "stream \(try leaf["stream"].hex)", "actor \(try leaf["actor"].hex)",
                "command \(try leaf["command"].hex)", "at \(Int64(bitPattern: try leaf.number("recorded at")))",
                "index \(try leaf.number("index in batch")) of \(try leaf.number("events in batch"))",
                "cause \(try leaf.number("cause"))", "open \(open.hex)",
            ]
                + parts.map { "part \($0.dataClass) of \($0.subject?.hex ?? "nobody"): \($0.plaintext.hex)" }
        }
    }

    /// The same in a line, with its place.
    var line: String {
        get throws {
            let place =
                "\(try leaf.number("position")): version \(try leaf.number("stream version")), "
                + "after \(try leaf.number("previous position of this stream")), "
                + "index in tree \(try leaf.number("index in its base's tree")), epoch \(try leaf.number("epoch"))"
            return ([place] + (try words)).joined(separator: ", ")
        }
    }
}

extension RecordedEvent {
    /// The event in a line, as `DocumentedRecord.line` has it.
    var line: String {
        let words =
            [
                "\(position): version \(streamVersion), after \(previousInStream), index in tree \(treeIndex), "
                    + "epoch \(epoch)",
                "type \(type.rawValue)", "schema \(schemaVersion)", "base \(base)", "stream \(stream)",
                "actor \(actor)",
                "command \(command)", "at \(recordedAt.microseconds)", "index \(indexInBatch) of \(eventsInBatch)",
                "cause \(cause)", "open \(open.hex)",
            ]
            + parts.map { part in
                "part \(part.dataClass.rawValue) of \(part.subject.map(\.description) ?? "nobody"): "
                    + (part.plaintext ?? []).hex
            }
        return words.joined(separator: ", ")
    }
}
