import EventLog
import LMDB
import Synchronization

/// What state tells whoever watches it.
public enum StateNotice: Sendable, Equatable {
    /// What was there cannot be used, and why; it is made again from the log.
    case rebuilding(reason: String)
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
    /// What is projected, in order.
    let projections: [any Projection]
    let folder: StateFolder
    let source: any EventSource
    let mapBytes: Int
    private let limits: GenerationWriter.Limits
    private let notice: @Sendable (StateNotice) -> Void
    /// The generation that new readers get.
    private let current: Mutex<Generation>
    /// Held by whoever brings the live generation forward, or swaps it.
    private let live: Mutex<Live>
    private let rebuilds = Atomic<Bool>(false)

    /// The live generation's writer, made when first needed.
    private struct Live {
        var writer: GenerationWriter?
    }

    /// Opens the state of a log; makes it, or makes it again, when there is none, when it is of another log or epoch,
    /// when the log's event at its position is another, or when other projections filled it.
    ///
    /// - Parameters:
    ///   - path: the folder of state.
    ///   - source: the log.
    ///   - projections: what to project; all by default.
    ///   - mapBytes: address space for each generation.
    ///   - notice: told of rebuilds and publications, on the thread that does them.
    /// - Throws: `ProjectionError`, `LMDBError`, and what the source throws.
    public convenience init(
        at path: String,
        of source: any EventSource,
        projections: [any Projection] = AllProjections.list,
        mapBytes: Int = 1 << 40,
        notice: @escaping @Sendable (StateNotice) -> Void = { _ in }
    ) throws {
        try self.init(
            at: path,
            of: source,
            projections: projections,
            mapBytes: mapBytes,
            limits: GenerationWriter.Limits(),
            notice: notice
        )
    }

    /// Opens state with limits of the caller's, for tests that cut transactions short.
    package init(
        at path: String,
        of source: any EventSource,
        projections: [any Projection] = AllProjections.list,
        mapBytes: Int = 1 << 40,
        limits: GenerationWriter.Limits,
        notice: @escaping @Sendable (StateNotice) -> Void
    ) throws {
        folder = try StateFolder(path)
        self.source = source
        self.projections = projections
        self.mapBytes = mapBytes
        self.limits = limits
        self.notice = notice
        let published = try folder.published()
        try folder.removeLeftovers(except: published)
        var found: Found = .unusable("there is none yet")
        if let published { found = try Self.open(published, in: folder, source, projections, mapBytes) }
        switch found {
        case .usable(let generation):
            current = Mutex(generation)
        case .unusable(let reason):
            if published != nil { notice(.rebuilding(reason: reason)) }
            let number = folder.nextNumber(after: published)
            let next = try Self.make(number, in: folder, projections, mapBytes)
            try Self.fill(GenerationWriter(next, projections, limits: limits), from: source, notice)
            try next.environment.becomeDurable()
            try folder.publish(number)
            notice(.published(generation: number))
            try folder.removeLeftovers(except: number)
            current = Mutex(next)
        }
        live = Mutex(Live())
    }

    /// The published generation's number.
    public var generation: Int { current.withLock { $0.number } }

    /// Applies everything durable that has not been applied yet.
    ///
    /// State that turns out to be damaged on the way is made again.
    ///
    /// - Returns: the position that state has reached, committed with its rows.
    @discardableResult
    public func catchUp() throws -> Position {
        do {
            return try advanceLive()
        } catch {
            guard let reason = Self.damage(in: error) else { throw error }
            notice(.rebuilding(reason: reason))
            try rebuild()
            return try advanceLive()
        }
    }

    private func advanceLive() throws -> Position {
        try live.withLock { live in
            let writer = try live.writer ?? GenerationWriter(holdCurrent(), projections, limits: limits)
            live.writer = writer
            try writer.advance(from: source, to: source.durableEnd)
            return writer.position
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

    /// Fills a new generation from the log while the live one goes on, and publishes it when it has caught up.
    ///
    /// Killed half-way, it leaves a folder that the next opening removes. Durable on return. Readers of the old
    /// generation keep it; its folder goes with the last of them.
    ///
    /// - Throws: `rebuilding` when another rebuild is at work.
    public func rebuild() throws {
        guard rebuilds.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else { throw ProjectionError(.rebuilding, "a rebuild is at work already") }
        defer { rebuilds.store(false, ordering: .releasing) }
        let number = folder.nextNumber(after: generation)
        let next = try Self.make(number, in: folder, projections, mapBytes)
        do {
            try Self.fill(GenerationWriter(next, projections, limits: limits), from: source, notice)
            // Most of it goes to the disk here, while the live generation still goes on.
            try next.environment.sync()
            try publish(next)
        } catch {
            next.supersede()
            throw error
        }
        notice(.published(generation: number))
    }

    /// True while a rebuild is at work.
    var isRebuilding: Bool { rebuilds.load(ordering: .acquiring) }

    /// The published generation, held.
    func holdCurrent() -> Generation { current.withLock { $0 } }

    /// Applies what is left, and puts the generation in the live one's place.
    private func publish(_ next: Generation) throws {
        try live.withLock { live in
            let writer = try GenerationWriter(next, projections, limits: limits)
            try writer.advance(from: source, to: source.durableEnd)
            try next.environment.becomeDurable()
            try folder.publish(next.number)
            live.writer = writer
            current.withLock { current in
                current.supersede()
                current = next
            }
        }
    }

    private static func make(
        _ number: Int,
        in folder: StateFolder,
        _ projections: [any Projection],
        _ mapBytes: Int
    ) throws -> Generation {
        try Generation(
            folder: folder.makeFolder(String(number)),
            number: number,
            projections: projections,
            mapBytes: mapBytes,
            durability: .unsynced
        )
    }

    private static func fill(
        _ writer: GenerationWriter,
        from source: any EventSource,
        _ notice: (StateNotice) -> Void
    ) throws {
        try writer.begin(with: source)
        // The log grows meanwhile: the end is taken anew until little is left.
        var end = source.durableEnd
        while writer.position < end {
            try writer.advance(from: source, to: end) { notice(.rebuilt(to: $0, of: end)) }
            end = source.durableEnd
        }
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
                durability: .full
            )
            return try generation.environment.read { transaction in
                guard let checkpoint = try generation.checkpoint(in: transaction) else {
                    return .unusable("it has no checkpoint")
                }
                if let mismatch = try checkpoint.mismatch(with: source) { return .unusable(mismatch) }
                let fingerprint = try generation.fingerprint(in: transaction) ?? ""
                if let newer = Generation.newer(in: fingerprint, than: projections) {
                    throw ProjectionError(
                        .newerState,
                        "\(folder.path) was filled by a newer syncd (projection \(newer)): use that version"
                    )
                }
                if fingerprint != Generation.fingerprint(of: projections) {
                    return .unusable("it was filled by other projections")
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
        default: nil
        }
    }

    private static let damage: [LMDBError.Code] = [.truncated, .corrupted, .notAnEnvironment, .missing]
}
