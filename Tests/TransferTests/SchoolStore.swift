import Connectors
import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import Sealing
import SwiftProtobuf
import SyncdTesting
import Synchronization
import Transfer

/// A school store on the disk with two schools, a recipient with a folder, and one task of each type.
final class SchoolStore: Sendable {
    let folder: TemporaryStore
    let log: EventLog
    let state: State
    /// One for all runs, as a night has it.
    let states: ProjectedStates
    let clock: ManualClock
    let builder = EventBuilder()
    let owner = BaseID(high: 9, low: 9)
    let actor = ActorID(high: 8, low: 8)
    let base = BaseID(high: 10, low: 1)
    let otherBase = BaseID(high: 10, low: 2)
    let recipient: School.Recipient
    let changedData = TaskID(high: 11, low: 1)
    let snapshot = TaskID(high: 11, low: 2)
    private let commands: Mutex<UInt64>

    /// Makes a store; `opening` opens one that was copied there.
    init(opening copy: TemporaryStore? = nil) throws {
        let folder = try copy ?? TemporaryStore()
        self.folder = folder
        clock = ManualClock()
        let layout = StoreLayout(root: folder.path("store"))
        let keys = try KeyFolder(path: folder.path("keys"), store: layout.root, randomness: SystemRandomness())
        if copy == nil {
            try EventLog.create(layout, log: LogID(high: 1, low: 2), owner: owner, keySource: keys)
            try FileManager.default.createDirectory(atPath: folder.path("out"), withIntermediateDirectories: false)
        }
        var settings = LogSettings()
        settings.segmentBytes = 1 << 20
        settings.mapBytes = 1 << 30
        settings.reserveBytes = 0
        log = try EventLog(opening: layout, keySource: keys, settings: settings)
        state = try State(at: folder.path("state"), of: log, mapBytes: 1 << 30)
        states = ProjectedStates(state: state, log: log, scratch: folder.path("store/tmp"))
        recipient = School.Recipient(
            id: RecipientID(high: 12, low: 1),
            name: "authority",
            folder: folder.path("out"),
            party: try TransferParty("820")
        )
        commands = Mutex(log.durableEnd.rawValue)
        if copy == nil { try found() }
    }

    /// What a kill at this moment would leave: a copy of everything, opened.
    func killed() throws -> SchoolStore {
        let copy = try TemporaryStore()
        for name in ["store", "keys", "out", "state"] {
            try FileManager.default.copyItem(atPath: folder.path(name), toPath: copy.path(name))
        }
        return try SchoolStore(opening: copy)
    }

    private func found() throws {
        for (id, key, laestab) in [(base, "001", "8201079"), (otherBase, "002", "8202001")] {
            let registered = Syncd_Events_BaseRegistered.with { $0.key = key }
            let configured = Syncd_Events_BaseConfigured.with {
                $0.laestab = laestab
                $0.name = "School \(key)"
            }
            try append([
                builder.event(.baseRegistered, id, StreamID(id), registered),
                builder.event(.baseConfigured, id, StreamID(id), configured),
            ])
        }
        try append(School.Recipient.add(recipient, to: [], owner: owner))
        for (id, type) in [(changedData, TaskDefinition.DataType.changedData), (snapshot, .snapshot)] {
            let task = TaskDefinition(
                id: id,
                name: type.rawValue,
                bases: [base, otherBase],
                recipient: recipient.id,
                type: type,
                report: "pupil-core"
            )
            try append(TaskDefinition.create(task, beside: [], owner: owner))
        }
    }

    /// Appends events as one batch.
    @discardableResult
    func append(_ events: [NewEvent], conditions: [StreamCondition] = []) throws -> Appended {
        let command = commands.withLock { commands in
            commands += 1
            return commands
        }
        return try log.append(
            Batch(
                command: CommandID(high: 0xC0, low: command),
                actor: actor,
                recordedAt: clock.now,
                events: events,
                conditions: conditions
            )
        )
    }

    /// Appends what was decided.
    func append(_ decision: Decision) throws {
        try append(decision.events, conditions: decision.conditions)
    }

    func acceptance(at base: BaseID? = nil) throws -> ReportAcceptance {
        try states.read(reaching: log.durableEnd) { try $0.acceptance(of: "pupil-core", at: base ?? self.base) }
    }

    func accept(at base: BaseID? = nil) throws {
        let head = Accepter(actor: ActorID(high: 7, low: 7), name: "Head Teacher")
        try append(AcceptanceRules.accept(ReportCatalogue.pupilCore, acceptance(at: base), by: head))
    }

    func withdraw(at base: BaseID? = nil) throws {
        let head = Accepter(actor: ActorID(high: 7, low: 7), name: "Head Teacher")
        try append(AcceptanceRules.withdraw(ReportCatalogue.pupilCore, acceptance(at: base), by: head))
    }

    /// A runner; ids come from a seed.
    func runner(
        seed: UInt64 = 1,
        delivery: (@Sendable (School.Recipient) -> any Delivery)? = nil
    ) -> TransferRunner {
        let out = folder.path("out")
        return TransferRunner(
            log: log,
            states: states,
            outbox: Outbox(folder: folder.path("store/outbox")),
            actor: actor,
            now: { [clock] in clock.now },
            randomness: SplitMix64(seed: seed &+ log.durableEnd.rawValue),
            delivery: delivery ?? { _ in FolderDelivery(folder: out) }
        )
    }

    /// The clock's day in London, yyyy-MM-dd.
    var today: String {
        let formatter = DateFormatter()
        formatter.timeZone = TimeZone(identifier: "Europe/London")
        formatter.locale = Locale(identifier: "en_GB_POSIX")
        formatter.dateFormat = "yyyy-MM-dd"
        return formatter.string(from: Date(timeIntervalSince1970: Double(clock.now.microseconds) / 1_000_000))
    }

    /// Runs the changed-data task, or another, at the first base.
    @discardableResult
    func run(_ task: TaskID? = nil, at base: BaseID? = nil, _ options: RunOptions = RunOptions()) throws -> RunOutcome {
        clock.advance(seconds: 60)
        return try runner().run(task: task ?? changedData, base: base ?? self.base, options: options)
    }

    /// Names in the recipient's folder.
    var delivered: [String] { folder.list("out") }

    /// Names of runs in the outbox.
    var waiting: [String] { folder.list("store/outbox") }

    func manifest(_ outcome: RunOutcome) throws -> CESManifest {
        try manifest(named: outcome.files.last.map { String($0.split(separator: "/").last ?? "") } ?? "")
    }

    func manifest(named name: String) throws -> CESManifest {
        try JSONDecoder().decode(CESManifest.self, from: Data(bytes(named: name)))
    }

    /// A file in the recipient's folder.
    func bytes(named name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("out") + "/" + name)))
    }

    func xml(_ outcome: RunOutcome) throws -> String {
        let name = outcome.files.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
        return try String(contentsOfFile: folder.path("out") + "/" + name, encoding: .utf8)
    }

    func lastRun(at base: BaseID? = nil) throws -> TaskRun? {
        try state.catchUp()
        var last: TaskRun?
        try state.read { snapshot in
            try snapshot.taskRuns(at: base ?? self.base) { run in
                last = run
                return true
            }
        }
        return last
    }

    func cursor(_ task: TaskID? = nil) throws -> Position {
        try states.read(reaching: log.durableEnd) { try $0.progress(of: task ?? changedData, at: base).cursor }
    }
}
