import EventLog
import Events
import Identifiers
import School
import SwiftProtobuf

/// Tells a changed UPN from other changes of basic details.
///
/// The cache holds codes alone, so the UPN that was sent is read from the log: the last one that stood there when the
/// run before this one looked.
struct KeyChange {
    /// The log.
    let log: EventLog
    /// What the recipient was told up to.
    let lower: Position

    /// Marks those whose UPN is another than the one sent.
    func mark(_ selection: inout Selection) throws {
        for index in selection.pupils.indices where selection.pupils[index].change == .changed {
            let pupil = selection.pupils[index]
            guard let details = pupil.groups.first(where: { $0.group == .basicDetails }),
                let before = try upnBefore(pupil.pupil), before != details.rows.first?[.upn]
            else { continue }
            selection.pupils[index].change = .keyChanged
        }
    }

    /// The UPN at the lower bound; nil when there was none, or its key has been destroyed.
    private func upnBefore(_ pupil: SubjectID) throws -> String? {
        guard lower > .origin else { return nil }
        var upn: String?
        let query = LogQuery(through: lower, stream: StreamID(pupil), direction: .backward, opensParts: true)
        try log.read(query) { event in
            guard let part = event.parts.first(where: { $0.dataClass.rawValue == DataGroup.basicDetails.rawValue })
            else { return true }
            guard let plaintext = part.plaintext else { return false }
            let rows = try Syncd_Events_GroupPart(serializedBytes: plaintext).rows
            for row in rows {
                for (field, value) in zip(row.fields, row.values) where field == UInt32(Field.upn.rawValue) {
                    upn = upn ?? value
                }
            }
            return false
        }
        return upn
    }
}
