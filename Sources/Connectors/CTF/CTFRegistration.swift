import School

/// The registration of a pupil at the school: its spells, and year and status of the last one.
struct CTFRegistration {
    private let spells: [FieldRow]?
    private let last: [FieldRow.Entry]
    private let faulty: Set<Field>

    private static let present: [(CTFNode, Field, ValueForm)] = [
        (.yearGroup, .yearGroup, .grade), (.enrolmentStatus, .enrolmentStatus, .code(.enrolmentStatus)),
    ]
    private static let spell: [(CTFNode, Field, ValueForm)] = [
        (.entryDate, .entryDate, .isoDate), (.leavingDate, .leavingDate, .isoDate),
        (.leavingReason, .leavingReason, .line),
    ]

    /// Reads what stands of one school; spells at other schools are not kept.
    init(_ pupil: CTFElement, at school: CESParty, _ values: inout CTFValues) {
        let details = pupil.first(.basicDetails)
        var last: [FieldRow.Entry] = []
        var faulty: Set<Field> = []
        for (node, field, form) in Self.present {
            var isFaulty = false
            let element = details?.first(node)
            if let value = values.value(element, form, at: "BasicDetails/" + node.name, isFaulty: &isFaulty) {
                last.append(.init(field, value))
            }
            if isFaulty { faulty.insert(field) }
        }
        let schools = (pupil.first(.schoolHistory)?.all(.school) ?? []).filter {
            CTFHeader.code($0) == school.description
        }
        let spells = schools.map { element in
            FieldRow(
                Self.spell.compactMap { node, field, form in
                    values.listed(
                        element.first(node),
                        form,
                        at: "SchoolHistory/School/" + node.name,
                        of: .registration
                    ).map { .init(field, $0) }
                }
            )
        }
        self.last = last
        self.faulty = faulty
        self.spells = schools.isEmpty ? nil : spells
    }

    /// True when anything of the registration was sent.
    var isTold: Bool { spells != nil || !last.isEmpty }

    /// The group, whole.
    ///
    /// - Parameters:
    ///   - known: the group as it is known.
    ///   - keepsUnsent: what was not sent stays; otherwise only what was sent and could not be read.
    func content(keeping known: GroupContent?, unsent keepsUnsent: Bool) -> GroupContent {
        var rows = spells ?? (keepsUnsent ? known?.rows : nil) ?? []
        if keepsUnsent { rows = Self.ordered(rows) }
        var row = rows.popLast() ?? FieldRow()
        for field in [Field.yearGroup, .enrolmentStatus] {
            if let told = last.first(where: { $0.field == field }) {
                row[field] = told.value
            } else if keepsUnsent || faulty.contains(field) {
                row[field] = known?.rows.last?[field]
            }
        }
        return GroupContent(.registration, rows + [row])
    }

    /// By entry date: the last spell is the present one, in whatever order another system writes them.
    private static func ordered(_ rows: [FieldRow]) -> [FieldRow] {
        rows.enumerated().sorted { left, right in
            let dates = (left.element[.entryDate] ?? "", right.element[.entryDate] ?? "")
            return dates.0 == dates.1 ? left.offset < right.offset : dates.0 < dates.1
        }.map(\.element)
    }
}
