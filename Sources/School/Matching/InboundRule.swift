/// What becomes of a value that another source tells of one of the school's own pupils (ruling 6).
public enum InboundRule: UInt8, Sendable, Hashable, CaseIterable {
    /// A difference waits for a person: what holds when nothing was set.
    case conflict = 0
    /// It is taken in.
    case always = 1
    /// It is taken in where the school has nothing; else a difference waits for a person.
    case ifNull = 2
    /// It is passed over.
    case never = 3

    /// The word that commands take.
    public var word: String {
        switch self {
        case .conflict: "conflict"
        case .always: "always"
        case .ifNull: "if-null"
        case .never: "never"
        }
    }

    /// The rule of a word; nil for none.
    public init?(word: String) {
        guard let rule = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = rule
    }
}

/// What is decided on alone: a field of a group that has one row, or a whole group.
public struct InboundItem: Sendable, Hashable {
    /// The group.
    public var group: DataGroup
    /// The field; nil for the whole group.
    public var field: Field?

    /// Makes an item.
    public init(_ group: DataGroup, _ field: Field? = nil) {
        self.group = group
        self.field = field
    }

    /// The groups that are laid beside the school's own.
    ///
    /// Attendance and school history are always taken in: they stand under the source that tells them, and touch nothing
    /// of the school's.
    public static let groups: [DataGroup] = [
        .basicDetails, .address, .contacts, .sen, .fsm, .lookedAfter, .characteristics,
    ]

    /// Groups with one row, of which each field is an item.
    public static let groupsByField: Set<DataGroup> = [.basicDetails, .lookedAfter]

    /// The item of a name; nil for what is not laid beside the school's own.
    public init?(name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let group = Self.groups.first(where: { $0.name == parts[0] }), parts.count <= 2 else { return nil }
        self.group = group
        guard parts.count == 2 else { return }
        let field = Field.allCases.first { $0.name == parts[1] }
        guard Self.groupsByField.contains(group), let field else { return nil }
        self.field = field
    }

    /// Whether what the other source tells can become the school's own.
    ///
    /// Who a child's contacts are, and what each may know, the school settles in its MIS, where orders of a court stand,
    /// too: no rule and no decision here makes somebody a contact (rulings 11, 29).
    public var canBeTaken: Bool { group != .contacts }

    /// The rules that may be set for it.
    public var rules: [InboundRule] { canBeTaken ? InboundRule.allCases : [.conflict, .never] }

    /// `group` or `group.field`.
    public var name: String { field.map { "\(group.name).\($0.name)" } ?? group.name }
}

/// Lays what another source tells beside what the school has.
public enum InboundComparison {
    /// A data item that the two do not tell alike.
    public struct Difference: Sendable, Hashable {
        /// Which.
        public var item: InboundItem
        /// The school has nothing there.
        public var isNull: Bool
    }

    /// True when each row of the one says nothing that a row of the other does not; what a file cannot carry, the school's
    /// rows may say beside.
    private static func holds(_ ours: GroupContent?, _ theirs: GroupContent) -> Bool {
        var left = ours?.rows ?? []
        guard left.count == theirs.rows.count else { return false }
        for row in theirs.rows {
            let place = left.firstIndex { own in row.entries.allSatisfy { own.entries.contains($0) } }
            guard let place else { return false }
            left.remove(at: place)
        }
        return true
    }

    /// What somebody, or a rule, has decided on a value.
    public enum Decision: Sendable, Hashable {
        /// It became the school's.
        case accepted
        /// The school's own stayed.
        case discarded
    }

    /// What is to be done with a difference.
    public enum Fate: Sendable, Hashable {
        /// The school's becomes the other's.
        case taken
        /// A person decides.
        case waits
        /// It is passed over.
        case passed
    }

    /// The differences in a group other than contacts; a value that the other source does not tell is none.
    public static func differences(_ group: DataGroup, theirs: GroupContent?, ours: GroupContent?) -> [Difference] {
        guard let theirs, !theirs.rows.isEmpty else { return [] }
        guard InboundItem.groupsByField.contains(group) else {
            let isNull = ours?.rows.isEmpty ?? true
            return holds(ours, theirs) ? [] : [Difference(item: InboundItem(group), isNull: isNull)]
        }
        let own = ours?.rows.first
        return (theirs.rows.first?.entries ?? []).compactMap { entry in
            guard own?[entry.field] != entry.value else { return nil }
            return Difference(item: InboundItem(group, entry.field), isNull: own?[entry.field] == nil)
        }
    }

    /// What a rule does with a difference.
    ///
    /// - Parameter decision: what was decided on the very value before. One that was taken and is not there any more was
    ///   told otherwise by the school's own source since: then a person decides, or the two would take turns for ever.
    public static func fate(_ difference: Difference, _ rule: InboundRule, decision: Decision?) -> Fate {
        switch (decision, rule) {
        case (.discarded, _): return .passed
        case (.accepted, .never): return .passed
        case (.accepted, _): return .waits
        case (nil, _): break
        }
        switch rule {
        case .never: return .passed
        case _ where !difference.item.canBeTaken: return .waits
        case .always: return .taken
        case .ifNull: return difference.isNull ? .taken : .waits
        case .conflict: return .waits
        }
    }

    /// The rule of an item: its own, its group's, or conflict.
    public static func rule(of item: InboundItem, _ rules: [InboundItem: InboundRule]) -> InboundRule {
        rules[item] ?? rules[InboundItem(item.group)] ?? .conflict
    }

    /// What the school has, with what is taken of the other's.
    public static func merged(_ item: InboundItem, theirs: GroupContent, into ours: GroupContent?) -> GroupContent {
        guard let field = item.field else { return theirs }
        var row = ours?.rows.first ?? FieldRow()
        row[field] = theirs.rows.first?[field]
        return GroupContent(item.group, [row])
    }
}
