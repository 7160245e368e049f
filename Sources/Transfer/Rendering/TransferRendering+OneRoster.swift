import Connectors
import EventLog
import Identifiers
import School

extension TransferRendering {
    /// Writes a OneRoster package and its manifest.
    static func writeOneRoster(
        _ selection: Selection,
        keys: [SubjectID: RecipientKey],
        _ facts: RenderingFacts,
        under export: ApprovedExport,
        data: ([UInt8]) throws -> Void,
        digest: () -> [UInt8],
        _ proof: ManifestProof?
    ) throws -> [UInt8] {
        let parties = try TransferParties(from: facts.school, to: facts.party)
        guard let name = parties.oneRosterName(Int(facts.file.number.sequence)) else {
            throw TransferError(.laestabMissing, "\(parties.source) and \(parties.destination) do not name a file")
        }
        let ids = RecipientRowIDs(recipient: facts.run.recipient, base: facts.school.id)
        let header = OneRosterWriter.Header(
            school: name.source,
            schoolName: facts.school.name,
            isBulk: facts.file.isSnapshot,
            time: UTCClock.text(facts.file.renderedAt),
            day: LondonClock.day(facts.file.renderedAt)
        )
        let (archive, rows, lines) = try writer(selection, keys, header, ids, under: export).finish()
        try data(archive)
        let manifest = OneRosterTransferManifest(
            name: name,
            sha256: digest(),
            isBulk: facts.file.isSnapshot,
            rows: rows,
            logID: facts.log,
            epoch: UInt64(facts.epoch),
            positions: (from: facts.told.rawValue, to: facts.run.upper.rawValue),
            task: facts.run.task,
            run: facts.run.id,
            recipient: facts.run.recipient,
            report: CESManifest.Report(name: export.report, version: export.version),
            formerSources: facts.school.formerLaestabs,
            checkpoints: proof?.checkpoints,
            proof: proof?.proof,
            pupils: lines
        )
        return try manifest.json()
    }

    /// The records that packages have told, for comparison: by file name and id, with what is not blank in them.
    ///
    /// - Parameters:
    ///   - selection: everyone, whole.
    ///   - keys: each pupil's name to the recipient.
    ///   - time: the moment that it is asked for, which tells the academic year.
    /// - Throws: as writing a package would.
    public static func oneRosterRecords(
        _ selection: Selection,
        keys: [SubjectID: RecipientKey],
        from school: SendingSchool,
        to recipient: RecipientID,
        at time: Timestamp,
        under export: ApprovedExport
    ) throws -> [String: [String: [String: String]]] {
        guard let party = school.laestab.flatMap({ CESParty($0) }) else { return [:] }
        let ids = RecipientRowIDs(recipient: recipient, base: school.id)
        let header = OneRosterWriter.Header(
            school: party,
            schoolName: school.name,
            isBulk: true,
            time: "",
            day: LondonClock.day(time)
        )
        return try writer(selection, keys, header, ids, under: export).records()
    }

    /// A writer that has been given every pupil.
    private static func writer(
        _ selection: Selection,
        _ keys: [SubjectID: RecipientKey],
        _ header: OneRosterWriter.Header,
        _ ids: RecipientRowIDs,
        under export: ApprovedExport
    ) throws -> OneRosterWriter {
        var writer = OneRosterWriter(header: header, under: export, idOf: { ids.id(of: $0, $1) })
        for (key, pupil) in ordered(selection, keys) {
            try export.require(pupil)
            try writer.write(pupil.oneRoster(as: key, among: keys, ids))
        }
        return writer
    }
}

extension SelectedPupil {
    /// The pupil as the connector takes one.
    ///
    /// - Parameters:
    ///   - key: the pupil's name to the recipient.
    ///   - keys: names of those whom the pupil's record became or came from.
    ///   - ids: names of everything else.
    func oneRoster(
        as key: RecipientKey,
        among keys: [SubjectID: RecipientKey],
        _ ids: RecipientRowIDs
    ) -> OneRosterPupil {
        var pupil = OneRosterPupil(ces(as: key, among: keys))
        pupil.contacts = contacts.mapValues { ids.id(of: $0) }
        pupil.formerLinks = formerLinks.map { ids.id(of: $0) }
        pupil.formerContacts = formerContacts.map { ids.id(of: $0) }
        let rows = groups.first { $0.group == .classMembership }?.rows ?? []
        pupil.memberships = rows.compactMap { row in
            guard let id = row[.memberKey].flatMap({ SubjectID(hex: $0) }),
                let found = row[.classKey].flatMap({ classes[$0] })
            else { return nil }
            return OneRosterMembership(id: ids.id(of: id), row: row, schoolClass: found.oneRoster(ids))
        }
        pupil.formerMemberships = formerMemberships.map { former in
            var membership = OneRosterMembership(
                id: ids.id(of: former.id),
                row: FieldRow(),
                schoolClass: former.schoolClass.oneRoster(ids)
            )
            membership.isOfFormerClass = former.isOfFormerClass
            return membership
        }
        return pupil
    }
}

extension GrantedClass {
    fileprivate func oneRoster(_ ids: RecipientRowIDs) -> OneRosterClass {
        func named(_ thing: Thing) -> OneRosterClass.Thing {
            OneRosterClass.Thing(id: ids.id(of: thing.id), rows: thing.content.rows)
        }
        return OneRosterClass(details: named(details), course: course.map(named), terms: terms.map(named))
    }
}
