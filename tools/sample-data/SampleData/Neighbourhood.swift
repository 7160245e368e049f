/// One or two schools near each other: families have children in both, and a pupil may move from one to the other.
///
/// It is the unit that is held in memory: any number of schools is written one neighbourhood at a time.
struct Neighbourhood {
    var chance: SplitMix64
    var schools: [SampleSchool]
    var pupils: [SamplePupil] = []
    var contacts: [SampleContact] = []
    var families: [Family] = []
    var year: SchoolYear
    /// The first school year told; terms stay in the export from then on.
    let firstYear: Int
    var today: CivilDate
    /// The register of the day, and amendments of the day before.
    var marks: [SampleMark] = []
    /// Sessions that changed since the calendar was first told; all of them on the first day of a year.
    var sessions: [SampleSession] = []
    /// Pupils that the MIS deleted itself on this day.
    var deletedPupils: [String] = []
    /// What happened on this day, for the counts.
    var stories: [String: Int] = [:]

    /// Which lists of names and numbers have been used up so far.
    private var contactSerial = 0
    private var pupilSerial = 0

    /// Sets up the schools as they stand on the first day.
    ///
    /// - Parameters:
    ///   - index: the neighbourhood's number from 0; its schools are numbered from 2 x index + 1.
    ///   - schools: how many schools, 1 or 2.
    ///   - pupils: pupils a school; nil draws a size.
    ///   - seed: the seed of the whole set.
    ///   - start: the first day, an open one.
    init(index: Int, schools count: Int, pupils: Int?, seed: UInt64, start: CivilDate) {
        chance = SplitMix64(seed: seed, stream: UInt64(index) + 1)
        schools = []
        year = SchoolYear(of: start)
        firstYear = year.year
        today = start
        let isSecondary = pupils.map { $0 > 700 } ?? chance.chance(200)
        for place in 0..<count {
            let number = 2 * index + place + 1
            let size = pupils ?? 30 * (isSecondary ? chance.within(20...35) : chance.within(7...21))
            schools.append(makeSchool(number: number, isSecondary: isSecondary, size: size))
        }
        for place in schools.indices {
            appointStaff(at: place)
            for schoolYear in schools[place].years {
                for _ in 0..<schools[place].pupilsPerYear { admit(to: place, year: schoolYear, on: nil) }
            }
        }
        registerTwice()
        sessions = calendarOfYear()
        takeRegister()
    }

    private func makeSchool(number: Int, isSecondary: Bool, size: Int) -> SampleSchool {
        let years = isSecondary ? 7...11 : 0...6
        let perYear = max(1, (size + years.count / 2) / years.count)
        let authority = padded((number - 1) % 5 + 1, 3)
        let establishment = padded((isSecondary ? 4001 : 2001) + (number - 1) / 5, 4)
        let place = Names.schoolNames[(number - 1) % Names.schoolNames.count]
        let round = (number - 1) / Names.schoolNames.count
        let kind = isSecondary ? "Secondary School" : "Primary School"
        return SampleSchool(
            number: number,
            base: authority + establishment,
            name: round == 0 ? "\(place) \(kind)" : "\(place) \(kind) No. \(round + 1)",
            years: years,
            formsPerYear: (perYear + 29) / 30,
            pupilsPerYear: perYear
        )
    }

    /// One pupil in the second school too, as a subsidiary registration.
    private mutating func registerTwice() {
        guard schools.count == 2, let index = pupils.firstIndex(where: { $0.home == 0 }) else { return }
        pupils[index].spells[0].status = "M"
        var second = pupils[index].spells[0]
        second.school = 1
        second.status = "S"
        second.letter = "A"
        pupils[index].spells.append(second)
    }

    /// The next free number of a pupil of the neighbourhood, told with the school that admits.
    mutating func nextPupilKey(at place: Int) -> String {
        pupilSerial += 1
        return "P-\(padded(schools[place].number, 3))-\(padded(pupilSerial, 5))"
    }

    /// The next free number of a contact.
    mutating func nextContactKey(at place: Int) -> String {
        contactSerial += 1
        return "K-\(padded(schools[place].number, 3))-\(padded(contactSerial, 5))"
    }

    /// The whole school year's sessions, for each school.
    func calendarOfYear() -> [SampleSession] {
        schools.indices.flatMap { place in
            year.weekdays.flatMap { day in
                [false, true].map {
                    SampleSession(school: place, date: day, isAfternoon: $0, isOpen: year.isOpen(day))
                }
            }
        }
    }
}
