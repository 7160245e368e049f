extension Neighbourhood {
    /// Admits a new pupil, with a new family or as a brother or sister of somebody there.
    ///
    /// - Parameter date: the day of entry; nil for a pupil who has been there since the usual age.
    mutating func admit(to place: Int, year schoolYear: Int, on date: CivilDate?) {
        let family = chance.chance(280) ? siblingFamily() : makeFamily(at: place)
        families[family].children += 1
        let isGirl = chance.chance(490)
        let firstYear = year.year - (schoolYear - schools[place].years.lowerBound)
        let entry = date ?? SchoolYear(firstYear).terms[0].start
        let birth = CivilDate(year.year - schoolYear - 5, 9, 1) + chance.below(365)
        schools[place].admissions += 1
        let letters = schools[place].formsPerYear
        let turn = schools[place].admissions % letters
        var spell = Spell(
            school: place,
            status: "C",
            year: schoolYear,
            letter: String(UnicodeScalar(UInt8(0x41 + turn))),
            entry: entry
        )
        spell.set = turn
        var pupil = SamplePupil(
            key: nextPupilKey(at: place),
            home: place,
            family: family,
            surname: families[family].surname,
            forename: chance.pick(isGirl ? Names.girls : Names.boys),
            birth: birth,
            sex: isGirl ? "F" : "M",
            admissionNumber: padded(schools[place].admissions, 6),
            spells: [spell],
            links: families[family].links,
            ethnicity: chance.pick(Self.ethnicities),
            language: "ENG"
        )
        if chance.chance(400) { pupil.middleNames = chance.pick(isGirl ? Names.girls : Names.boys) }
        giveNumber(to: &pupil, at: place, year: schoolYear, entry: entry)
        giveCharacteristics(to: &pupil, entry: entry)
        pupils.append(pupil)
    }

    private mutating func giveNumber(to pupil: inout SamplePupil, at place: Int, year schoolYear: Int, entry: CivilDate)
    {
        if schoolYear == 0, chance.chance(20) {
            pupil.noUPNReason = "UN1"
            return
        }
        let entryYear = SchoolYear(of: entry).year
        let serial = schools[place].serials[entryYear, default: 0] + 1
        schools[place].serials[entryYear] = serial
        let base = schools[place].base
        pupil.upn =
            chance.chance(10)
            ? UniquePupilNumber.temporary(base: base, year: entryYear, serial: serial)
            : UniquePupilNumber.permanent(base: base, year: entryYear, serial: serial)
    }

    private mutating func giveCharacteristics(to pupil: inout SamplePupil, entry: CivilDate) {
        if chance.chance(200) {
            pupil.language = chance.pick(Self.languages)
            pupil.homeLanguage = pupil.language
        }
        if chance.chance(240) { pupil.meals = [MealsInstance(start: min(today, entry + chance.below(200)))] }
        if chance.chance(170) {
            let code = chance.chance(200) ? "E" : "K"
            pupil.provisions = [Provision(code: code, start: min(today, entry + chance.below(300)))]
            pupil.needs = [chance.pick(Self.needs)]
            if chance.chance(250) { pupil.needs.append(chance.pick(Self.needs.filter { $0 != pupil.needs[0] })) }
        }
        if chance.chance(8) { pupil.careAuthority = String(schools[pupil.home].base.prefix(3)) }
        pupil.medicalFlag = chance.chance(90)
        if chance.chance(40) { pupil.disabilities = [chance.pick(["HEAR", "VIS", "MOB", "COMM", "AUT"])] }
        if chance.chance(15) { pupil.serviceChild = "Y" }
        if schools[pupil.home].isSecondary, chance.chance(700) {
            pupil.email = "\(pupil.key.lowercased())@pupils.example.org"
        }
    }

    /// A family with one or two children; a new one when chance finds none.
    private mutating func siblingFamily() -> Int {
        for _ in 0..<4 where !families.isEmpty {
            let family = chance.below(families.count)
            if families[family].children < 3 { return family }
        }
        return makeFamily(at: 0)
    }

    private mutating func makeFamily(at place: Int) -> Int {
        let surname = chance.pick(Names.surnames)
        families.append(Family(surname: surname, address: makeAddress(), homePhone: "", links: []))
        let index = families.count - 1
        if chance.chance(300) { families[index].homePhone = makePhone() }
        let motherFirst = chance.chance(850)
        var links = [makeContact(at: place, family: index, isWoman: motherFirst, priority: 1)]
        if chance.chance(780) {
            links.append(makeContact(at: place, family: index, isWoman: !motherFirst, priority: 2))
        }
        if chance.chance(150) {
            links.append(makeContact(at: place, family: index, isWoman: chance.chance(600), priority: 3))
        }
        families[index].links = links
        return index
    }

    private mutating func makeContact(at place: Int, family: Int, isWoman: Bool, priority: Int) -> Link {
        let forename = chance.pick(isWoman ? Names.girls : Names.boys)
        let surname = chance.chance(750) ? families[family].surname : chance.pick(Names.surnames)
        let key = nextContactKey(at: place)
        let number = key.split(separator: "-").joined()
        var contact = SampleContact(
            key: key,
            school: place,
            surname: surname,
            forename: forename,
            title: isWoman ? chance.pick(["Mrs", "Ms", "Miss", "Dr"]) : chance.pick(["Mr", "Mr", "Mr", "Dr"]),
            sex: isWoman ? "F" : "M",
            mobile: makePhone(),
            email: chance.chance(900) ? "\(Names.mailbox(forename)).\(number.lowercased())@example.org" : "",
            family: family
        )
        if chance.chance(250) { contact.workPhone = makePhone() }
        let livesElsewhere = priority > 1 && chance.chance(priority == 2 ? 200 : 900)
        if livesElsewhere { contact.ownAddress = makeAddress() }
        contacts.append(contact)
        let relationship: String
        switch priority {
        case 1, 2: relationship = chance.chance(920) ? (isWoman ? "PAM" : "PAF") : (isWoman ? "STM" : "STF")
        default: relationship = chance.pick(["REL", "FAM", "CHM", "CAR"])
        }
        let isParent = relationship.hasPrefix("PA")
        return Link(
            contact: contacts.count - 1,
            relationship: relationship,
            priority: priority,
            responsibility: isParent,
            courtOrder: livesElsewhere && priority == 2 && chance.chance(25),
            addressAsPupil: !livesElsewhere
        )
    }

    /// Appoints a head, a teacher for each form and, in a secondary school, teachers of subjects.
    mutating func appointStaff(at place: Int) {
        let school = schools[place]
        var names: [(name: String, subject: String, year: Int)] = []
        for schoolYear in school.years {
            for form in 0..<school.formsPerYear {
                let letter = String(UnicodeScalar(UInt8(0x41 + form)))
                names.append((school.form(schoolYear, letter), "", schoolYear))
            }
        }
        if school.isSecondary {
            for schoolYear in school.years {
                for subject in ["English", "Mathematics", "Science"] {
                    for set in 0..<school.formsPerYear {
                        names.append(("\(schoolYear)\(subject.prefix(2))\(set + 1)", subject, schoolYear))
                    }
                }
            }
        }
        schools[place].staff = [makeStaff(at: place, number: 1, role: "Head teacher", classes: [])]
        for (number, item) in names.enumerated() {
            let key = school.classKey(item.name)
            schools[place].classes.append(
                SampleClass(
                    key: key,
                    name: item.name,
                    isRegistration: item.subject.isEmpty,
                    subject: item.subject,
                    year: item.year
                )
            )
            // A subject teacher takes three sets; a form has a teacher of its own.
            if !item.subject.isEmpty, number % 3 != 0, let last = schools[place].staff.indices.last {
                schools[place].staff[last].classes.append(key)
            } else {
                let teacher = makeStaff(at: place, number: number + 2, role: "Teacher", classes: [key])
                schools[place].staff.append(teacher)
            }
        }
    }

    private mutating func makeStaff(at place: Int, number: Int, role: String, classes: [String]) -> SampleStaff {
        let isWoman = chance.chance(700)
        let forename = chance.pick(isWoman ? Names.girls : Names.boys)
        let key = "S-\(padded(schools[place].number, 3))-\(padded(number, 4))"
        return SampleStaff(
            key: key,
            surname: chance.pick(Names.surnames),
            forename: forename,
            title: isWoman ? chance.pick(["Mrs", "Ms", "Miss"]) : "Mr",
            sex: isWoman ? "F" : "M",
            number: "T\(padded(number, 4))",
            role: role,
            start: CivilDate(year.year - chance.below(12), 9, 1),
            email:
                "\(Names.mailbox(forename)).s\(padded(schools[place].number, 3))\(padded(number, 4))@staff.example.org",
            classes: classes
        )
    }

    mutating func makeAddress() -> Address {
        Address(
            flat: chance.chance(120) ? "Flat \(chance.within(1...24))" : "",
            house: String(chance.within(1...180)),
            street: chance.pick(Names.streets),
            locality: chance.pick(Names.localities),
            town: chance.pick(Names.towns),
            // ZZ is in no postcode area: nobody lives there.
            postcode:
                "ZZ\(chance.within(1...9)) \(chance.within(1...9))\(chance.pick(["AA", "AB", "BD", "EF", "GH", "JL"]))"
        )
    }

    /// A number of the range that is kept free for made-up stories.
    mutating func makePhone() -> String { "07700 900\(padded(chance.below(1000), 3))" }

    private static let ethnicities = [
        "WBRI", "WBRI", "WBRI", "WBRI", "WIRI", "WROM", "WOTH", "MWBC", "MWBA", "MWAS", "MOTH", "AIND", "APKN", "ABAN",
        "AOTH", "BCRB", "BAFR", "BOTH", "CHNE", "OOTH", "REFU", "NOBT",
    ]
    private static let languages = ["POL", "RUM", "URD", "PNJ", "BNG", "ARA", "TUR", "SOM", "POR", "CHI", "OTH"]
    private static let needs = ["SPLD", "MLD", "SEMH", "SLCN", "HI", "VI", "PD", "ASD", "OTH"]
}
