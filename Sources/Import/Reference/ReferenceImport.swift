import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import Sealing
import SwiftProtobuf

/// Imports a public list of schools: compares it with what is known of it and appends what differs, in one batch.
///
/// So a run is in the log whole or not at all, and the same file again appends nothing.
public struct ReferenceImport {
    /// What a person asks.
    public struct Request: Sendable {
        /// Whether what is not in the file is gone.
        public var mode: ImportRequest.Mode
        /// The most removals that a person has allowed.
        public var allowedRemovals: Int?
        /// Shows what would happen and appends nothing.
        public var isDryRun: Bool

        /// Makes a request.
        public init(mode: ImportRequest.Mode, allowedRemovals: Int? = nil, isDryRun: Bool = false) {
            self.mode = mode
            self.allowedRemovals = allowedRemovals
            self.isDryRun = isDryRun
        }

        var canonicalSettings: String {
            "mode=\(mode.rawValue)\nremovals=\(allowedRemovals.map(String.init) ?? "")"
        }
    }

    private let log: EventLog
    private let state: State
    private let actor: ActorID
    private let now: @Sendable () -> Timestamp
    private let randomness: any RandomBytes

    /// Makes the import of a store.
    ///
    /// - Parameters:
    ///   - state: up to date with the log.
    ///   - actor: who imports.
    ///   - now: the clock.
    ///   - randomness: where ids come from.
    public init(
        log: EventLog,
        state: State,
        actor: ActorID,
        now: @escaping @Sendable () -> Timestamp,
        randomness: any RandomBytes = SystemRandomness()
    ) {
        self.log = log
        self.state = state
        self.actor = actor
        self.now = now
        self.randomness = randomness
    }

    /// Imports the list of links, or shows what an import would do.
    ///
    /// Durable on return; state is not brought up to date.
    ///
    /// - Returns: what was done, and the list as it is afterwards.
    /// - Throws: `ImportError`, and what the log throws: nothing was appended then.
    public func run(
        _ extract: ReferenceExtract<EstablishmentLink>,
        _ request: Request
    ) throws -> (report: ReferenceReport, list: [EstablishmentLink]) {
        let known = try state.read { try $0.establishmentLinks() }
        return try run(extract, .links, known: known, request) { $0.links($1) }
    }

    /// Imports the list of schools, or shows what an import would do.
    ///
    /// Durable on return; state is not brought up to date.
    ///
    /// - Returns: what was done, and the list as it is afterwards.
    /// - Throws: `ImportError`, and what the log throws: nothing was appended then.
    public func run(
        _ extract: ReferenceExtract<Establishment>,
        _ request: Request
    ) throws -> (report: ReferenceReport, list: [Establishment]) {
        let known = try state.read { try $0.establishments() }
        return try run(extract, .establishments, known: known, request) { $0.establishments($1) }
    }

    private func run<Row: ReferenceRow>(
        _ extract: ReferenceExtract<Row>,
        _ list: ReferenceList,
        known: [Row],
        _ request: Request,
        _ events: (ReferenceEvents, ReferenceDifference<Row>) -> [NewEvent]
    ) throws -> (ReferenceReport, [Row]) {
        var random = RandomNumbers(randomness)
        let source = try state.read { try $0.source(named: list.rawValue) }
        if let source, source.format != list.rawValue {
            throw ImportError(
                .sourceFormat,
                "source \(source.name) has been imported as \(source.format): a public list needs the name for itself"
            )
        }
        let sourceID = source?.id ?? SourceID.random(using: &random)
        let run = RunID.random(using: &random)
        let known = Dictionary(known.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let difference = ReferenceDifference(
            known: known,
            extract: extract,
            isFull: request.mode == .full,
            removals: RemovalGuard(allowedPerKind: request.allowedRemovals)
        )
        var report = ReferenceReport(run: run, list: list, request, extract, difference)
        let after = Array(difference.applied(to: known).values)
        guard !request.isDryRun else { return (report, after) }
        let data = events(ReferenceEvents(source: sourceID, run: run, owner: log.owner), difference)
        report.appended = data.count
        let versions = (source: try log.version(of: StreamID(sourceID)), list: try log.version(of: list.stream))
        var events = data
        if source == nil { events.insert(try registered(sourceID, list), at: 0) }
        events.append(try completed(report, sourceID, extract, request))
        let batch = Batch(
            command: RunCommand.id(run: run, step: "complete"),
            actor: actor,
            recordedAt: now(),
            events: events,
            conditions: [
                StreamCondition(stream: StreamID(sourceID), version: versions.source),
                StreamCondition(stream: list.stream, version: versions.list),
            ]
        )
        report.position = try batch.surely(LiveImportStore(log: log, state: state).append).last
        return (report, after)
    }

    private func registered(_ source: SourceID, _ list: ReferenceList) throws -> NewEvent {
        var open = Syncd_Events_SourceRegistered()
        open.name = list.rawValue
        open.format = list.rawValue
        return NewEvent(
            type: EventType.sourceRegistered.number,
            base: log.owner,
            stream: StreamID(source),
            open: try open.bytes()
        )
    }

    private func completed<Row>(
        _ report: ReferenceReport,
        _ source: SourceID,
        _ extract: ReferenceExtract<Row>,
        _ request: Request
    ) throws -> NewEvent {
        var open = Syncd_Events_ImportCompleted()
        open.source = source.data
        open.format = report.list.rawValue
        open.full = request.mode == .full
        open.settings = Data(Self.digest(request.canonicalSettings))
        // The list is public: its plain digest tells nothing of anybody.
        let rows = extract.rows.sorted { $0.key < $1.key }.map { $0.value.texts.joined(separator: "\u{1F}") }
        open.digest = Data(Self.digest(rows.joined(separator: "\n")))
        open.files = [extract.file]
        open.counts = [
            .with {
                $0.kind = UInt32(report.list.kindNumber)
                $0.added = UInt64(report.new)
                $0.changed = UInt64(report.changed)
                $0.unchanged = UInt64(report.unchanged)
                $0.gone = UInt64(report.gone)
                $0.held = UInt64(report.held)
            }
        ]
        open.appended = UInt64(report.appended)
        open.issues = UInt64(report.issues.count)
        open.parked = UInt64(report.parked)
        open.run = report.run.data
        return NewEvent(
            type: EventType.importCompleted.number,
            base: log.owner,
            stream: StreamID(source),
            open: try open.bytes()
        )
    }

    private static func digest(_ text: String) -> [UInt8] {
        var hash = SHA256()
        return hash.digest(of: Array(text.utf8)).bytes
    }
}
