import School

/// One `Pupil` element as records: the contacts, the pupil, the marks.
struct CTFPupil {
    let element: CTFElement
    /// Which pupil of the file, from 1.
    let number: Int
    let origin: SourceRecord.Origin
    let base: String
    /// The school whose registrations and marks are taken; nil when the file tells another school's.
    let school: CESParty?
    /// The manifest's line; nil for a file without a manifest.
    let said: CESManifest.Pupil?
    let known: any KnownPupils

    /// What is not sent stays: in a file without a manifest nobody says that it is gone.
    private var keepsUnsent: Bool { said == nil }

    /// Hands out what the element tells.
    func read(_ receive: (SourceItem) throws -> Void) throws {
        if let doubled = element.doubled {
            return try receive(.issue(issue(doubled.name, "stands twice: keep one of the two", parks: true)))
        }
        var groups = CTFGroups(element)
        let basic = groups.basicDetails(noUPNReason: said?.noUPNReason)
        let former = basic.single.first { $0.field == .formerUPN }?.value
        let told = PupilIdentity(FieldRow(basic.single))
        let key: String
        var isNew = false
        switch try PupilMatch.find(id: said?.recipientId, told, formerUPN: former, in: known) {
        case .known(let found): key = found
        case .new(let made): (key, isNew) = (made, true)
        case .waits(let reason): return try receive(.issue(issue("", reason, parks: true, key: said?.recipientId)))
        }
        if isNew, !tells(.basicDetails) {
            let reason =
                "is not known here, and this file tells only part of the pupil: ask the school for a snapshot "
                + "(task run --snapshot)"
            return try receive(.issue(issue("", reason, parks: true, key: key)))
        }
        try read(&groups, basic, key: key, isNew: isNew, receive)
    }

    private func read(
        _ groups: inout CTFGroups,
        _ basic: CTFDraft,
        key: String,
        isNew: Bool,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        let drafts = [
            basic, groups.address(), groups.sen(), groups.fsm(), groups.lookedAfter(), groups.characteristics(),
            groups.attainment(),
        ]
        let registration = school.map { CTFRegistration(element, at: $0, &groups.values) }
        let contacts = CTFContacts(element, key: key, &groups.values)
        let attendance = tells(.attendance) ? school.map { CTFAttendance(element, at: $0, &groups.values) } : nil
        let held = groups.values.held
        var contents: [GroupContent] = []
        for draft in drafts where isTaken(draft.group, isTold: draft.isTold, held) {
            contents.append(try content(of: draft, key: key, isNew: isNew))
        }
        if let registration, isTaken(.registration, isTold: registration.isTold, held) {
            let before = try isNew ? nil : known.content(of: .registration, .pupil, key: key)
            contents.append(registration.content(keeping: before, unsent: keepsUnsent))
        }
        for fault in groups.values.faults where said == nil || fault.held.map(tells) ?? true {
            let group = fault.held.map { Set([$0]) } ?? []
            try receive(.issue(issue(fault.place, fault.reason, parks: fault.held != nil, key: key, groups: group)))
        }
        if isTaken(.contacts, isTold: !contacts.links.isEmpty, held) {
            try take(contacts, key: key, isNew: isNew, receive)
            contents.append(GroupContent(.contacts, contacts.links))
        }
        try receive(
            .record(SourceRecord(kind: .pupil, key: key, base: base, groups: contents, origin: origin))
        )
        try clear(key: key, receive)
        for mark in attendance?.marks ?? [] { try receive(.record(record(mark, of: key))) }
    }

    /// Whether the pupil's line names a group; without a manifest every group may be told.
    private func tells(_ group: DataGroup) -> Bool { said?.groups.contains(group.name) ?? true }

    private func isTaken(_ group: DataGroup, isTold: Bool, _ held: Set<DataGroup>) -> Bool {
        guard !held.contains(group) else { return false }
        return said == nil ? isTold : tells(group)
    }

    private func content(of draft: CTFDraft, key: String, isNew: Bool) throws -> GroupContent {
        let before =
            try isNew || !draft.needsKnown(unsent: keepsUnsent)
            ? nil : known.content(of: draft.group, .pupil, key: key)
        var content = draft.content(keeping: before, unsent: keepsUnsent)
        // A pupil with a number has no reason for having none.
        if draft.group == .basicDetails, content.rows.first?[.upn] != nil { content.rows[0][.noUPNReason] = nil }
        return content
    }

    /// The contacts themselves, and those whom the pupil had and has no more.
    private func take(
        _ contacts: CTFContacts,
        key: String,
        isNew: Bool,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        if !isNew { try remove(Set(contacts.people.map(\.key)), of: key, receive) }
        for person in contacts.people {
            let before =
                try person.draft.needsKnown(unsent: keepsUnsent)
                ? known.content(of: .contactDetails, .contact, key: person.key) : nil
            let content = person.draft.content(keeping: before, unsent: keepsUnsent)
            try receive(
                .record(SourceRecord(kind: .contact, key: person.key, base: base, groups: [content], origin: origin))
            )
        }
    }

    /// A contact of this format is of one pupil: whoever is no longer among the pupil's contacts is gone.
    private func remove(_ kept: Set<String>, of key: String, _ receive: (SourceItem) throws -> Void) throws {
        let links = try known.content(of: .contacts, .pupil, key: key)?.rows ?? []
        for contact in links.compactMap({ $0[.contactKey] })
        where CTFContacts.isContact(contact, of: key) && !kept.contains(contact) {
            try receive(.departure(kind: .contact, key: contact, .absent, origin: origin))
        }
    }

    /// The groups that the manifest names as empty now.
    private func clear(key: String, _ receive: (SourceItem) throws -> Void) throws {
        let cleared = said?.clearedGroups ?? []
        guard !cleared.isEmpty else { return }
        if cleared.contains(DataGroup.contacts.name) { try remove([], of: key, receive) }
        let groups = DataGroup.allCases.filter { cleared.contains($0.name) }
        try receive(.deletion(kind: .pupil, key: key, groups: groups, origin: origin))
    }

    private func record(_ mark: CTFAttendance.Mark, of key: String) -> SourceRecord {
        SourceRecord(
            kind: .mark,
            key: [key, mark.date.description, mark.half.rawValue].joined(separator: "\u{1F}"),
            base: base,
            groups: [
                GroupContent(
                    .attendance,
                    [
                        FieldRow([
                            .init(.sessionDate, mark.date.description), .init(.sessionHalf, mark.half.rawValue),
                            .init(.mark, mark.code),
                        ])
                    ]
                )
            ],
            references: [.init(kind: .pupil, key: key, field: "Attendance")],
            origin: origin
        )
    }

    private func issue(
        _ place: String,
        _ reason: String,
        parks: Bool,
        key: String? = nil,
        groups: Set<DataGroup> = []
    ) -> RowIssue {
        RowIssue(
            file: origin.file,
            line: origin.line,
            field: "Pupil[\(number)]" + (place.isEmpty ? "" : "/" + place),
            reason: reason,
            effect: parks ? .parked : .noted,
            kinds: [.pupil],
            groups: groups,
            key: key,
            base: base
        )
    }
}
