import Identifiers
import School

/// Writes a OneRoster 1.2 package, bulk or delta, from what the recipient is granted (`schemas/exchange/oneroster.md`,
/// section 5).
///
/// The same values give the same bytes. It holds no rule of acceptance, but begins no package without leave, which only
/// the acceptance rules give (invariant 7).
public struct OneRosterWriter {
    /// The version of this rendering, and of the program that packs: a number that changes whenever the same values might
    /// give other bytes.
    public static var rendererVersion: UInt32 { 2 << 16 | ZipWriter.packer }

    /// What a package tells of itself.
    public struct Header: Sendable {
        /// The sending school's number: the id of its row.
        public var school: CESParty
        /// Its name.
        public var schoolName: String
        /// Everything, or what changed.
        public var isBulk: Bool
        /// The moment of the run in UTC, `2012-04-23T18:25:43.511Z`: `dateLastModified` of a delta's rows.
        public var time: String
        /// The day of the run in the United Kingdom, yyyy-MM-dd.
        public var day: String

        /// Makes a header.
        public init(school: CESParty, schoolName: String, isBulk: Bool, time: String, day: String) {
            self.school = school
            self.schoolName = schoolName
            self.isBulk = isBulk
            self.time = time
            self.day = day
        }
    }

    let header: Header
    /// Names the record of a thing that is told of two others, such as a role.
    let idOf: @Sendable (_ what: String, _ of: [String]) -> String
    private let grantsContacts: Bool
    private let grantsDemographics: Bool
    var rows: OneRosterRows
    private var lines: [CESManifest.Pupil] = []
    private var tellsData = false

    /// Begins a package.
    ///
    /// - Parameters:
    ///   - header: what it tells of itself.
    ///   - export: the leave to write; what is written has gone through its gate.
    ///   - idOf: gives ids to roles and links, the same for the same words; it must not lead back to what it was made of.
    public init(
        header: Header,
        under export: ApprovedExport,
        idOf: @escaping @Sendable (_ what: String, _ of: [String]) -> String
    ) {
        self.header = header
        self.idOf = idOf
        grantsContacts = export.groups.contains(.contacts)
        grantsDemographics = !Set(export.fields(of: .basicDetails)).isDisjoint(with: [.birthDate, .sex])
        rows = OneRosterRows(header.isBulk ? .bulk : .delta, time: header.time)
    }

    var org: String { header.school.description }

    /// Adds a pupil.
    ///
    /// - Throws: `RenderError` when change and groups do not fit each other.
    public mutating func write(_ pupil: OneRosterPupil) throws {
        try pupil.told.checkConsistency()
        let id = pupil.told.recipientID.hex
        switch pupil.told.change {
        // The school shares no more and asks for no deletion: the standard has no word for it, so no row says it.
        case .sharingEnded: break
        case .absent, .deletedAtSource, .erased: tombstones(pupil, id)
        default: try present(pupil, id)
        }
        lines.append(CESManifest.Pupil(pupil.told, element: nil))
    }

    /// Ends the package.
    ///
    /// - Returns: the archive, how many rows each file has, and the manifest's line of each pupil.
    /// - Throws: `RenderError`.
    public consuming func finish() throws -> (archive: [UInt8], rows: [String: Int], pupils: [CESManifest.Pupil]) {
        addOrg()
        let files = rows.files(source: (name: "syncd", code: org))
        let counts = Dictionary(uniqueKeysWithValues: rows.counts.map { ($0.key.name, $0.value) })
        return (try ZipWriter.archive(files), counts, lines)
    }

    /// Ends the package, for comparison: the records that are there, by file name and id, with what is not blank in them.
    public consuming func records() -> [String: [String: [String: String]]] {
        addOrg()
        return Dictionary(uniqueKeysWithValues: rows.records.map { ($0.key.name, $0.value) })
    }

    /// The school's own row is in every package that has any, so that each is complete in itself.
    private mutating func addOrg() {
        guard tellsData else { return }
        rows.add(.orgs, org, ["name": header.schoolName, "type": "school", "identifier": org])
    }

    private mutating func present(_ pupil: OneRosterPupil, _ id: String) throws {
        tellsData = true
        let told = pupil.told
        let registration = told.groups.first { $0.group == .registration }?.rows.last ?? FieldRow()
        addRole(of: id, registration, hasLeft: told.change == .left)
        // Who is another school's by now is not told whole: only that the place here has ended.
        guard let names = told.groups.first(where: { $0.group == .basicDetails })?.rows.first else { return }
        var user = OneRosterWords.methods(told.groups.first { $0.group == .address }?.rows ?? [])
        user.merge(identity(names, id)) { $1 }
        user["enabledUser"] = told.change == .left ? "false" : "true"
        user["grades"] = registration[.yearGroup]
        user["primaryOrgSourcedId"] = org
        let contacts = try addContacts(of: pupil, id)
        user["agentSourcedIds"] = contacts.joined(separator: ",")
        if grantsContacts, contacts.isEmpty { user["metadata.syncd.noAgents"] = "true" }
        rows.add(.users, id, user)
        if grantsDemographics {
            let demographics = ["birthDate": names[.birthDate] ?? "", "sex": OneRosterWords.sex(names[.sex])]
            rows.add(.demographics, id, demographics)
        }
        for membership in pupil.memberships { add(membership, of: id) }
        for membership in pupil.formerMemberships { delete(membership, of: id) }
    }

    /// What the row of a pupil says of who it is.
    private func identity(_ names: FieldRow, _ id: String) -> [String: String] {
        let numbers = [("UPN", Field.upn), ("ULN", .uln)].compactMap { word, field in
            names[field].map { "{\(word):\($0)}" }
        }
        return [
            "username": id, "userIds": numbers.joined(separator: ","),
            "givenName": names[.forename] ?? OneRosterWords.noName,
            "familyName": names[.surname] ?? OneRosterWords.noName, "middleName": names[.middleNames] ?? "",
            "preferredGivenName": names[.preferredForename] ?? "",
            "preferredFamilyName": names[.preferredSurname] ?? "",
        ]
    }

    private mutating func addRole(of id: String, _ registration: FieldRow, hasLeft: Bool) {
        var end = OneRosterWords.dayAfter(registration[.leavingDate])
        if end.isEmpty, hasLeft { end = header.day }
        let period = OneRosterWords.period(registration[.entryDate], end)
        let role = [
            "userSourcedId": id, "roleType": registration[.enrolmentStatus] == "S" ? "secondary" : "primary",
            "role": "student", "beginDate": period.begin, "endDate": period.end, "orgSourcedId": org,
        ]
        rows.add(.roles, roleID(id), role)
    }

    private func roleID(_ user: String) -> String { idOf("role", [user]) }

    /// Contacts of a pupil, each with a role and, as links, what the standard has no field for.
    ///
    /// - Returns: their ids, in the order of the links.
    private mutating func addContacts(of pupil: OneRosterPupil, _ id: String) throws -> [String] {
        var ids: [String] = []
        for link in pupil.told.groups.first(where: { $0.group == .contacts })?.rows ?? [] {
            guard let key = link[.contactKey], let contact = pupil.contacts[key],
                let details = pupil.told.contactDetails[key]
            else { throw RenderError(.missingContact, "a link of \(id) leads to a contact whose details are missing") }
            if !ids.contains(contact) { ids.append(contact) }
            let linkID = idOf("link", [id, contact])
            guard rows.values(.syncdLinks, linkID) == nil else { continue }
            rows.add(
                .syncdLinks,
                linkID,
                [
                    "userSourcedId": id, "agentSourcedId": contact,
                    "metadata.syncd.contactPriority": link[.contactOrder] ?? "",
                    "metadata.syncd.parentalResponsibility": link[.parentalResponsibility] ?? "",
                    "metadata.syncd.relationship": link[.relationship] ?? "",
                ]
            )
            addContact(contact, details.rows, OneRosterWords.contactRole(of: link))
        }
        deleteLinks(of: pupil, id)
        return ids
    }

    private mutating func addContact(_ id: String, _ details: [FieldRow], _ word: String) {
        var user = OneRosterWords.methods(details)
        let names = FieldRow(details.flatMap(\.entries))
        user.merge(identity(names, id)) { $1 }
        user["userIds"] = ""
        user["enabledUser"] = "true"
        user["primaryOrgSourcedId"] = org
        rows.add(.users, id, user)
        let before = rows.values(.roles, roleID(id))?["role"]
        rows.add(
            .roles,
            roleID(id),
            [
                "userSourcedId": id, "roleType": "primary",
                "role": before.map { OneRosterWords.closer($0, word) } ?? word, "orgSourcedId": org,
            ]
        )
    }

    /// Rows that say that a pupil's record, and what hangs on it, is to be deleted.
    private mutating func tombstones(_ pupil: OneRosterPupil, _ id: String) {
        tellsData = !header.isBulk || tellsData
        deleteUser(id, role: "student")
        if grantsDemographics { rows.delete(.demographics, id, [:]) }
        deleteLinks(of: pupil, id)
        for membership in pupil.formerMemberships { delete(membership, of: id) }
    }

    private mutating func deleteLinks(of pupil: OneRosterPupil, _ id: String) {
        for contact in pupil.formerLinks {
            rows.delete(
                .syncdLinks,
                idOf("link", [id, contact]),
                ["userSourcedId": id, "agentSourcedId": contact]
            )
        }
        for contact in pupil.formerContacts { deleteUser(contact, role: OneRosterWords.contactRole) }
    }

    /// A tombstone names nobody: where the standard requires a name it has none.
    private mutating func deleteUser(_ id: String, role: String) {
        let none = OneRosterWords.noName
        rows.delete(
            .users,
            id,
            ["enabledUser": "false", "username": id, "givenName": none, "familyName": none]
        )
        rows.delete(
            .roles,
            roleID(id),
            ["userSourcedId": id, "roleType": "primary", "role": role, "orgSourcedId": org]
        )
    }
}
