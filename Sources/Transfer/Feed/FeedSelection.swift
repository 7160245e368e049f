import Identifiers
import School
import Sealing

/// What a consumer of changes asks for; a cursor is good for exactly the selection that it was given out under.
///
/// Another selection under the same cursor would be answered by a difference between two questions: what the one has
/// seen and the other has not would look like deletions, or never come.
public struct FeedSelection: Sendable, Hashable {
    /// Who asks: each consumer has cursors of its own.
    public var consumer: String
    /// The school; nil for all of the store.
    public var base: BaseID?
    /// The data groups; empty for all.
    public var classes: Set<DataGroup>
    /// The fields inside them; empty for all.
    public var fields: Set<Field>
    /// The report whose acceptance lets the consumer hear of changes; nil for the school's own people.
    public var report: String?
    /// Which pupils; nil for everything.
    ///
    /// With a cohort pupils alone are told of, and whoever goes out of it is out of reach. Leavers are no cohort here: no
    /// event says that their day has come.
    public var cohort: Cohort?

    /// Makes a selection; without arguments everything.
    public init(
        consumer: String = "",
        base: BaseID? = nil,
        classes: Set<DataGroup> = [],
        fields: Set<Field> = [],
        report: String? = nil,
        cohort: Cohort? = nil
    ) {
        self.consumer = consumer
        self.base = base
        self.classes = classes
        self.fields = fields
        self.report = report
        self.cohort = cohort
    }

    /// The first half of SHA-256 over the selection: what cursors carry of it.
    var binding: [UInt8] {
        var text = "syncd feed 1"
        let parts = [
            consumer, base?.hex ?? "", classes.map { String($0.rawValue) }.sorted().joined(separator: ","),
            fields.map { String($0.rawValue) }.sorted().joined(separator: ","), report ?? "",
            cohort?.description ?? "",
        ]
        for part in parts { text += "\u{0}\(part.utf8.count) \(part)" }
        var hash = SHA256()
        return Array(hash.digest(of: Array(text.utf8)).bytes.prefix(ChangeCursor.bindingBytes))
    }

    /// Whether things of a kind are asked for: with a cohort pupils alone.
    func takes(_ kind: EntityKind) -> Bool { cohort == nil || kind == .pupil }

    /// Whether changes of a group are asked for.
    func takes(_ group: DataGroup) -> Bool { classes.isEmpty || classes.contains(group) }

    /// What is asked for of a content.
    func part(of content: GroupContent) -> GroupContent {
        if fields.isEmpty { return content }
        return GroupContent(
            content.group,
            content.rows.map { row in FieldRow(row.entries.filter { fields.contains($0.field) }) }
        )
    }
}
