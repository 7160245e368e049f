import EventLog
import Identifiers
import Projections
import School

/// A pupil's record as people and machines read it.
struct PupilView {
    let record: HeldRecord
    /// The keys of bases by id.
    let keys: [BaseID: String]
    /// As known when; nil for now.
    let point: PastPoint?
    /// The day of which it is said who was on roll; nil for none.
    let day: String?

    private var pupil: Entity { record.pupil }

    /// The record for machines.
    var json: JSON {
        var members: [JSON.Member] = [
            .init(name: "id", value: .string(pupil.id.hex)), .init(name: "kind", value: .string(pupil.kind.name)),
            .init(name: "base", value: .string(keys[pupil.base] ?? "-")),
            .init(name: "misKey", value: .string(pupil.key)),
            .init(name: "status", value: .string(pupil.status.words)),
            .init(name: "groups", value: .array(record.groups.map(group))),
        ]
        if let point { members.append(.init(name: "asOf", value: point.json)) }
        if let day {
            let roll = record.roll(on: day).map { place -> JSON in
                ["base": JSON(keys[place.base]), "onRoll": .bool(place.isOnRoll)]
            }
            members.append(.init(name: "effective", value: ["date": .string(day), "roll": .array(roll)]))
        }
        return .object(members)
    }

    private func group(_ held: HeldRecord.Group) -> JSON {
        [
            "group": .string(held.state.group.name), "base": JSON(keys[held.base]),
            "position": JSON(held.state.position.rawValue), "rows": .array(held.rows.map(\.json)),
        ]
    }

    /// The record for people.
    var lines: [String] {
        var lines = point.map { [$0.sentence] } ?? []
        let key = keys[pupil.base] ?? "-"
        lines.append("\(pupil.kind.name) \(pupil.id.hex)\n  at \(key), MIS key \(pupil.key), \(pupil.status.words)")
        if let day {
            let roll = record.roll(on: day)
            if roll.isEmpty { lines.append("  no registration says whether on roll on \(LondonTime.date(day))") }
            for place in roll {
                let words = place.isOnRoll ? "on roll" : "not on roll"
                lines.append("  \(words) at \(keys[place.base] ?? "-") on \(LondonTime.date(day))")
            }
        }
        for held in record.groups {
            let place = held.base == pupil.base ? "" : " at \(keys[held.base] ?? "-")"
            let since = Counts.grouped(held.state.position.rawValue)
            lines.append("\(held.state.group.name)\(place), since position \(since)")
            for (index, row) in held.rows.enumerated() {
                if index > 0 { lines.append("") }
                for entry in row.entries {
                    lines.append("  \(entry.field.name.padding(24))  \(LondonTime.shown(entry.value))")
                }
            }
        }
        return lines
    }
}
