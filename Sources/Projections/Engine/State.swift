import EventLog
import LMDB
import Synchronization

/// What state tells whoever watches it.
public enum StateNotice: Sendable, Equatable {
    /// What was there cannot be used, and why; it is made again from the log.
    case rebuilding(reason: String)
    /// These have other rows in this program: they are refused to readers until a rebuild of them is accepted.
    case outdated([OutdatedProjection])
    /// A build that was killed goes on from here.
    case resumed(at: Position)
    /// How far a rebuild has come.
    case rebuilt(to: Position, of: Position)
    /// A generation was published.
    case published(generation: Int)
}

/// State as the log makes it: the published generation, brought forward as the log grows, and rebuilt beside itself.
///
/// Readers never wait: each holds the generation that it began with. One thread at a time brings the live generation
/// forward; a rebuild fills the next one meanwhile and takes its place (log.md section 4).
public final class State: Sendable {
    /// Tells the log of events that could not be applied; durable on return.
    public typealias ParkingRecorder = @Sendable ([ParkedEvent]) throws -> Void

    /// What is projected, in order.
    let projections: [any Projection]
    let folder: StateFolder
    let source: any EventSource
    let mapBytes: Int
    let limits: GenerationWriter.Limits
    let notice: @Sendable (StateNotice) -> Void
    /// The generation under construction; nil for none.
    let building: Mutex<BuildRecord?>
    private let recorder: ParkingRecorder?
    /// The generation that new readers get.
    private let current: Mutex<Generation>
    /// Held by whoever brings the live generation forward, or swaps it.
    private let live = Mutex(Live())
    private let recording = Mutex(())
    private let rebuilds = Atomic<Bool>(false)

    /// The live generation's writer, made when first needed.
    private struct Live {
        var writer: GenerationWriter?
    }

    /// Opens the state of a log; makes it, or makes it again, when there is none, when it is of another log or epoch, or
    /// when the log's event at its position is another.
    ///
    /// Projections that are not there yet are filled from the log before it returns. Those that are there in another version
    /// are left as they are, and refused to readers (`outdated`).
    ///
    /// - Parameters:
    ///   - path: the folder of state.
    ///   - source: the log.
    ///   - projections: what to project; all by default.
    ///   - mapBytes: address space for each generation.
    ///   - notice: told of rebuilds and publications, on the thread that does them.
    ///   - recorder: tells the log of events that could not be applied; without one, nobody is told.
    /// - Throws: `ProjectionError`, `LMDBError`, and what the source throws.
    public convenience init(
        at path: String,
        of source: any EventSource,
        projections: [any Projection] = AllProjections.list,
        mapBytes: Int = 1 << 40,
        notice: @escaping @Sendable (StateNotice) -> Void = { _ in },
        recorder: ParkingRecorder? = nil
    ) throws {
        try self.init(
            at: path,
            of: source,
            projections: projections,
            mapBytes: mapBytes,
            limits: GenerationWriter.Limits(),
            notice: notice,
            recorder: recorder
        )
    }

    /// Opens state with limits of the caller's, for tests that cut transactions short.
    package init(
        at path: String,
        of source: any EventSource,
        projections: [any Projection] = AllProjections.list,
        mapBytes: Int = 1 << 40,
        limits: GenerationWriter.Limits,
        notice: @escaping @Sendable (StateNotice) -> Void,
        recorder: ParkingRecorder? = nil
    ) throws {
        let folder = try StateFolder(path)
        self.folder = folder
        self.source = source
        self.projections = projections
        self.mapBytes = mapBytes
        self.limits = limits
        self.recorder = recorder
        self.notice = notice
        let published = try folder.published()
        let pending = folder.build(after: published).flatMap { number, record in
            record.boot == limits.boot ?? BuildRecord.boot() ? (number, record) : nil
        }
        try folder.removeLeftovers(except: published, pending?.0)
        building = Mutex(pending?.1)
        var found: Found = .unusable("there is none yet")
        if let published { found = try Self.open(published, in: folder, source, projections, mapBytes) }
        switch found {
        case .usable(let generation):
            current = Mutex(generation)
        case .unusable(let reason):
            if published != nil { notice(.rebuilding(reason: reason)) }
            current = Mutex(
                try Self.make(after: published, in: folder, of: source, projections, mapBytes, limits, notice)
            )
            building.withLock { $0 = nil }
        }
        try fillMissing()
    }

    /// The names of all projections.
    public var projectionNames: [String] { projections.map(\.name) }

    /// Projections that are refused to readers until a rebuild of them is accepted.
    public var outdated: [OutdatedProjection] { holdCurrent().outdated }

    /// Where a generation stands that was begun and is not published; nil when there is none.
    public var unpublishedBuild: Position? { building.withLock { $0 }.map { Position($0.position) } }

    /// Readers of the live generation that began longer ago than so many seconds; slots of dead ones are freed first.
    ///
    /// What such a reader can see is not used again, so the file grows.
    public func longReaders(olderThan seconds: Double) throws -> [OpenReader] {
        let environment = holdCurrent().environment
        try environment.clearDeadReaders()
        return environment.readers(olderThan: seconds)
    }

    /// The published generation's number.
    public var generation: Int { current.withLock { $0.number } }

    /// Applies everything durable that has not been applied yet, and tells the log of what could not be.
    ///
    /// State that turns out to be damaged on the way is made again.
    ///
    /// - Returns: the position that state has reached, committed with its rows.
    @discardableResult
    public func catchUp() throws -> Position {
        do {
            return try recordParked(reached: try advanceLive())
        } catch {
            guard let reason = Self.damage(in: error) else { throw error }
            notice(.rebuilding(reason: reason))
            try remake()
            return try recordParked(reached: try advanceLive())
        }
    }

    func advanceLive() throws -> Position {
        try live.withLock { live in
            let generation = holdCurrent()
            let writer =
                try live.writer
                ?? GenerationWriter(
                    generation,
                    generation.active(of: projections),
                    others: generation.others,
                    limits: limits
                )
            live.writer = writer
            try writer.advance(from: source, to: source.durableEnd)
            return writer.position
        }
    }

    /// Tells the log of events that could not be applied, and follows what that appends.
    private func recordParked(reached position: Position) throws -> Position {
        guard let recorder else { return position }
        return try recording.withLock { _ in
            var position = position
            while true {
                let untold = try read { try $0.parkedEvents() }.filter { $0.toldAt == nil }
                if untold.isEmpty { return position }
                try recorder(untold)
                position = try advanceLive()
            }
        }
    }

    /// Begins to read: a snapshot of all tables and of the checkpoint that they stand at.
    @available(*, noasync, message: "a snapshot must not live across a suspension; use read(_:)")
    public func beginRead() throws -> Snapshot { try Snapshot(holdCurrent()) }

    /// Reads in one snapshot.
    public func read<R: ~Copyable>(_ body: (borrowing Snapshot) throws -> R) throws -> R {
        let snapshot = try Snapshot(holdCurrent())
        return try body(snapshot)
    }

    /// True while a rebuild is at work.
    var isRebuilding: Bool { rebuilds.load(ordering: .acquiring) }

    /// The published generation, held.
    func holdCurrent() -> Generation { current.withLock { $0 } }

    /// Lets one rebuild at a time work.
    ///
    /// - Throws: `rebuilding` when another one is at work.
    func rebuildAlone<R>(_ body: () throws -> R) throws -> R {
        guard rebuilds.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else { throw ProjectionError(.rebuilding, "a rebuild is at work already") }
        defer { rebuilds.store(false, ordering: .releasing) }
        return try body()
    }

    /// Applies what is left, and puts the generation in the live one's place.
    func publish(_ next: Generation) throws {
        // Most of it goes to the disk here, while the live generation still goes on.
        try next.environment.sync()
        try live.withLock { live in
            let writer = try GenerationWriter(next, projections, limits: limits)
            try writer.advance(from: source, to: source.durableEnd)
            try next.requireWhole()
            try next.environment.becomeDurable()
            try folder.publish(next.number)
            live.writer = writer
            current.withLock { current in
                current.supersede()
                current = next
            }
        }
        building.withLock { $0 = nil }
        notice(.published(generation: next.number))
    }

    /// Makes a first generation, or one after what cannot be used; it is the published one on return.
    private static func make(
        after published: Int?,
        in folder: StateFolder,
        of source: any EventSource,
        _ projections: [any Projection],
        _ mapBytes: Int,
        _ limits: GenerationWriter.Limits,
        _ notice: @escaping @Sendable (StateNotice) -> Void
    ) throws -> Generation {
        let build = try GenerationBuild.begin(
            GenerationBuild.Plan(rebuilt: projections, kept: [], follows: published),
            in: folder,
            of: source,
            mapBytes: mapBytes,
            limits: limits,
            resuming: true
        ) { notice(.rebuilt(to: Position($0.position), of: Position($0.end))) }
        if let position = build.resumedAt { notice(.resumed(at: position)) }
        try build.advanceToEnd()
        try build.generation.requireWhole()
        try build.generation.environment.becomeDurable()
        try folder.publish(build.generation.number)
        notice(.published(generation: build.generation.number))
        try folder.removeLeftovers(except: build.generation.number)
        return build.generation
    }

    /// What an opening found.
    private enum Found {
        case usable(Generation)
        case unusable(String)
    }

    /// Opens the published generation, or tells why it must be made again.
    ///
    /// - Throws: what a rebuild would not mend: a full disk, no access, a second opening; `newerState`.
    private static func open(
        _ number: Int,
        in folder: StateFolder,
        _ source: any EventSource,
        _ projections: [any Projection],
        _ mapBytes: Int
    ) throws -> Found {
        do {
            let generation = try Generation(
                folder: folder.folder(of: number),
                number: number,
                projections: projections,
                mapBytes: mapBytes,
                durability: .full,
                judged: true
            )
            return try generation.environment.read { transaction in
                guard let checkpoint = try generation.checkpoint(in: transaction) else {
                    return .unusable("it has no checkpoint")
                }
                if let mismatch = try checkpoint.mismatch(with: source) { return .unusable(mismatch) }
                if let newer = Generation.newer(in: try generation.fillings(in: transaction), than: projections) {
                    throw ProjectionError(
                        .newerState,
                        "\(folder.path) was filled by a newer syncd (projection \(newer.line)): use that version"
                    )
                }
                return .usable(generation)
            }
        } catch {
            guard let reason = damage(in: error) else { throw error }
            return .unusable(reason)
        }
    }

    /// What an error says of damage that making state again mends; nil for any other error.
    private static func damage(in error: any Error) -> String? {
        switch error {
        case let error as LMDBError where damage.contains(error.code): error.message
        case let error as ProjectionError where error.code == .malformedRow: "a row of it is damaged"
        case let error as ProjectionError where error.code == .parkedElsewhere: error.message
        default: nil
        }
    }

    private static let damage: [LMDBError.Code] = [.truncated, .corrupted, .notAnEnvironment, .missing]
}
