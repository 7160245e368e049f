import SampleData

/// Compares folders the naive way: everything by key, against everything before.
struct Judge {
    private typealias Rows = [[String]: [Export.Row]]

    private static let things: [(area: String, kind: String, key: [String])] = [
        ("bases", "base", ["base"]), ("terms", "term", ["base", "term_key"]), ("classes", "class", ["class_key"]),
        ("staff", "teacher", ["staff_key"]), ("contacts", "contact", ["contact_key"]),
        ("class-memberships", "enrolment", ["class_key", "pupil_key"]),
        ("class-staff", "teaching", ["class_key", "staff_key"]),
    ]
    private static let windows: [(area: String, kind: String, key: [String])] = [
        ("calendar", "session", ["base", "date", "session"]),
        ("attendance-marks", "mark", ["pupil_key", "base", "date", "session"]),
    ]
    private static let parts: [(area: String, group: String, key: [String])] = [
        ("pupils", "basicDetails", ["pupil_key"]), ("registrations", "registration", ["pupil_key", "base"]),
        ("addresses", "address", ["pupil_key"]), ("characteristics", "characteristics", ["pupil_key"]),
        ("sen", "sen", ["pupil_key"]), ("fsm", "fsm", ["pupil_key"]), ("looked-after", "lookedAfter", ["pupil_key"]),
        ("pupil-contacts", "contacts", ["pupil_key"]),
    ]

    private var before: [String: Rows] = [:]

    /// What an import of this folder finds, after all folders compared so far.
    mutating func compare(
        _ day: Export
    ) -> (entities: [String: ChangeCounts.Count], groups: [String: ChangeCounts.Count]) {
        var entities: [String: ChangeCounts.Count] = [:]
        var groups: [String: ChangeCounts.Count] = [:]
        for (area, kind, key) in Self.things {
            let now = day.grouped(area, by: key)
            entities[kind] = count(before[area] ?? [:], now)
            before[area] = now
        }
        for (area, kind, key) in Self.windows {
            let now = day.grouped(area, by: key)
            let known = before[area] ?? [:]
            entities[kind] = count(known.filter { now[$0.key] != nil }, now)
            before[area] = known.merging(now) { $1 }
        }
        let present = Set(day["pupils"].compactMap(\.["pupil_key"]))
        let known = Set((before["pupils"] ?? [:]).keys.map { $0[0] })
        var touched: Set<String> = []
        for (area, group, key) in Self.parts {
            let now = day.grouped(area, by: key)
            let old = (before[area] ?? [:]).filter { present.contains($0.key[0]) }
            groups[group] = count(old, now)
            for key in Set(old.keys).union(now.keys) where old[key] != now[key] { touched.insert(key[0]) }
            before[area] = now
        }
        var pupils = ChangeCounts.Count()
        pupils.new = present.subtracting(known).count
        pupils.gone = known.subtracting(present).count
        pupils.changed = present.intersection(known).intersection(touched).count
        pupils.unchanged = present.intersection(known).subtracting(touched).count
        entities["pupil"] = pupils
        return (entities, groups)
    }

    private func count(_ old: Rows, _ new: Rows) -> ChangeCounts.Count {
        var count = ChangeCounts.Count()
        count.new = new.keys.count { old[$0] == nil }
        count.gone = old.keys.count { new[$0] == nil }
        count.changed = new.count { key, rows in old[key].map { $0 != rows } ?? false }
        count.unchanged = new.count { old[$0.key] == $0.value }
        return count
    }
}
