extension Neighbourhood {
    /// The school year turns: the oldest leave, everybody else moves up, an intake comes, a new calendar begins.
    ///
    /// - Parameter date: the first open day of the new school year.
    mutating func turnYear(to date: CivilDate) {
        begin(date)
        let lastDay = year.terms[2].end
        year = SchoolYear(of: date)
        for index in pupils.indices {
            guard let active = pupils[index].activeSpell(on: date) else { continue }
            if pupils[index].spells[active].year == schools[pupils[index].home].years.upperBound {
                endSpells(of: index, on: lastDay, reason: "Change of phase")
                stories["leftAtYearEnd", default: 0] += 1
                continue
            }
            for spell in pupils[index].spells.indices where pupils[index].spells[spell].isActive(on: date) {
                pupils[index].spells[spell].year += 1
            }
            stories["movedUp", default: 0] += 1
        }
        for place in schools.indices {
            for _ in 0..<schools[place].pupilsPerYear {
                admit(to: place, year: schools[place].years.lowerBound, on: date)
                stories["intake", default: 0] += 1
            }
        }
        sessions = calendarOfYear()
        marks = []
        takeRegister()
    }
}
