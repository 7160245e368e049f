import School

extension SDSUsers {
    /// Hands out the records of those in a batch who are of the turn's kind.
    func emit(
        _ batch: [SDSPerson],
        _ plans: SDSPersonPlans,
        _ reader: borrowing TableReader,
        tellsFaults: Bool,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        let contactBases = plans.kind == .contact && source.version == .v21 ? try bases(ofContacts: batch) : [:]
        for person in batch {
            if tellsFaults, let reason = Self.reasonForNoKind(person) {
                let issue = RowIssue(
                    file: reader.file,
                    line: person.user.line,
                    field: "",
                    reason: reason,
                    effect: .parked,
                    kinds: [.pupil, .teacher, .contact],
                    key: person.key,
                    rule: .valueMissing
                )
                try receive(.issue(issue))
            }
            guard person.isOf(plans.kind) else { continue }
            let orgs = person.orgs(as: plans.kind)
            let base = orgs.first ?? person.namedBy.min().flatMap { contactBases[$0] }
            let origin = SourceRecord.Origin(file: reader.file, line: person.user.line)
            let (contents, dropped) = plans.contents(of: person, at: base)
            let record = SourceRecord(
                kind: plans.kind,
                key: person.key,
                base: base,
                groups: contents,
                dropped: dropped,
                references: base.map { [.init(kind: .base, key: $0, field: Self.orgColumn(source.version))] } ?? [],
                origin: origin
            )
            try receive(.record(record))
            if plans.kind == .pupil {
                for org in orgs.dropFirst() { try receive(.record(registration(of: person, at: org, plans, origin))) }
            }
            if let links = plans.contacts(of: person) {
                try receive(.record(linkRecord(person, links, base: base, origin)))
            }
        }
    }

    /// A pupil's registration at a school beside the first (rulings 2).
    private func registration(
        of person: SDSPerson,
        at org: String,
        _ plans: SDSPersonPlans,
        _ origin: SourceRecord.Origin
    ) -> SourceRecord {
        let (contents, dropped) = plans.contents(of: person, at: org)
        return SourceRecord(
            kind: .registration,
            key: person.key,
            base: org,
            groups: contents.filter { $0.group == .registration },
            dropped: dropped.filter { $0.group == .registration },
            references: [.init(kind: .base, key: org, field: Self.orgColumn(source.version))],
            origin: origin
        )
    }

    /// A pupil's contacts: a record of its own, so that a guardian who is missing parks the links and not the pupil.
    private func linkRecord(
        _ person: SDSPerson,
        _ links: GroupContent,
        base: String?,
        _ origin: SourceRecord.Origin
    ) -> SourceRecord {
        let table = SDSUserTables.relationships
        let references = links.rows.compactMap { row in
            row[.contactKey].map {
                SourceRecord.Reference(kind: .contact, key: $0, field: table.columns[SDSUserTables.related].names[0])
            }
        }
        let first = person.links.first.map { SourceRecord.Origin(file: table.file, line: $0.line) }
        return SourceRecord(
            kind: .pupil,
            isPart: true,
            key: person.key,
            base: base,
            groups: [links],
            references: references,
            origin: first ?? origin
        )
    }

    private static func orgColumn(_ version: SDSVersion) -> String {
        version == .v2 ? "orgSourcedIds" : "orgSourcedId"
    }

    private static func reasonForNoKind(_ person: SDSPerson) -> String? {
        guard ![EntityKind.pupil, .teacher, .contact].contains(where: person.isOf) else { return nil }
        return person.roles.isEmpty
            ? "has no role in roles.csv and is in nobody's relationships: add a role, or leave the person out"
            : "is alumni only, which is not taken in: leave the person out"
    }
}
