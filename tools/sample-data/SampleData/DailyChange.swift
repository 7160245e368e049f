extension Neighbourhood {
    /// Lives through one more school day: what changes overnight, then the registers of the day.
    mutating func live(through date: CivilDate) {
        begin(date)
        for place in schools.indices {
            for _ in 0..<chance.within(1...3) { moveHouse(at: place) }
            for _ in 0..<chance.within(1...3) { changePhone(at: place) }
            if chance.chance(600) { correctName(at: place) }
            if chance.chance(400) { join(place) }
            if chance.chance(400) { leave(place) }
            if chance.chance(500) { changeForm(at: place) }
            if chance.chance(300) { changeNeeds(at: place) }
            if chance.chance(200) { beginMeals(at: place) }
            if chance.chance(150) { resolveNumber(at: place) }
            if chance.chance(60) { changeCare(at: place) }
            if chance.chance(50) { remove(at: place, isDeletion: true) }
            if chance.chance(30) { remove(at: place, isDeletion: false) }
            if chance.chance(15) { close(place) }
        }
        if schools.count == 2, chance.chance(350) { moveBetweenSchools() }
        takeRegister()
    }

    /// Clears what belongs to a single day.
    mutating func begin(_ date: CivilDate) {
        today = date
        stories = [:]
        deletedPupils = []
        sessions = []
    }

    private mutating func moveHouse(at place: Int) {
        guard let pupil = anyPupil(at: place) else { return }
        families[pupils[pupil].family].address = makeAddress()
        stories["familiesMoved", default: 0] += 1
    }

    private mutating func changePhone(at place: Int) {
        guard let pupil = anyPupil(at: place), let link = pupils[pupil].links.first else { return }
        contacts[link.contact].mobile = makePhone()
        stories["phonesChanged", default: 0] += 1
    }

    private mutating func correctName(at place: Int) {
        guard let pupil = anyPupil(at: place) else { return }
        if chance.chance(500) {
            pupils[pupil].formerSurname = pupils[pupil].surname
            pupils[pupil].surname = chance.pick(Names.surnames.filter { $0 != pupils[pupil].surname })
        } else {
            let names = pupils[pupil].sex == "F" ? Names.girls : Names.boys
            pupils[pupil].preferredForename = chance.pick(names.filter { $0 != pupils[pupil].preferredForename })
        }
        stories["namesCorrected", default: 0] += 1
    }

    private mutating func join(_ place: Int) {
        let years = schools[place].years
        admit(to: place, year: chance.within(years), on: today)
        stories["joined", default: 0] += 1
    }

    private mutating func leave(_ place: Int) {
        guard let pupil = anyPupil(at: place) else { return }
        endSpells(of: pupil, on: today - 1, reason: chance.pick(["Moved away", "Other school", "Home education"]))
        stories["left", default: 0] += 1
    }

    private mutating func changeForm(at place: Int) {
        guard schools[place].formsPerYear > 1, let pupil = anyPupil(at: place),
            let spell = pupils[pupil].activeSpell(on: today)
        else { return }
        let letters = (0..<schools[place].formsPerYear).map { String(UnicodeScalar(UInt8(0x41 + $0))) }
        pupils[pupil].spells[spell].letter = chance.pick(letters.filter { $0 != pupils[pupil].spells[spell].letter })
        stories["formsChanged", default: 0] += 1
    }

    private mutating func changeNeeds(at place: Int) {
        guard let pupil = anyPupil(at: place) else { return }
        if let last = pupils[pupil].provisions.indices.last, pupils[pupil].provisions[last].end == nil {
            guard pupils[pupil].provisions[last].start < today else { return }
            pupils[pupil].provisions[last].end = today - 1
            pupils[pupil].provisions.append(Provision(code: "N", start: today))
            pupils[pupil].needs = []
        } else {
            pupils[pupil].provisions.append(Provision(code: "K", start: today))
            pupils[pupil].needs = ["SLCN"]
        }
        stories["needsChanged", default: 0] += 1
    }

    private mutating func beginMeals(at place: Int) {
        guard let pupil = anyPupil(at: place), pupils[pupil].meals.isEmpty else { return }
        pupils[pupil].meals = [MealsInstance(start: today)]
        stories["mealsBegun", default: 0] += 1
    }

    /// The number that a pupil already had is found: the temporary one becomes the former one.
    private mutating func resolveNumber(at place: Int) {
        let found = pupils.indices.first {
            pupils[$0].home == place && pupils[$0].upn.last?.isLetter == true
                && pupils[$0].activeSpell(on: today) != nil
        }
        guard let found else { return }
        // Serials from 900 down are kept for numbers that turn out to be older than the pupil's time here.
        schools[place].resolved += 1
        pupils[found].formerUPN = pupils[found].upn
        pupils[found].upn = UniquePupilNumber.permanent(
            base: schools[place].base,
            year: year.year,
            serial: 900 - schools[place].resolved
        )
        stories["numbersResolved", default: 0] += 1
    }

    private mutating func changeCare(at place: Int) {
        guard let pupil = anyPupil(at: place) else { return }
        if pupils[pupil].careAuthority != nil {
            pupils[pupil].careAuthority = nil
            pupils[pupil].leftCare = true
        } else {
            pupils[pupil].careAuthority = String(schools[place].base.prefix(3))
        }
        stories["careChanged", default: 0] += 1
    }

    /// A record goes: deleted by the MIS, which says so, or simply no longer in the export.
    private mutating func remove(at place: Int, isDeletion: Bool) {
        guard let pupil = anyPupil(at: place) else { return }
        if isDeletion { deletedPupils.append(pupils[pupil].key) }
        marks.removeAll { $0.pupil == pupil }
        for index in marks.indices where marks[index].pupil > pupil { marks[index].pupil -= 1 }
        pupils.remove(at: pupil)
        stories[isDeletion ? "deleted" : "absent", default: 0] += 1
    }

    /// A burst pipe: the school is shut for the day.
    private mutating func close(_ place: Int) {
        for isAfternoon in [false, true] {
            sessions.append(
                SampleSession(school: place, date: today, isAfternoon: isAfternoon, isOpen: false, isAmendment: true)
            )
        }
        stories["closures", default: 0] += 1
    }

    private mutating func moveBetweenSchools() {
        let from = chance.below(2)
        guard let pupil = anyPupil(at: from), let spell = pupils[pupil].activeSpell(on: today),
            pupils[pupil].spells.count == 1, pupils[pupil].spells[spell].entry < today
        else { return }
        var arrival = pupils[pupil].spells[spell]
        endSpells(of: pupil, on: today - 1, reason: "Other school")
        arrival.school = 1 - from
        arrival.letter = "A"
        arrival.set = 0
        arrival.entry = today
        pupils[pupil].spells.append(arrival)
        pupils[pupil].home = 1 - from
        schools[1 - from].admissions += 1
        pupils[pupil].admissionNumber = padded(schools[1 - from].admissions, 6)
        stories["movedBetweenSchools", default: 0] += 1
    }

    /// Ends every open registration of a pupil.
    mutating func endSpells(of pupil: Int, on date: CivilDate, reason: String) {
        for spell in pupils[pupil].spells.indices where pupils[pupil].spells[spell].status != "P" {
            pupils[pupil].spells[spell].status = "P"
            pupils[pupil].spells[spell].leaving = max(date, pupils[pupil].spells[spell].entry)
            pupils[pupil].spells[spell].reason = reason
        }
    }

    /// Some pupil on roll at a school; nil when chance finds none.
    private mutating func anyPupil(at place: Int) -> Int? {
        for _ in 0..<40 where !pupils.isEmpty {
            let index = chance.below(pupils.count)
            if pupils[index].home == place, pupils[index].activeSpell(on: today) != nil { return index }
        }
        return nil
    }
}
