import EventLog
import Identifiers
import Projections
import School

/// What a store knows of a school, now or at an earlier point.
///
/// The past of a whole school is projected aside from the log; only what is shown is projected.
struct BaseFacts {
    /// The school, with the name that its MIS tells where nobody has named it.
    var base: Base
    /// How many entities there are.
    var counts: KindCounts
    /// Where it stands with each report.
    var acceptances: [ReportAcceptance]
    /// Who was on roll on the day that was asked for.
    var roll: RollCount?

    /// Reads what is known.
    ///
    /// - Parameters:
    ///   - found: the school as known now.
    ///   - point: how far the log counts; nil for now.
    ///   - day: of which day the pupils on roll are counted, yyyy-MM-dd; nil for none.
    /// - Throws: `baseUnknown` when it had not been registered by then.
    init(of found: Base, at point: PastPoint?, on day: String?, in session: Session) throws {
        guard let point else {
            self = try session.state.read { try Self(found, day, $0) }
            return
        }
        let projections: [any Projection] = [Entities(), Bases(), Acceptances()]
        self = try session.past(at: point, projections) { snapshot in
            guard var then = try snapshot.base(found.id) else {
                throw CommandError(
                    .baseUnknown,
                    "\(found.key) had not been registered by then: it was at position \(found.registeredAt)."
                )
            }
            if then.name.isEmpty { then.name = try snapshot.told(.name, of: then.id) ?? "" }
            return try Self(then, day, snapshot)
        }
    }

    private init(_ base: Base, _ day: String?, _ snapshot: borrowing Snapshot) throws {
        self.base = base
        counts = try KindCounts(at: base.id, in: snapshot)
        acceptances = []
        for report in ReportCatalogue.names {
            let known = try snapshot.acceptance(of: report, at: base.id)
            acceptances.append(
                ReportAcceptance(
                    base: base.id,
                    report: report,
                    version: Int(known.version),
                    isInForce: known.state == .accepted,
                    hasLapsed: known.state == .lapsed,
                    position: known.position
                )
            )
        }
        if let day { roll = try RollCount(at: base.id, on: day, in: snapshot) }
    }

    /// The members that say of when the facts are.
    func members(at point: PastPoint?) -> [JSON.Member] {
        var members: [JSON.Member] = []
        if let point { members.append(.init(name: "asOf", value: point.json)) }
        if let roll { members.append(.init(name: "effective", value: roll.json)) }
        return members
    }
}

/// How many pupils a school had on roll on a day, by what its registrations say.
struct RollCount {
    /// yyyy-MM-dd.
    var day: String
    /// Registered here alone, or here mainly.
    var main = 0
    /// Registered here beside another school.
    var second = 0

    /// Counts; whoever the MIS has deleted does not count, who has left since does for the days before.
    init(at base: BaseID, on day: String, in snapshot: borrowing Snapshot) throws {
        self.day = day
        main = try Self.count(.pupil, base, day, snapshot)
        second = try Self.count(.registration, base, day, snapshot)
    }

    /// `210 pupils on 18/01/2024, 3 of them registered at another school, too`.
    var text: String {
        let all = "\(Counts.of(main + second, "pupil")) on \(LondonTime.date(day))"
        return second == 0 ? all : all + ", \(Counts.grouped(second)) of them as a second registration"
    }

    /// The numbers for machines.
    var json: JSON { ["date": .string(day), "onRoll": JSON(main + second), "secondRegistrations": JSON(second)] }

    private static func count(
        _ kind: EntityKind,
        _ base: BaseID,
        _ day: String,
        _ snapshot: borrowing Snapshot
    ) throws -> Int {
        var ids: [SubjectID] = []
        try snapshot.entities(kind, at: base) { id in
            ids.append(id)
            return true
        }
        var count = 0
        for id in ids where try snapshot.status(of: id, at: base) != .deletedAtSource {
            guard let content = try snapshot.group(.registration, of: id)?.content else { continue }
            if Roll.isOnRoll(content, on: day) { count += 1 }
        }
        return count
    }
}
