/// What an import of one day's folder must find, when it follows the folders of all earlier days.
public struct ChangeCounts: Codable, Equatable, Sendable {
    /// Counts of one kind or data group.
    public struct Count: Codable, Equatable, Sendable {
        /// Not known before.
        public var new = 0
        /// Known, and different now.
        public var changed = 0
        /// Known and the same.
        public var unchanged = 0
        /// Known, covered by the folder, and not in it any more; of a data group, that it has become empty.
        public var gone = 0

        /// Nothing counted.
        public init() {}

        static func += (total: inout Self, more: Self) {
            total.new += more.new
            total.changed += more.changed
            total.unchanged += more.unchanged
            total.gone += more.gone
        }
    }

    /// The folder's number, from 1.
    public var day: Int
    /// The school day, `yyyy-MM-dd`.
    public var date: String
    /// For each kind; a pupil counts once, whatever of theirs has changed, and `gone` includes `deleted`.
    public var entities: [String: Count] = [:]
    /// For each data group of pupils, over the pupils who are in the folder; registration counts once for each base.
    public var groups: [String: Count] = [:]
    /// How many of the pupils gone are told as deleted by the MIS itself.
    public var deleted = 0
    /// What happened, in the words of `DailyChange` and `YearTurn`.
    public var stories: [String: Int] = [:]

    init(day: Int, date: CivilDate) {
        self.day = day
        self.date = date.description
    }

    /// Counts one neighbourhood, from the digests of the day before and of this day.
    mutating func add(before: [Area: Table]?, after: [Area: Table], of place: Neighbourhood) {
        for area in Area.allCases where area.kind != nil && !area.isDelta {
            let count = compare(before?[area]?.digests ?? [:], after[area]?.digests ?? [:])
            entities[area.kind ?? "", default: Count()] += count
        }
        addWindow(.calendar, amended: place.sessions.count(where: \.isAmendment), of: place.sessions.count)
        addWindow(.attendanceMarks, amended: place.marks.count(where: \.isAmendment), of: place.marks.count)
        addPupils(before: before, after: after)
        deleted += place.deletedPupils.count
        for (story, number) in place.stories { stories[story, default: 0] += number }
    }

    /// Marks and sessions are told once each, so the neighbourhood knows which of them take another's place.
    private mutating func addWindow(_ area: Area, amended: Int, of all: Int) {
        var count = Count()
        count.changed = amended
        count.new = all - amended
        entities[area.kind ?? "", default: Count()] += count
    }

    private mutating func addPupils(before: [Area: Table]?, after: [Area: Table]) {
        let known = before?[.pupils]?.digests ?? [:]
        let present = after[.pupils]?.digests ?? [:]
        var touched: Set<Substring> = []
        for area in Area.allCases {
            guard let group = area.group else { continue }
            // A pupil who is gone keeps the groups as they were: nothing is counted for them.
            let old = (before?[area]?.digests ?? [:]).filter { present[pupilKey($0.key)] != nil }
            let new = after[area]?.digests ?? [:]
            groups[group, default: Count()] += compare(old, new)
            for (key, digest) in new where old[key] != digest { touched.insert(Substring(pupilKey(key))) }
            for key in old.keys where new[key] == nil { touched.insert(Substring(pupilKey(key))) }
        }
        var count = Count()
        for key in present.keys {
            if known[key] == nil {
                count.new += 1
            } else if touched.contains(Substring(key)) {
                count.changed += 1
            } else {
                count.unchanged += 1
            }
        }
        count.gone = known.keys.count { present[$0] == nil }
        entities["pupil", default: Count()] += count
    }

    private func pupilKey(_ key: String) -> String {
        key.split(separator: "\u{1F}", maxSplits: 1).first.map(String.init) ?? key
    }

    private func compare(_ old: [String: UInt64], _ new: [String: UInt64]) -> Count {
        var count = Count()
        for (key, digest) in new {
            switch old[key] {
            case nil: count.new += 1
            case digest: count.unchanged += 1
            default: count.changed += 1
            }
        }
        count.gone = old.keys.count { new[$0] == nil }
        return count
    }
}
