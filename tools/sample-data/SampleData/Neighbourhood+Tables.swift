/// Joins the parts of a key.
private let separator = "\u{1F}"

extension Neighbourhood {
    /// All rows as the MIS would export them today.
    func tables() -> [Area: Table] {
        var tables: [Area: Table] = [:]
        for area in Area.allCases { tables[area] = Table() }
        for place in schools.indices { addSchool(place, to: &tables) }
        addContacts(to: &tables)
        for pupil in pupils { addPupil(pupil, to: &tables) }
        addGroups(to: &tables)
        addRegister(to: &tables)
        return tables
    }

    private func addSchool(_ place: Int, to tables: inout [Area: Table]) {
        let school = schools[place]
        let head = school.staff.first
        tables[.bases]?.add(
            school.base,
            [
                school.base, school.name, school.base, String(199_000 + school.number),
                SampleSchool.yearCode(school.years.lowerBound), SampleSchool.yearCode(school.years.upperBound),
                head.map { "\($0.title) \($0.forename) \($0.surname)" } ?? "", head?.email ?? "",
            ]
        )
        for (year, term) in (firstYear...year.year).flatMap({ year in SchoolYear(year).terms.map { (year, $0) } }) {
            tables[.terms]?.add(
                school.base + separator + term.code,
                [
                    school.base, term.code, term.name, "term", term.start.description, term.end.description,
                    String(year),
                ]
            )
        }
        for group in school.classes {
            tables[.classes]?.add(
                group.key,
                [
                    school.base, group.key, group.name, group.isRegistration ? "registration" : "teaching",
                    group.subject,
                    SampleSchool.yearCode(group.year),
                ]
            )
        }
        for person in school.staff {
            tables[.staff]?.add(
                person.key,
                [
                    school.base, person.key, person.surname, person.forename, person.title, person.sex, person.number,
                    person.role, person.start.description, person.email,
                ]
            )
            for key in person.classes {
                tables[.classStaff]?.add(key + separator + person.key, [key, person.key, "Class teacher"])
            }
        }
    }

    /// Contacts whom some pupil of the export links to.
    private func addContacts(to tables: inout [Area: Table]) {
        var isLinked = [Bool](repeating: false, count: contacts.count)
        for pupil in pupils {
            for link in pupil.links { isLinked[link.contact] = true }
        }
        for (index, contact) in contacts.enumerated() where isLinked[index] {
            let address = contact.ownAddress ?? families[contact.family].address
            tables[.contacts]?.add(
                contact.key,
                [
                    schools[contact.school].base, contact.key, contact.surname, contact.forename, contact.title,
                    contact.sex,
                ]
                    + columns(address) + ["M", contact.mobile] + typed("W", contact.workPhone)
                    + typed("Home", contact.email)
            )
        }
    }

    private func addPupil(_ pupil: SamplePupil, to tables: inout [Area: Table]) {
        let key = pupil.key
        tables[.pupils]?.add(
            key,
            [
                schools[pupil.home].base, key, pupil.surname, pupil.forename, pupil.birth.description, pupil.sex,
                pupil.upn,
                pupil.formerUPN, pupil.noUPNReason, pupil.middleNames, pupil.preferredForename, pupil.formerSurname,
                pupil.admissionNumber,
            ]
        )
        for spell in pupil.spells {
            let school = schools[spell.school]
            tables[.registrations]?.add(
                key + separator + school.base,
                [
                    school.base, key, spell.status, spell.entry.description, SampleSchool.yearCode(spell.year),
                    school.form(spell.year, spell.letter), spell.leaving?.description ?? "", spell.reason, "N", "false",
                ]
            )
        }
        let family = families[pupil.family]
        tables[.addresses]?.add(
            key,
            [key] + columns(family.address) + typed("H", family.homePhone) + typed("Other", pupil.email)
        )
        let hasHomeLanguage = !pupil.homeLanguage.isEmpty
        tables[.characteristics]?.add(
            key,
            [
                key, pupil.ethnicity, "P", "F", pupil.language, hasHomeLanguage ? "H" : "", pupil.homeLanguage,
                String(pupil.medicalFlag), pupil.disabilities.joined(separator: ";"), pupil.serviceChild,
            ]
        )
        for provision in pupil.provisions {
            tables[.sen]?.add(
                key,
                [key, provision.code, provision.start.description, provision.end?.description ?? "", "", ""]
            )
        }
        for (rank, need) in pupil.needs.enumerated() {
            tables[.sen]?.add(key, [key, "", "", "", need, String(rank + 1)])
        }
        for meals in pupil.meals {
            tables[.fsm]?.add(
                key,
                [key, meals.start.description, meals.end?.description ?? "", "ENG", "TFSM"]
            )
        }
        if let authority = pupil.careAuthority {
            tables[.lookedAfter]?.add(key, [key, "true", authority])
        } else if pupil.leftCare {
            tables[.lookedAfter]?.add(key, [key, "false", ""])
        }
        for link in pupil.links {
            tables[.pupilContacts]?.add(
                key,
                [
                    key, contacts[link.contact].key, String(link.priority), link.relationship,
                    String(link.responsibility),
                    String(link.courtOrder), String(link.addressAsPupil),
                ]
            )
        }
    }

    private func addGroups(to tables: inout [Area: Table]) {
        for pupil in pupils {
            for spell in pupil.spells where spell.isActive(on: today) {
                let school = schools[spell.school]
                var groups = [school.form(spell.year, spell.letter)]
                if school.isSecondary {
                    groups += ["En", "Ma", "Sc"].map { "\(spell.year)\($0)\(spell.set + 1)" }
                }
                for group in groups {
                    let key = school.classKey(group)
                    tables[.classMemberships]?.add(key + separator + pupil.key, [key, pupil.key])
                }
            }
        }
    }

    private func addRegister(to tables: inout [Area: Table]) {
        for session in sessions {
            let base = schools[session.school].base
            let half = session.isAfternoon ? "PM" : "AM"
            tables[.calendar]?.add(
                base + separator + session.date.description + separator + half,
                [base, session.date.description, half, String(session.isOpen)]
            )
        }
        for mark in marks {
            let base = schools[mark.school].base
            let half = mark.isAfternoon ? "PM" : "AM"
            tables[.attendanceMarks]?.add(
                [pupils[mark.pupil].key, base, mark.date.description, half].joined(separator: separator),
                [
                    base, pupils[mark.pupil].key, mark.date.description, half, mark.code,
                    mark.minutesLate.map(String.init) ?? "",
                ]
            )
        }
        for key in deletedPupils {
            tables[.deletions]?.add("pupil" + separator + key, ["pupil", key, "", ""])
        }
    }

    private func columns(_ address: Address) -> [String] {
        ["H", address.flat, address.house, address.street, address.locality, address.town, address.postcode]
    }

    /// A value with its type in front; neither when there is no value.
    private func typed(_ type: String, _ value: String) -> [String] {
        value.isEmpty ? ["", ""] : [type, value]
    }
}
