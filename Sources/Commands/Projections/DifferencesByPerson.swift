import EventLog
import Identifiers
import Projections

/// Whose rows differ after a rebuild, person by person (or class, or school: by entity).
struct DifferencesByPerson {
    private struct Counts {
        var added = 0
        var removed = 0
        var changed = 0
    }

    private var people: [SubjectID: [String: Counts]] = [:]

    /// True when no row of anybody differs.
    var isEmpty: Bool { people.isEmpty }

    /// Counts a row; one that is nobody's is left out.
    mutating func add(_ difference: RowDifference) {
        guard let subject = difference.subject else { return }
        switch difference.kind {
        case .added: people[subject, default: [:]][difference.table, default: Counts()].added += 1
        case .removed: people[subject, default: [:]][difference.table, default: Counts()].removed += 1
        case .changed: people[subject, default: [:]][difference.table, default: Counts()].changed += 1
        }
    }

    private var inOrder: [(person: SubjectID, table: String, counts: Counts)] {
        people.sorted { $0.key.hex < $1.key.hex }.flatMap { person, tables in
            tables.sorted { $0.key < $1.key }.map { (person, $0.key, $0.value) }
        }
    }

    var json: JSON {
        .array(
            inOrder.map { person, table, counts in
                [
                    "id": .string(person.hex), "table": .string(table), "added": JSON(counts.added),
                    "removed": JSON(counts.removed), "changed": JSON(counts.changed),
                ]
            }
        )
    }

    var text: String {
        var table = TextTable("Whose", "Table", "#New", "#Gone", "#Different")
        for (person, name, counts) in inOrder {
            table.add(person.hex, name, "\(counts.added)", "\(counts.removed)", "\(counts.changed)")
        }
        return table.text
    }
}
