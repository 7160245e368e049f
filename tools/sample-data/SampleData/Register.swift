/// One mark of a register.
struct SampleMark {
    var pupil: Int
    var school: Int
    var date: CivilDate
    var isAfternoon: Bool
    var code: String
    var minutesLate: Int?
    /// True when it takes the place of a mark of an earlier day.
    var isAmendment = false
}

/// One session of the calendar.
struct SampleSession {
    var school: Int
    var date: CivilDate
    var isAfternoon: Bool
    var isOpen: Bool
    /// True when it was told otherwise before.
    var isAmendment = false
}

extension Neighbourhood {
    /// Takes today's registers, morning and afternoon, and replaces half of yesterday's N marks.
    mutating func takeRegister() {
        let unexplained = marks.filter { $0.code == "N" && !$0.isAmendment }
        marks = []
        let closed = Set(sessions.filter { $0.isAmendment && !$0.isOpen && $0.date == today }.map(\.school))
        for index in pupils.indices {
            for spell in pupils[index].spells where spell.isActive(on: today) && !closed.contains(spell.school) {
                let codes = draw(isSubsidiary: spell.status == "S")
                for (isAfternoon, code) in [(false, codes.morning), (true, codes.afternoon)] {
                    marks.append(
                        SampleMark(
                            pupil: index,
                            school: spell.school,
                            date: today,
                            isAfternoon: isAfternoon,
                            code: code,
                            minutesLate: code == "L" ? chance.within(1...28) : nil
                        )
                    )
                }
            }
        }
        for mark in unexplained where chance.chance(500) {
            var amended = mark
            amended.code = chance.pick(["I", "I", "M", "O", "C"])
            amended.isAmendment = true
            marks.append(amended)
            stories["marksAmended", default: 0] += 1
        }
    }

    private mutating func draw(isSubsidiary: Bool) -> (morning: String, afternoon: String) {
        if isSubsidiary { return ("D", "D") }
        switch chance.below(1000) {
        case 0..<915: return ("/", "\\")
        case 915..<935: return ("L", "\\")
        case 935..<962: return ("I", "I")
        case 962..<970: return ("M", "\\")
        case 970..<976: return ("/", "M")
        case 976..<984: return ("N", "N")
        case 984..<988: return ("V", "V")
        case 988..<991: return ("C1", "C1")
        case 991..<994: return ("G", "G")
        case 994..<996: return ("U", "\\")
        case 996..<998: return ("C", "C")
        default: return ("R", "R")
        }
    }
}
