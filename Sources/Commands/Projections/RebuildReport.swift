import EventLog
import Projections

/// What a rebuild led to, for people and machines.
struct RebuildReport {
    private let rebuild: Rebuild
    private let people: DifferencesByPerson?

    /// Makes the report; with whose rows differ, when that was asked for.
    init(_ rebuild: Rebuild, people: DifferencesByPerson?) {
        self.rebuild = rebuild
        self.people = people
    }

    var json: JSON {
        var members: [JSON.Member] = [
            .init(name: "generation", value: JSON(rebuild.generation)),
            .init(name: "position", value: JSON(rebuild.position.rawValue)),
            .init(name: "resumedAt", value: rebuild.resumedAt.map { JSON($0.rawValue) } ?? .null),
            .init(name: "published", value: .bool(rebuild.isPublished)),
            .init(name: "equal", value: .bool(rebuild.isEqual)),
            .init(name: "parkedEventsDiffer", value: .bool(rebuild.parkingDiffers)),
            .init(name: "projections", value: .array(rebuild.reviews.map(Self.json))),
        ]
        if let people { members.append(.init(name: "people", value: people.json)) }
        return .object(members)
    }

    private static func json(_ review: ProjectionReview) -> JSON {
        [
            "name": .string(review.name), "version": JSON(review.version),
            "storedVersion": JSON(review.storedVersion), "position": JSON(review.position),
            "equal": .bool(review.isEqual), "digest": .string(review.digest),
            "storedDigest": .string(review.storedDigest),
            "tables": .array(
                review.tables.map { table in
                    [
                        "name": .string(table.name), "equal": JSON(table.equal), "added": JSON(table.added),
                        "removed": JSON(table.removed), "changed": JSON(table.changed),
                        "firstDifference": table.firstDifference.map { JSON($0) } ?? .null,
                    ]
                }
            ),
        ]
    }

    /// Where the first difference is, in a sentence.
    var summary: String {
        if rebuild.parkingDiffers { return "Events can be applied that could not before, or the reverse." }
        guard let review = rebuild.reviews.first(where: { !$0.isEqual }),
            let table = review.tables.first(where: { !$0.isEqual }), let row = table.firstDifference
        else { return "" }
        let what: String =
            switch table.firstKind {
            case .added?: "new"
            case .removed?: "gone"
            default: "different"
            }
        return "First: in table \(table.name) row \(row) is \(what)."
    }

    /// Texts for people, in order.
    func texts(isReview: Bool) -> [String] {
        var texts: [String] = []
        if let position = rebuild.resumedAt, position > .origin {
            texts.append("Went on from event \(Counts.grouped(position.rawValue)).")
        }
        if rebuild.reviews.contains(where: { !$0.isEqual }) { texts.append(table) }
        if let people, !people.isEmpty { texts.append(people.text) }
        if rebuild.isPublished {
            texts.append(
                "Rebuilt from \(Counts.of(rebuild.position.rawValue, "event")); generation \(rebuild.generation) is in place."
            )
        } else if isReview {
            texts.append(
                rebuild.isEqual
                    ? "Nothing differs in \(Counts.of(rebuild.reviews.count, "projection"))."
                    : "Nothing was put in place. If it is right: `syncd projections rebuild --accept`."
            )
        }
        return texts
    }

    private var table: String {
        var table = TextTable("Projection", "#In place", "#Rebuilt", "#Same", "#New", "#Gone", "#Different")
        for review in rebuild.reviews where !review.isEqual {
            table.add(
                review.name,
                "\(review.storedVersion)",
                "\(review.version)",
                Counts.grouped(review.rows(\.equal)),
                Counts.grouped(review.rows(\.added)),
                Counts.grouped(review.rows(\.removed)),
                Counts.grouped(review.rows(\.changed))
            )
        }
        let same = rebuild.reviews.count { $0.isEqual }
        return table.text + (same == 0 ? "" : "\nThe same: \(Counts.of(same, "projection")).")
    }
}
