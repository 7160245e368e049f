import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows one school.
struct BaseShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a school: who it is, what is held of it, what may leave it.",
        discussion: """
            Two dates: --as-of says how far the log is read, what was known then; --effective says which day it is about.

            Example: syncd base show 8201001 --store school
            Example: syncd base show 8201001 --effective 18/01/2024 --as-of 03/03/2024 --store school
            """
    )

    @Argument(help: "The school's key.")
    var key: String

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @Option(help: ArgumentHelp("Also say how many pupils were on roll on this day.", valueName: "date"))
    var effective: DayArgument?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let found = try session.base(key)
        let point = try asOf.map(session.point)
        let facts = try BaseFacts(of: found, at: point, on: effective?.day, in: session)
        let (base, counts, acceptances) = (facts.base, facts.counts, facts.acceptances)
        // The public lists are as known now: what they say of another time, they say by their own dates.
        let following = point == nil ? try following(base, in: session) : nil
        try session.console.say(
            .object(
                base.members + [
                    .init(name: "entities", value: counts.json),
                    .init(
                        name: "keyChanges",
                        value: .array(
                            base.keyChanges.map { ["position": JSON($0.position.rawValue), "change": $0.change.json] }
                        )
                    ),
                    .init(name: "followedBy", value: following?.json ?? .null),
                    .init(
                        name: "reports",
                        value: .array(acceptances.map { ["report": .string($0.report), "state": .string($0.word)] })
                    ),
                ] + facts.members(at: point)
            )
        )
        if let point { try session.console.say(point.sentence) }
        try session.console.say(
            """
            \(base.title)
              DfE number   \(base.laestab.orDash)
              URN          \(base.urn.orDash)
              Held         \(counts.text)
            """
        )
        if let roll = facts.roll { try session.console.say("  On roll      \(roll.text)") }
        for acceptance in acceptances {
            try session.console.say("  \(acceptance.report.padding(11))  \(acceptance.word)")
        }
        for known in base.keyChanges { try session.console.say("  \(known.change.sentence(of: "Numbers"))") }
        if let following { session.console.remark(following.sentence(of: base)) }
        if base.laestab.isEmpty && point == nil {
            session.console.remark("Files to an authority need the DfE number. \(try session.laestabHint(base))")
        }
    }

    /// Who follows the school, as the public list of links tells.
    private func following(_ base: Base, in session: Session) throws -> Succession? {
        let others = try session.bases().filter { $0.id != base.id && !$0.urn.isEmpty }
        return try session.state.read { snapshot in
            var links = try snapshot.establishmentLinks(of: base.urn)
            for other in Set(links.map { $0.urn == base.urn ? $0.linkURN : $0.urn }) {
                links += try snapshot.establishmentLinks(of: other)
            }
            return Succession(
                of: base.urn,
                in: LinkBook(links),
                others: Dictionary(others.map { ($0.urn, $0.key) }) { first, _ in first },
                on: LondonTime.day(session.now)
            )
        }
    }
}

/// How many entities of each kind a school has, those that are in its source's exports.
struct KindCounts {
    private var counts: [EntityKind: Int] = [:]

    /// Counts at a base.
    init(at base: BaseID, in snapshot: borrowing Snapshot) throws {
        for kind in EntityKind.allCases where kind != .base {
            var ids: [SubjectID] = []
            try snapshot.entities(kind, at: base) { id in
                ids.append(id)
                return true
            }
            var present = 0
            for id in ids where try snapshot.status(of: id, at: base) == .present { present += 1 }
            if present > 0 { counts[kind] = present }
        }
    }

    /// `210 pupils, 380 contacts`.
    var text: String {
        let words = EntityKind.allCases.compactMap { kind in counts[kind].map { Counts.of($0, kind) } }
        return words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }

    /// Number by kind.
    var json: JSON {
        .object(
            EntityKind.allCases.compactMap { kind in
                counts[kind].map { JSON.Member(name: kind.name, value: JSON($0)) }
            }
        )
    }
}
