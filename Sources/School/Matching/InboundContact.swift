/// A contact of a pupil as one source tells of it, for laying beside another's (ruling 6).
///
/// Each source names contacts in its own way, so the two are found to be one by the name, never by a key.
public struct InboundContact: Sendable, Hashable {
    /// What the pupil's link says, without what is the source's own way of naming and ordering.
    public let link: FieldRow
    /// Names, phones, e-mails and address.
    public let details: [FieldRow]
    private let livesWithPupil: Bool

    /// What a source says in its own way, or as another one does in other fields.
    private static let own: Set<Field> = [.contactKey, .contactOrder, .addressAsPupil]

    /// Makes one of a pupil's link and what is held of the person.
    public init(link: FieldRow, details: [FieldRow]) {
        self.link = FieldRow(link.entries.filter { !Self.own.contains($0.field) })
        self.details = details
        livesWithPupil = link[.addressAsPupil] == "true"
    }

    private var name: [String] {
        let row = details.first { $0[.surname] != nil || $0[.forename] != nil }
        return [row?[.surname], row?[.forename]].map { $0?.lowercased() ?? "" }
    }

    /// True when another of the same name says all of this; what is not told here may be there.
    func isTold(by other: InboundContact) -> Bool {
        guard name == other.name, Self.says(other.link, link) else { return false }
        return details.allSatisfy { row in
            // The pupil's address stands with the pupil.
            if other.livesWithPupil, !row.addressLines.isEmpty { return true }
            // The names agree, whatever their letters.
            let rest = FieldRow(row.entries.filter { $0.field != .surname && $0.field != .forename })
            return other.details.contains { Self.says($0, rest) }
        }
    }

    private static func says(_ row: FieldRow, _ other: FieldRow) -> Bool {
        other.entries.allSatisfy { row.entries.contains($0) }
    }

    /// The bytes of what several contacts say: what a decision on them is about.
    public static func canonicalBytes(_ contacts: [InboundContact]) -> [UInt8] {
        GroupContent(.contacts, contacts.flatMap { [$0.link] + $0.details }).canonicalBytes
    }
}

extension InboundComparison {
    /// The difference in contacts: that one of whom the other source tells is not, or otherwise, among the school's.
    ///
    /// Whom the other source does not tell of is no difference.
    public static func difference(theirs: [InboundContact], ours: [InboundContact]) -> Difference? {
        let isAllTold = theirs.allSatisfy { contact in ours.contains { contact.isTold(by: $0) } }
        return isAllTold ? nil : Difference(item: InboundItem(.contacts), isNull: ours.isEmpty)
    }
}
