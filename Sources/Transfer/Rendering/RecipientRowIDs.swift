import Identifiers
import Sealing

/// Ids of records that are no pupils: known to one recipient and nobody else, and the same in every run.
///
/// The first half of SHA-256 over the recipient's and the thing's own random ids: nothing that was made of it can be
/// found in it, and no table has to be kept. A pupil's id is drawn at random instead and stands in the log, as in every
/// format.
struct RecipientRowIDs: Sendable {
    let recipient: RecipientID
    let base: BaseID

    /// The id of a contact, class, course, term or membership.
    func id(of thing: SubjectID) -> String { derived("thing", thing.bytes) }

    /// The id of what the school tells of others, such as a pupil's role there.
    func id(of what: String, _ others: [String]) -> String {
        derived(what, base.bytes + others.flatMap { [0] + Array($0.utf8) })
    }

    private func derived(_ what: String, _ parts: [UInt8]) -> String {
        var hash = SHA256()
        let bytes = Array("syncd oneroster 1 \(what)".utf8) + [0] + recipient.bytes + parts
        return hash.digest(of: bytes).withUnsafeBytes { SubjectID(reading: $0) }.hex
    }
}
