import Identifiers

/// At which bases a pupil is registered, and what a set of files changes about it (rulings 2, 35).
///
/// A pupil has one home, the base whose pupil it is, and a second registration at every other. A key at another base
/// with no active enrolment left at the home is a move. Active at both is dual registration and never a move, whichever
/// of the two is the main one, and whichever file comes first: only the end of a registration takes a pupil away.
public enum Registrations {
    /// What is known of a pupil.
    public struct Known: Sendable, Equatable {
        /// The base that the pupil is at.
        public var home: BaseID
        /// False when the pupil is absent, left or deleted.
        public var isPresent: Bool
        /// The registrations that the source last told of, the home's among them, and whether each is active.
        public var active: [BaseID: Bool]

        /// Makes what is known.
        public init(home: BaseID, isPresent: Bool, active: [BaseID: Bool]) {
            self.home = home
            self.isPresent = isPresent
            self.active = active
        }
    }

    /// What the files say.
    public struct Told: Sendable, Equatable {
        /// The base that the pupil's own row names; nil when the pupil has no row.
        public var claim: BaseID?
        /// The registrations that the files tell, and whether each is active; those that cannot be read as they are known.
        public var active: [BaseID: Bool]

        /// Makes what is told.
        public init(claim: BaseID? = nil, active: [BaseID: Bool] = [:]) {
            self.claim = claim
            self.active = active
        }
    }

    /// What the files speak for.
    public struct Covered: Sendable, Equatable {
        /// Bases whose pupils are all in the files.
        public var pupils: Set<BaseID>
        /// Bases whose registrations are all in the files.
        public var registrations: Set<BaseID>

        /// Makes a coverage.
        public init(pupils: Set<BaseID> = [], registrations: Set<BaseID> = []) {
            self.pupils = pupils
            self.registrations = registrations
        }
    }

    /// What becomes of a pupil's registrations.
    public struct Outcome: Sendable, Equatable {
        /// The base that the pupil is at afterwards.
        public var home: BaseID
        /// The base that the pupil comes from; nil when the pupil stays or is new.
        public var movedFrom: BaseID?
        /// False when nothing is left of the pupil inside what the files cover.
        public var isThere: Bool
        /// Second registrations that the files tell.
        public var second: Set<BaseID>
        /// Second registrations that are no longer there.
        public var gone: Set<BaseID>
        /// The second registration that has become the home's.
        public var absorbed: BaseID?

        /// A pupil who stays where the pupil is known, whatever second registrations are told.
        public static func staying(at home: BaseID, second: Set<BaseID>) -> Outcome {
            Outcome(home: home, movedFrom: nil, isThere: true, second: second, gone: [], absorbed: nil)
        }
    }

    /// Reconciles what is known with what the files tell.
    ///
    /// - Parameters:
    ///   - known: nil for a pupil of whom the source has never told.
    ///   - told: what the files say; with neither claim nor registration for a pupil who is not in them.
    ///   - covered: what the files speak for.
    /// - Returns: nil for a pupil who is neither known nor told.
    public static func reconcile(known: Known?, told: Told, covered: Covered) -> Outcome? {
        guard let known else { return told.claim.map { first(told, home: $0) } }
        var after = told.active
        for (base, isActive) in known.active where told.active[base] == nil {
            let wouldBeTold =
                base == known.home ? covers(home: known, told, covered) : covers(second: base, told, covered)
            if !wouldBeTold { after[base] = isActive }
        }
        // Without files of registrations the pupil's own row stands for one: the active one (rulings 35).
        if told.active.isEmpty, let claim = told.claim { after[claim] = true }
        let active = after.filter(\.value).keys
        let home: BaseID
        if known.isPresent, active.contains(known.home) {
            home = known.home
        } else if let claim = told.claim, active.isEmpty || active.contains(claim) {
            home = claim
        } else {
            home = active.min() ?? known.home
        }
        var gone: Set<BaseID> = []
        for base in known.active.keys where base != known.home && base != home && after[base] == nil {
            gone.insert(base)
        }
        var second = Set(told.active.keys)
        if let claim = told.claim, told.active.isEmpty { second.insert(claim) }
        second.remove(home)
        return Outcome(
            home: home,
            movedFrom: home == known.home ? nil : known.home,
            isThere: told.claim != nil || !active.isEmpty || after[known.home] != nil,
            second: second,
            gone: gone,
            absorbed: home != known.home && known.active[home] != nil ? home : nil
        )
    }

    private static func first(_ told: Told, home: BaseID) -> Outcome {
        .staying(at: home, second: Set(told.active.keys).subtracting([home]))
    }

    /// True when the files would tell the home's registration if there still were one.
    ///
    /// Where no registrations are told, the pupil's own row names the base of the active one. But a base where the
    /// pupil is known to be active beside the home says nothing against the home.
    private static func covers(home known: Known, _ told: Told, _ covered: Covered) -> Bool {
        if covered.registrations.contains(known.home) { return true }
        guard covered.pupils.contains(known.home), let claim = told.claim else {
            return covered.pupils.contains(known.home)
        }
        return told.active.isEmpty && claim != known.home && known.active[claim] != true
    }

    /// True when the files would tell a second registration if there still were one; of a pupil who is in none of them
    /// none would be.
    private static func covers(second base: BaseID, _ told: Told, _ covered: Covered) -> Bool {
        if covered.registrations.contains(base) { return true }
        return told.claim == nil && told.active.isEmpty && covered.pupils.contains(base)
    }

    /// Tells whether a registration is active on a day: current, main, subsidiary or guest, and not left by then.
    ///
    /// A source without enrolment statuses tells current registrations.
    public static func isActive(_ content: GroupContent, on day: CalendarDate) -> Bool {
        content.rows.contains { row in
            let status = row[.enrolmentStatus] ?? "C"
            let ends = [row[.leavingDate], row[.roleEnd]].compactMap { $0 }
            return ["C", "M", "S", "G"].contains(status) && ends.allSatisfy { $0 > day.description }
        }
    }

    /// Tells whether a registration has ended by a day: with a leaving date that has come, or as a former one.
    public static func hasLeft(_ content: GroupContent, on day: CalendarDate) -> Bool {
        guard let spell = content.rows.last else { return false }
        return spell[.enrolmentStatus] == "P" || spell[.leavingDate].map { $0 <= day.description } ?? false
    }

    /// What stands for the registration of a pupil whose source tells none: one school id is one registration (rulings 35).
    public static let untold = GroupContent(.registration, [FieldRow([.init(.enrolmentStatus, "C")])])
}
