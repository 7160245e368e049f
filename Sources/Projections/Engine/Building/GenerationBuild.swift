import EventLog
import Identifiers
import LMDB

/// A generation under construction: filled from the log beside the live one, and taken up again when it was killed.
final class GenerationBuild {
    /// What is wanted.
    struct Plan {
        /// Filled from the log.
        var rebuilt: [any Projection]
        /// Copied from the live generation.
        var kept: [any Projection]
        /// The number of the live generation; nil for none.
        var follows: Int?
    }

    let generation: Generation
    let plan: Plan
    /// Where a killed build was taken up again; nil for one begun now.
    let resumedAt: Position?
    private(set) var record: BuildRecord
    private let folder: StateFolder
    private let source: any EventSource
    private let limits: GenerationWriter.Limits
    private let progress: (BuildRecord) -> Void
    private var writer: GenerationWriter

    /// Begins a build, or takes the one up again that is there, unless what it has put aside is lost.
    ///
    /// - Parameters:
    ///   - resuming: false to begin anew in any case.
    ///   - progress: told after each transaction.
    static func begin(
        _ plan: Plan,
        in folder: StateFolder,
        of source: any EventSource,
        mapBytes: Int,
        limits: GenerationWriter.Limits,
        resuming: Bool,
        progress: @escaping (BuildRecord) -> Void
    ) throws -> GenerationBuild {
        func build(_ resuming: Bool) throws -> GenerationBuild {
            try GenerationBuild(
                plan,
                in: folder,
                of: source,
                mapBytes: mapBytes,
                limits: limits,
                resuming: resuming,
                progress: progress
            )
        }
        do {
            return try build(resuming)
        } catch let error as ProjectionError where resuming && error.code == .runsLost {
            return try build(false)
        }
    }

    private init(
        _ plan: Plan,
        in folder: StateFolder,
        of source: any EventSource,
        mapBytes: Int,
        limits: GenerationWriter.Limits,
        resuming: Bool,
        progress: @escaping (BuildRecord) -> Void
    ) throws {
        self.plan = plan
        self.folder = folder
        self.source = source
        self.limits = limits
        self.progress = progress
        let number = folder.nextNumber(after: plan.follows)
        var record = Self.record(of: plan, source, limits)
        let found = resuming ? folder.build(after: plan.follows)?.record : nil
        let isResumed = found?.continues(record) ?? false
        if let found, isResumed { record = found } else { _ = try folder.makeFolder(String(number)) }
        generation = try Generation(
            folder: folder.folder(of: number),
            number: number,
            projections: plan.rebuilt + plan.kept,
            mapBytes: mapBytes,
            durability: .unsynced
        )
        if !isResumed { try folder.write(record, of: number) }
        self.record = record
        writer = try GenerationWriter(
            generation,
            record.isCopied ? plan.rebuilt + plan.kept : plan.rebuilt,
            limits: limits,
            puttingAside: true
        )
        resumedAt = isResumed ? writer.position : nil
        try writer.begin(with: source)
    }

    /// What a build of a plan is known by.
    static func record(
        of plan: Plan,
        _ source: any EventSource,
        _ limits: GenerationWriter.Limits
    ) -> BuildRecord {
        BuildRecord(
            boot: limits.boot ?? BuildRecord.boot(),
            log: source.logID.description,
            epoch: source.epoch,
            rebuilt: plan.rebuilt.map { BuildRecord.Part($0) },
            kept: plan.kept.map { BuildRecord.Part($0) },
            follows: plan.follows ?? 0
        )
    }

    /// How far it has come.
    var position: Position { writer.position }

    /// Applies events up to a position.
    func advance(to end: Position) throws {
        try writer.advance(from: source, to: end) { position in
            record.position = position.rawValue
            record.end = source.durableEnd.rawValue
            progress(record)
            // Without it a killed build only begins earlier.
            try? folder.write(record, of: generation.number)
        }
    }

    /// Applies all events, while more may come, and merges what was put aside, also when only that is left.
    func advanceToEnd() throws {
        repeat { try advance(to: source.durableEnd) } while position < source.durableEnd
    }

    /// Keeps a comparison, in place of an older one of the same projection.
    func add(_ review: ProjectionReview) throws {
        record.reviews.removeAll { $0.name == review.name }
        record.reviews.append(review)
        try folder.write(record, of: generation.number)
    }

    /// Notes that everything has been compared.
    func noteCompared() throws {
        record.isCompared = true
        try folder.write(record, of: generation.number)
    }

    /// Copies the kept projections from a snapshot that stands where the build does; from here on all go on together.
    func copyKept(from snapshot: borrowing Snapshot) throws {
        if record.isCopied { return }
        for table in plan.kept.flatMap({ $0.tables.flatMap(\.names) }) {
            try copy(
                snapshot.transaction,
                snapshot.generation.anyTable(table),
                to: generation.anyTable(table)
            )
        }
        writer = try GenerationWriter(generation, plan.rebuilt + plan.kept, limits: limits, puttingAside: true)
        try writer.begin(with: source)
        record.isCopied = true
        try folder.write(record, of: generation.number)
    }

    private func copy(_ rows: borrowing ReadTransaction, _ from: Table, to: Table) throws {
        try generation.copy(rows, from, to: to)
    }
}

extension Generation {
    /// Rows copied in one transaction.
    private static let rowsCopied = 50_000

    /// Copies the rows of a table, in key order, in place of those that are there.
    func copy(_ rows: borrowing ReadTransaction, _ from: Table, to: Table) throws {
        try environment.write { try $0.clear(to) }
        var cursor = try rows.cursor(in: from)
        var isRow = try cursor.first()
        while isRow {
            var transaction = try environment.beginWrite()
            var count = 0
            while isRow, count < Self.rowsCopied {
                try transaction.put([UInt8](copying: cursor.value), for: [UInt8](copying: cursor.key), in: to, .append)
                isRow = try cursor.next()
                count += 1
            }
            try transaction.commit()
        }
    }
}
