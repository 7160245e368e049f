import Connectors
import EventLog
import Glibc
import Projections
import Synchronization
import Transfer

/// What tests change by environment; a release build knows none of it.
///
/// | variable | what it does |
/// |---|---|
/// | `SYNCD_TEST_ACKS` | a file that gets a line with each new last position that anybody has been told |
/// | `SYNCD_TEST_BATCH_EVENTS` | events of one batch of an import |
/// | `SYNCD_TEST_BOOT` | what stands for the kernel's life, by which a killed rebuild knows that its files are whole |
/// | `SYNCD_TEST_CHORES` | `none`: a server does nothing by itself |
/// | `SYNCD_TEST_COMPANY` | who else is at work in the process: `reader`, `subscriber`, `rebuild` |
/// | `SYNCD_TEST_CTF_READER` | how the process that parses CTF files misbehaves |
/// | `SYNCD_TEST_INAPPLICABLE` | an event that state takes for one that it cannot apply |
/// | `SYNCD_TEST_SEGMENT_BYTES` | bytes of a WAL segment |
/// | `SYNCD_TEST_STATE_EVENTS` | events of one transaction of state |
/// | `SYNCD_TEST_UNSAFE` | protections that are given up |
struct TestSettings: Sendable {
    /// Settings of the log.
    var log = LogSettings()
    /// Settings of state.
    var state = GenerationWriter.Limits()
    /// Data events of one batch of an import.
    var batchEvents = 5_000
    /// What an erasure deletes from state stays on the pages of its file.
    var keepsStatePages = false
    /// Protections that task runs give up.
    var transfers: Set<TransferRunner.Unsafe> = []
    /// Whether a server does its chores.
    var hasChores = true

    #if DEBUG
        /// Who else is to be at work.
        var company: Set<TestCompany.Member> = []

        /// How the process that parses CTF files misbehaves.
        var reader: CTFMisbehaviour?

        private static let checkpointApart = "checkpoint-apart"
        private static let noCompaction = "no-compaction"

        /// Reads the variables.
        ///
        /// - Throws: `settingUnknown`, so that a misspelt twin test cannot pass by testing nothing.
        init(_ environment: [String: String]) throws {
            if let bytes = try Self.number("SYNCD_TEST_SEGMENT_BYTES", environment) { log.segmentBytes = bytes }
            if let events = try Self.number("SYNCD_TEST_BATCH_EVENTS", environment) { batchEvents = events }
            if let events = try Self.number("SYNCD_TEST_STATE_EVENTS", environment) {
                state = GenerationWriter.Limits(events: events, reading: events)
            }
            state.inapplicable = try Self.number("SYNCD_TEST_INAPPLICABLE", environment).map { Position(UInt64($0)) }
            state.boot = environment["SYNCD_TEST_BOOT"]
            hasChores = environment["SYNCD_TEST_CHORES"] != "none"
            for name in (environment["SYNCD_TEST_UNSAFE"] ?? "").split(separator: ",").map(String.init) {
                try giveUp(name)
            }
            for name in (environment["SYNCD_TEST_COMPANY"] ?? "").split(separator: ",").map(String.init) {
                guard let member = TestCompany.Member(rawValue: name) else {
                    throw CommandError(.settingUnknown, "SYNCD_TEST_COMPANY names nobody who is known.")
                }
                company.insert(member)
            }
            if let name = environment[CTFMisbehaviour.variable] {
                reader = CTFMisbehaviour(rawValue: name)
                guard reader != nil else {
                    throw CommandError(.settingUnknown, "\(CTFMisbehaviour.variable) names nothing that is known.")
                }
            }
            if let file = environment["SYNCD_TEST_ACKS"] {
                let list = try AcknowledgementList(file)
                log.acknowledged = { list.add($0) }
            }
        }

        private static func number(_ name: String, _ environment: [String: String]) throws -> Int? {
            guard let text = environment[name] else { return nil }
            guard let number = Int(text), number > 0 else {
                throw CommandError(.settingUnknown, "\(name) is not a number above 0.")
            }
            return number
        }

        private mutating func giveUp(_ name: String) throws {
            if let unsafe = LogSettings.Unsafe(rawValue: name) {
                log.unsafe.insert(unsafe)
            } else if let unsafe = TransferRunner.Unsafe(rawValue: name) {
                transfers.insert(unsafe)
            } else if name == Self.checkpointApart {
                state.commitsCheckpointFirst = true
            } else if name == Self.noCompaction {
                keepsStatePages = true
            } else {
                let known =
                    LogSettings.Unsafe.allCases.map(\.rawValue) + TransferRunner.Unsafe.allCases.map(\.rawValue)
                    + [Self.checkpointApart, Self.noCompaction]
                throw CommandError(
                    .settingUnknown,
                    "SYNCD_TEST_UNSAFE names no protection; there are \(known.joined(separator: ", "))."
                )
            }
        }
    #else
        /// Reads nothing.
        init(_ environment: [String: String]) throws {}
    #endif
}

#if DEBUG
    /// The file in which a test finds what has been told: a line a position, the greatest last, one write each.
    private final class AcknowledgementList: Sendable {
        private let descriptor: Int32
        private let last = Mutex(Position.origin)

        init(_ file: String) throws {
            descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw CommandError(.settingUnknown, "SYNCD_TEST_ACKS names a file that cannot be written.")
            }
        }

        deinit { close(descriptor) }

        /// Adds a position, unless one at or behind it stands there already.
        func add(_ position: Position) {
            last.withLock { last in
                guard position > last else { return }
                last = position
                var line = "\(position)\n"
                _ = line.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
            }
        }
    }
#endif
