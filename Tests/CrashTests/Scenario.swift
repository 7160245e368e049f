import Foundation
import Testing

/// Something a school does that is disturbed: what comes before, the command, and how its effects are compared.
///
/// The finishing command is the disturbed one once more: a person who saw it die types it again.
struct Scenario: Sendable, CustomTestStringConvertible {
    /// For test output.
    var name: String
    /// The commands before it.
    var setup: @Sendable (Places) -> [[String]]
    /// The disturbed command.
    var command: @Sendable (Places) -> [String]
    /// A reader, a subscriber and a rebuild at work in the same process.
    var hasCompany = false
    /// The command has been killed once already: what is disturbed is recovery, and the finishing of the work.
    var isCutShort = false
    /// Data events of one batch of an import; nil for what the program takes.
    var batchEvents: Int?
    /// Events of one transaction of state; nil for what the program takes.
    var stateEvents: Int?
    /// It makes the store: there is none before, and a repeat is refused.
    var makesStore = false

    /// The setup's store is gone when the command begins: it makes it again.
    var losesStore = false
    /// It appends more than an import or a run: before it is done the log may have less than afterwards.
    var appendsMore = false
    /// There is a backup, and one that was finished must be sound whatever happens.
    var hasBackup = false

    var testDescription: String { name }

    /// The making of a store.
    static let making = Scenario(name: "init", setup: { _ in [] }, command: { _ in initialise }, makesStore: true)

    /// The first import of a school.
    static let firstImport = Scenario(
        name: "first import",
        setup: { _ in [initialise] },
        command: { importDay(1, $0) }
    )

    /// A day's changes, imported while the log is read, followed and rebuilt from.
    static let nextImport = Scenario(
        name: "import of a day's changes, in company",
        setup: { [initialise, importDay(1, $0)] },
        command: { importDay(2, $0) },
        hasCompany: true
    )

    /// The same import after it was killed: the store is recovered first.
    static let recovery = Scenario(
        name: "import after a kill",
        setup: { _ in [initialise] },
        command: { importDay(1, $0) },
        isCutShort: true
    )

    /// A first import in several batches: none of them may be seen as the whole.
    static let batchedImport = Scenario(
        name: "first import in several batches",
        setup: { _ in [initialise] },
        command: { importDay(1, $0) },
        batchEvents: 40
    )

    /// The first run of a task: everything goes.
    static let firstRun = Scenario(
        name: "first task run",
        setup: { [initialise, importDay(1, $0)] + agreement($0) },
        command: { _ in taskRun }
    )

    /// A run after a day's changes, while the log is read, followed and rebuilt from.
    static let nextRun = Scenario(
        name: "task run after a day's changes, in company",
        setup: { [initialise, importDay(1, $0)] + agreement($0) + [taskRun, importDay(2, $0)] },
        command: { _ in taskRun },
        hasCompany: true
    )

    /// The first run of a task that makes OneRoster packages.
    static let rosterRun = Scenario(
        name: "first run of a OneRoster task",
        setup: { [initialise, importDay(1, $0)] + agreement($0, format: "oneroster") },
        command: { _ in taskRun }
    )

    /// A rebuild of all state in many transactions: cut off, the same command goes on where it was.
    static let rebuild = Scenario(
        name: "rebuild of state",
        setup: { [initialise, importDay(1, $0), importDay(2, $0)] },
        command: { _ in ["projections", "rebuild", "--all", "--json"] },
        stateEvents: 20
    )

    /// A pupil's erasure, after the pupil went into a file that still lies at the recipient's.
    static let erasure = Scenario(
        name: "erasure",
        setup: {
            [initialise, importDay(1, $0)] + agreement($0) + [
                taskRun, ["base", "config", $0.exports.base, "--register", "external"],
                [
                    "subject", "erase", $0.exports.pupil, "--base", $0.exports.base, "--reason", "test", "--confirm",
                    "1",
                ],
            ]
        },
        command: { _ in ["leavers", "run", "--all", "--json"] },
        appendsMore: true
    )

    /// A backup of what has come since the last one.
    static let backup = Scenario(
        name: "backup",
        setup: { [initialise, importDay(1, $0), takeBackup($0), importDay(2, $0)] },
        command: takeBackup,
        hasBackup: true
    )

    /// The disk is lost, the store restored from a backup.
    static let restore = Scenario(
        name: "restore",
        setup: { [initialise, importDay(1, $0), takeBackup($0)] },
        command: { ["restore", $0.backup.path, $0.store.path] },
        makesStore: true,
        losesStore: true,
        hasBackup: true
    )

    /// A pupil's erasure, which leaves figures without a name, and brings the new keys to a backup before the old one goes.
    static let erasureWithBackup = Scenario(
        name: "erasure with a backup",
        setup: {
            [
                initialise, importDay(1, $0), takeBackup($0),
                ["base", "config", $0.exports.base, "--register", "external"],
                [
                    "retention", "rule", "attendance", "--years", "1", "--action", "anonymise", "--base",
                    $0.exports.base, "--reason", "test",
                ],
                [
                    "subject", "erase", $0.exports.pupil, "--base", $0.exports.base, "--reason", "test", "--confirm",
                    "1",
                ],
            ]
        },
        command: { _ in ["leavers", "run", "--all", "--json"] },
        appendsMore: true,
        hasBackup: true
    )

    /// All of them.
    static let all = [
        making, firstImport, batchedImport, nextImport, recovery, firstRun, nextRun, rosterRun, rebuild, erasure,
        backup, restore, erasureWithBackup,
    ]
    /// Those that are killed at random instants.
    static let work = [firstImport, batchedImport, nextImport, firstRun, nextRun, rebuild]

    private static func takeBackup(_ places: Places) -> [String] { ["backup", places.backup.path] }

    private static let initialise = ["init"]
    private static let taskRun = ["task", "run", "to-authority"]

    private static func importDay(_ day: Int, _ places: Places) -> [String] {
        ["import", "--format", "syncd-csv", "--full", "--register", "--json", places.exports.day(day)]
    }

    /// What must be agreed before anything leaves.
    private static func agreement(_ places: Places, format: String = "ces") -> [[String]] {
        [
            ["recipient", "add", "authority", "--folder", places.recipient.path, "--party", "820"],
            ["base", "config", places.exports.base, "--laestab", places.exports.base],
            [
                "task", "create", "to-authority", "--base", places.exports.base, "--to", "authority",
                "--type", "changed_data", "--format", format,
            ],
            ["consent", "accept", "pupil-core", "--base", places.exports.base],
        ]
    }
}

/// A protection that the program gives up when asked by `SYNCD_TEST_UNSAFE`, so that a test can show that it would
/// notice.
enum Protection: String, Sendable {
    /// An append is answered only after its sync.
    case syncBeforeAcknowledgement = "ack-before-sync"
    /// A frame is believed only with its checksum.
    case frameChecksum = "no-frame-checksum"
    /// A file whose sync failed is never synced again.
    case freshSegment = "sync-again"
    /// The name of a new segment of the write-ahead log is synced with its folder.
    case folderSync = "no-dir-sync"
    /// The cursor moves after the delivery.
    case deliveryBeforeCursor = "cursor-before-delivery"
    /// A projection's checkpoint is committed with its rows.
    case checkpointWithRows = "checkpoint-apart"
}
