/// The two sets of attendance codes: before and from 19 August 2024 (domain.md 4.2, 4.3).
public struct AttendanceCodeSet: Sendable {
    /// The codes by their characters.
    public let codes: [String: AttendanceCode]

    /// The first day of the set in force now.
    public static let changeOver = CalendarDate(iso: "2024-08-19") ?? .latest

    /// The set for sessions of a day.
    public static func inForce(on date: CalendarDate) -> AttendanceCodeSet {
        date < changeOver ? earlier : current
    }

    private init(_ rows: [(String, StatisticalClass, String)]) {
        var codes: [String: AttendanceCode] = [:]
        for (code, statisticalClass, meaning) in rows {
            codes[code] = AttendanceCode(code: code, statisticalClass: statisticalClass, meaning: meaning)
        }
        self.codes = codes
    }

    /// For sessions from 19 August 2024.
    public static let current = AttendanceCodeSet([
        ("/", .present, "present AM"),
        ("\\", .present, "present PM"),
        ("L", .present, "late, before the register closed"),
        ("B", .approvedActivity, "other approved educational activity (off site)"),
        ("K", .approvedActivity, "provision arranged by the local authority"),
        ("P", .approvedActivity, "sporting activity"),
        ("V", .approvedActivity, "educational visit or trip"),
        ("W", .approvedActivity, "work experience"),
        ("C", .authorisedAbsence, "leave: exceptional circumstances"),
        ("C1", .authorisedAbsence, "leave: regulated performance or employment abroad"),
        ("C2", .authorisedAbsence, "leave: part-time timetable"),
        ("E", .authorisedAbsence, "suspended or excluded, no alternative provision"),
        ("I", .authorisedAbsence, "illness"),
        ("J1", .authorisedAbsence, "interview"),
        ("M", .authorisedAbsence, "medical or dental appointment"),
        ("R", .authorisedAbsence, "religious observance"),
        ("S", .authorisedAbsence, "study leave"),
        ("T", .authorisedAbsence, "parent travelling for occupational purposes"),
        ("G", .unauthorisedAbsence, "holiday not granted"),
        ("N", .unauthorisedAbsence, "reason not yet established"),
        ("O", .unauthorisedAbsence, "other or unknown"),
        ("U", .unauthorisedAbsence, "arrived after the register closed"),
        ("D", .notRequired, "dual registered at another school"),
        ("Q", .notRequired, "lack of access arrangements"),
        ("X", .notRequired, "non-compulsory school age, not required"),
        ("Y1", .notRequired, "transport normally provided not available"),
        ("Y2", .notRequired, "widespread disruption to travel"),
        ("Y3", .notRequired, "part of the premises closed"),
        ("Y4", .notRequired, "whole school site unexpectedly closed"),
        ("Y5", .notRequired, "in criminal justice detention"),
        ("Y6", .notRequired, "public health guidance or law"),
        ("Y7", .notRequired, "any other unavoidable cause"),
        ("Z", .notCollected, "prospective pupil, not yet on the register"),
        ("#", .notCollected, "planned whole-school closure"),
        ("-", .noMark, "all should attend / no mark recorded"),
    ])

    /// For sessions before 19 August 2024.
    public static let earlier = AttendanceCodeSet([
        ("/", .present, "present AM"),
        ("\\", .present, "present PM"),
        ("L", .present, "late, before the register closed"),
        ("B", .approvedActivity, "educated off site"),
        ("J", .approvedActivity, "interview"),
        ("P", .approvedActivity, "approved sporting activity"),
        ("V", .approvedActivity, "educational visit or trip"),
        ("W", .approvedActivity, "work experience"),
        ("C", .authorisedAbsence, "other authorised circumstances"),
        ("E", .authorisedAbsence, "excluded, no alternative provision"),
        ("F", .authorisedAbsence, "agreed extended family holiday"),
        ("H", .authorisedAbsence, "agreed family holiday"),
        ("I", .authorisedAbsence, "illness"),
        ("M", .authorisedAbsence, "medical or dental appointment"),
        ("R", .authorisedAbsence, "religious observance"),
        ("S", .authorisedAbsence, "study leave"),
        ("T", .authorisedAbsence, "Traveller absence"),
        ("G", .unauthorisedAbsence, "family holiday not agreed"),
        ("N", .unauthorisedAbsence, "no reason yet"),
        ("O", .unauthorisedAbsence, "other unauthorised circumstances"),
        ("U", .unauthorisedAbsence, "late, after the register closed"),
        ("D", .notRequired, "dual registered at another school"),
        ("X", .notRequired, "non-compulsory school age, not required"),
        ("Y", .notRequired, "exceptional circumstances"),
        ("Z", .notRequired, "pupil not yet on roll"),
        ("#", .notRequired, "planned closure"),
        ("-", .noMark, "all should attend / no mark recorded"),
    ])
}
