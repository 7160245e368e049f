import EventLog
import LMDB
import Synchronization

/// When a rebuilt generation takes the live one's place.
public enum PublishingRule: Sendable, Equatable {
    /// Not yet: it is to be looked at.
    case never
    /// When every row is what it was, and what is new has nothing to be compared with.
    case whenEqual
    /// Whatever differs: somebody has looked at it.
    case accepted
}

/// What a rebuild led to.
public struct Rebuild: Sendable, Equatable {
    /// The generation built.
    public var generation: Int
    /// How far it has come.
    public var position: Position
    /// Where a killed build was taken up again; nil when it was begun anew.
    public var resumedAt: Position?
    /// Comparisons with what is in place.
    public var reviews: [ProjectionReview]
    /// Events cannot be applied now that could be before, or the reverse.
    public var parkingDiffers: Bool
    /// It is the live one now.
    public var isPublished: Bool

    /// True when nothing differs from what is in place.
    public var isEqual: Bool { !parkingDiffers && reviews.allSatisfy(\.isEqual) }
}

extension State {
    /// Fills a new generation from the log while the live one goes on, compares both, and publishes the new one when the
    /// rule allows it.
    ///
    /// What is not rebuilt is copied. Killed half-way, it goes on when it is asked for again. What is not published stays,
    /// to be accepted later. Durable on return when published; readers of the old generation keep it, and its folder goes with
    /// the last of them.
    ///
    /// - Parameters:
    ///   - names: what to rebuild; what is outdated is rebuilt in any case. Nil for all, or, unless it is to be published
    ///     when equal, for what a build that is there was made of.
    ///   - rule: when to publish.
    ///   - resuming: false to begin anew in any case.
    ///   - inspect: shown each row that differs.
    /// - Throws: `rebuilding` when another rebuild is at work, `projectionUnknown`, `noRoom`, `rebuildAll`.
    @discardableResult
    public func rebuild(
        _ names: [String]? = nil,
        publishing rule: PublishingRule = .whenEqual,
        resuming: Bool = true,
        inspect: ((RowDifference) throws -> Void)? = nil
    ) throws -> Rebuild {
        try rebuildAlone {
            let plan = try plan(names, rule)
            // The build never passes the live generation, which must therefore have come as far as it may have.
            _ = try advanceLive()
            try requireRoom(beside: holdCurrent(), for: plan)
            // What waits to be accepted is taken as it is; otherwise it is this program's rows that are wanted.
            let pending = folder.build(after: plan.follows)?.record
            let goesOn = resuming && (rule == .accepted || pending?.isCompared != true)
            var build = try begin(plan, resuming: goesOn)
            if !isComparable(build, inspect != nil) { build = try begin(plan, resuming: false) }
            if let position = build.resumedAt { notice(.resumed(at: position)) }
            do {
                return try carryOut(build, rule, inspect)
            } catch {
                // What failed would fail again; what is half done takes room.
                building.withLock { $0 = nil }
                build.generation.supersede()
                throw error
            }
        }
    }

    /// Makes state again without a comparison: what is there cannot be read.
    func remake() throws {
        try rebuildAlone {
            let plan = GenerationBuild.Plan(rebuilt: projections, kept: [], follows: holdCurrent().number)
            let build = try begin(plan, resuming: false)
            do {
                try build.advanceToEnd()
                try publish(build.generation)
            } catch {
                build.generation.supersede()
                throw error
            }
        }
    }

    /// Fills projections that are not there yet, when nothing else is outdated; whoever has old rows decides himself.
    func fillMissing() throws {
        let outdated = holdCurrent().outdated
        if outdated.isEmpty { return }
        guard outdated.allSatisfy({ $0.storedVersion == nil }) else { return notice(.outdated(outdated)) }
        try rebuild(outdated.map(\.name))
    }

    private func plan(_ names: [String]?, _ rule: PublishingRule) throws -> GenerationBuild.Plan {
        let known = projections.map(\.name)
        if let unknown = names?.first(where: { !known.contains($0) }) {
            throw ProjectionError(
                .projectionUnknown,
                "there is no projection \(unknown): `syncd projections list` shows them"
            )
        }
        let live = holdCurrent()
        let pending = rule == .whenEqual ? nil : folder.build(after: live.number)?.record.rebuilt.map(\.name)
        let wanted = Set(names ?? pending ?? known).union(live.outdated.map(\.name))
        return GenerationBuild.Plan(
            rebuilt: projections.filter { wanted.contains($0.name) },
            kept: projections.filter { !wanted.contains($0.name) },
            follows: live.number
        )
    }

    /// Refuses a build that the disk has no room for.
    func requireRoom(beside live: Generation, for plan: GenerationBuild.Plan) throws {
        let size = try live.environment.statistics()
        var needed = (size.lastPage + 1) * size.pageBytes
        needed += needed / 10 + min(limits.runBytes, needed)
        // What a killed build has filled is there already.
        needed -= min(needed, folder.size(of: folder.nextNumber(after: live.number)))
        let free = try limits.freeBytes ?? folder.freeBytes()
        guard free < needed else { return }
        throw ProjectionError(
            .noRoom,
            "a second generation of state needs about \(Self.mebibytes(needed)) beside the present one, and the disk of "
                + "\(folder.path) has \(Self.mebibytes(free)) free: make room, then try again"
        )
    }

    /// Limits of a build beside the live state: no more is put aside than that takes.
    func buildLimits() throws -> GenerationWriter.Limits {
        var limits = limits
        let size = try holdCurrent().environment.statistics()
        limits.runBytes = min(limits.runBytes, max(limits.runBytesLeast, (size.lastPage + 1) * size.pageBytes))
        return limits
    }

    private static func mebibytes(_ bytes: Int) -> String {
        let tenths = (bytes * 10 + (1 << 20) - 1) >> 20
        return "\(tenths / 10).\(tenths % 10) MiB"
    }

    private func begin(_ plan: GenerationBuild.Plan, resuming: Bool) throws -> GenerationBuild {
        try GenerationBuild.begin(
            plan,
            in: folder,
            of: source,
            mapBytes: mapBytes,
            limits: buildLimits(),
            resuming: resuming
        ) { record in
            self.building.withLock { $0 = record }
            self.notice(.rebuilt(to: Position(record.position), of: Position(record.end)))
        }
    }

    /// False when a build has passed a position at which something is still to be compared.
    private func isComparable(_ build: GenerationBuild, _ isInspected: Bool) -> Bool {
        holdCurrent().outdated.allSatisfy { outdated in
            outdated.storedVersion == nil || build.position <= outdated.position
                || (!isInspected && build.record.reviews.contains { $0.name == outdated.name })
        }
    }

    private func carryOut(
        _ build: GenerationBuild,
        _ rule: PublishingRule,
        _ inspect: ((RowDifference) throws -> Void)?
    ) throws -> Rebuild {
        let live = holdCurrent()
        try compareOutdated(build, live, inspect)
        let comparison = try self.comparison(
            of: live,
            with: build.generation,
            inspect: inspect,
            advance: { try build.advance(to: $0) }
        )
        let position = try comparison.position
        let outdated = Set(live.outdated.map(\.name))
        for projection in build.plan.rebuilt where !outdated.contains(projection.name) {
            try build.add(comparison.review(projection, storedVersion: projection.version, at: position))
        }
        let parkingDiffers = try !comparison.parkedEventsAreEqual()
        if parkingDiffers && !build.plan.kept.isEmpty {
            throw ProjectionError(
                .rebuildAll,
                "events can be applied now that could not before, or the reverse: rebuild with --all"
            )
        }
        try build.copyKept(from: comparison.stored)
        try build.noteCompared()
        _ = consume comparison
        var outcome = Rebuild(
            generation: build.generation.number,
            position: position,
            resumedAt: build.resumedAt,
            reviews: build.record.reviews,
            parkingDiffers: parkingDiffers,
            isPublished: false
        )
        building.withLock { $0 = build.record }
        guard rule == .accepted || (rule == .whenEqual && outcome.isEqual) else { return outcome }
        try publish(build.generation)
        outcome.isPublished = true
        return outcome
    }

    /// Compares what has rows of another version, each where these rows stopped.
    private func compareOutdated(
        _ build: GenerationBuild,
        _ live: Generation,
        _ inspect: ((RowDifference) throws -> Void)?
    ) throws {
        let stored = live.outdated.filter { $0.storedVersion != nil && build.position <= $0.position }
        for stop in Set(stored.map(\.position)).sorted() {
            try build.advance(to: stop)
            let comparison = try RowComparison(stored: Snapshot(live), made: build.generation, inspect: inspect)
            for outdated in stored where outdated.position == stop {
                guard let projection = projections.first(where: { $0.name == outdated.name }) else { continue }
                let version = outdated.storedVersion ?? 0
                try build.add(comparison.review(projection, storedVersion: version, at: stop))
            }
        }
    }
}
