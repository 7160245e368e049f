import EventLog
import Identifiers
import Projections
import School

/// The people of one run, each with the data groups that were told.
struct ToldPeople {
    /// One of them.
    struct Person {
        var pupil: SubjectID
        var base: BaseID
        var recipientKey: RecipientKey
        var change: PupilChange
        var groups: [DataGroup]
        /// The worst of what has become of the groups since.
        var standing: Disclosure.Standing
    }

    /// In the order of the file's record.
    private(set) var people: [Person] = []
    /// What the log says of the run's beginning; nil while nothing was added.
    private(set) var start: RecordedStart?

    /// How many people each data group was told of, in the order of the groups.
    var counts: [(key: DataGroup, value: Int)] {
        var counts: [DataGroup: Int] = [:]
        for group in people.flatMap(\.groups) { counts[group, default: 0] += 1 }
        return counts.sorted { $0.key.rawValue < $1.key.rawValue }
    }

    /// Takes a data group in; those of one pupil come one after the other.
    mutating func add(_ disclosure: Disclosure) {
        start = disclosure.start
        if people.last?.pupil != disclosure.sent.pupil {
            people.append(
                Person(
                    pupil: disclosure.sent.pupil,
                    base: disclosure.run.base,
                    recipientKey: disclosure.sent.key,
                    change: disclosure.sent.change,
                    groups: [],
                    standing: disclosure.standing
                )
            )
        }
        let last = people.count - 1
        if let group = disclosure.group { people[last].groups.append(group.group) }
        if disclosure.standing != .held { people[last].standing = disclosure.standing }
    }
}

/// A person of a run as a breach notice needs them.
struct PersonLine {
    /// The titles over `cells`.
    static let columns = ["Name", "Year", "Base", "Change", "Data groups", "Standing", "Id"]

    private let person: ToldPeople.Person
    private let name: String
    private let year: String
    private let base: String

    /// Reads the name; there is none of who has been erased.
    init(_ person: ToldPeople.Person, _ session: Session, _ withholding: Withholding) throws {
        self.person = person
        let (basics, registration, base) = try session.state.read { snapshot in
            (
                try snapshot.group(.basicDetails, of: person.pupil)?.content?.rows.first,
                try snapshot.group(.registration, of: person.pupil)?.content?.rows.first,
                try snapshot.bases().first { $0.id == person.base }?.key
            )
        }
        name = [basics?[.surname], basics?[.forename]].compactMap { $0 }.joined(separator: ", ")
        year = registration?[.yearGroup] ?? ""
        self.base = try withholding.base(base, of: person.pupil) ?? "-"
    }

    /// The person for people.
    var cells: [String] {
        let groups = person.groups.map(\.name).joined(separator: ", ")
        return [
            name.isEmpty ? "(erased)" : name, year.orDash, base, person.change.name, groups.orDash,
            person.standing.rawValue, person.pupil.hex,
        ]
    }

    /// The person for machines.
    var json: JSON {
        [
            "pupil": .string(person.pupil.hex), "name": name.isEmpty ? .null : .string(name),
            "yearGroup": .string(year),
            "base": .string(base), "recipientId": .string(person.recipientKey.hex),
            "change": .string(person.change.name),
            "groups": .array(person.groups.map { .string($0.name) }), "standing": .string(person.standing.rawValue),
        ]
    }
}
