import EventLog
import Foundation
import Identifiers
import School
import Sealing
import Testing

/// Stores that were written once and are kept for ever: every later program must read them, and go on with them.
///
/// `make-stores` made them. With SYNCD_STORED=write the golden files are written instead of compared with.
@Suite struct StoredStoreTests {
    static let names = ["closed", "killed", "later", "people"]

    /// A copy of a stored store to work with: version control keeps no modes, and keys must be their owner's alone.
    private func copy(_ name: String) throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        let stored = Stored.formatOne.appending(path: name)
        for part in ["store", "store.keys"] {
            try FileManager.default.copyItem(at: stored.appending(path: part), to: copy.path(part))
        }
        for key in try FileManager.default.contentsOfDirectory(atPath: copy.path("store.keys").path) {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: copy.path("store.keys").path + "/" + key
            )
        }
        return copy
    }

    private func open(_ copy: TemporaryFolder) throws -> EventLog {
        let layout = StoreLayout(root: copy.path("store").path)
        let source = try KeyFolder(
            path: copy.path("store.keys").path,
            store: layout.root,
            randomness: SystemRandomness()
        )
        return try EventLog(opening: layout, keySource: source)
    }

    private func lines(_ log: EventLog) throws -> [String] {
        var lines: [String] = []
        try log.read(LogQuery(opensParts: true)) { event in
            lines.append(event.line)
            return true
        }
        return lines
    }

    private func golden(_ name: String) throws -> [String] {
        let text = try String(contentsOf: Stored.formatOne.appending(path: name + "/golden.txt"), encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }

    @Test("The present program reads a stored store to the very events", arguments: names)
    func events(name: String) throws {
        let log = try open(try copy(name))
        #expect(log.recovery.wasClean == (name != "killed"))
        let lines = try lines(log)
        if ProcessInfo.processInfo.environment["SYNCD_STORED"] == "write" {
            let text = lines.joined(separator: "\n") + "\n"
            try Data(text.utf8).write(to: Stored.formatOne.appending(path: name + "/golden.txt"))
        }
        #expect(lines.count > 50)
        #expect(try lines == golden(name))
    }

    @Test("The document alone reads a stored store to the very events", arguments: names)
    func eventsByDocument(name: String) throws {
        let copy = try copy(name)
        let read = try DocumentedStore(store: copy.path("store"), keys: copy.path("store.keys"))
        #expect(try read.records.map { try $0.line } == golden(name))
        #expect((read.applied == read.records.count) == (name != "killed"))
    }

    /// Versions of types that are in no stored store, each with the reason.
    private static let leftOut: [String: String] = [
        "EventParked 1": "only a fault of the program leads to it",
        "EventRetried 1": "only a fault of the program leads to it",
        "ImportUndoStarted 1": "an undo of one batch, as the store has, is told by ImportUndone alone",
        "ImportDeletesIgnored 1": "a delta that deletes what nobody has told of; its message is read in OneRosterTests",
        "CheckpointWitnessed 1":
            "the stores are older than witnesses; appended and read in tools/audit-verify/test_witness.py",
        "WitnessRefused 1":
            "the stores are older than witnesses; appended and read in tools/audit-verify/test_witness.py",
        "PublicationResumed 1":
            "the stores are older than witnesses; appended and read in tools/audit-verify/test_witness.py",
        "SessionContinued 1": "told after five minutes of use; appended and read in SessionTests",
        "EstablishmentsChanged 1": "of the shape of EstablishmentLinksChanged",
        "FiguresKept 1": "the stores are older; appended and read in KeptFiguresTests",
        "ErasureAnswered 1": "the stores are older; appended and read in SourceDeletionTests",
        "PupilsMatched 1": matching, "PupilsUnmatched 1": matching, "InboundRuleSet 1": matching,
        "ConflictResolved 1": matching,
    ].merging(backups.map { ("\($0) 1", "the stores are older than backups; appended and read in BackupTests") }) {
        $1
    }

    private static let matching = "the stores are older than matching; appended and read in MatchingTests"

    private static let backups = ["EpochBegan", "BackupVerified", "BackupForgotten", "RestoreConfirmed"]

    @Test("Every version of every type of event stands in a stored store, or it is said why not")
    func versions() throws {
        let stored = try Set(
            Self.names.flatMap { try golden($0) }.compactMap { line in
                line.firstMatch(of: /type (\d+), schema (\d+)/).map { "\($0.1) \($0.2)" }
            }
        )
        for type in EventType.allCases {
            for version in 1...type.schemaVersion {
                let isStored = stored.contains("\(type.rawValue) \(version)")
                let isLeftOut = Self.leftOut["\(type.name) \(version)"] != nil
                #expect(isStored != isLeftOut, "\(type.name), schema version \(version)")
            }
        }
    }

    @Test("Appending goes on behind what is stored, and packing anew changes no record", arguments: names)
    func goesOn(name: String) throws {
        let copy = try copy(name)
        let before = try DocumentedStore(store: copy.path("store"), keys: copy.path("store.keys"))
        let last = try #require(before.records.last)
        do {
            let log = try open(copy)
            let batch = Batch(
                command: CommandID(high: 1, low: 1),
                actor: ActorID(high: 1, low: 2),
                recordedAt: Timestamp(microseconds: Int64(bitPattern: try last.leaf.number("recorded at")) + 1),
                events: [
                    NewEvent(
                        type: EventTypeNumber(rawValue: 20),
                        base: BaseID(high: 1, low: 3),
                        stream: StreamID(high: 1, low: 4),
                        parts: [
                            NewPart(
                                subject: SubjectID(high: 1, low: 5),
                                dataClass: DataClass(rawValue: 1),
                                plaintext: [1, 2, 3]
                            )
                        ]
                    )
                ]
            )
            #expect(try log.append(batch).first == Position(UInt64(before.records.count) + 1))
            try log.close()
        }
        let after = try DocumentedStore(store: copy.path("store"), keys: copy.path("store.keys"))
        #expect(after.records.count == before.records.count + 1)
        #expect(zip(before.records, after.records).allSatisfy { $0.bytes == $1.bytes })
        #expect(after.applied == after.records.count && after.continuation == 1)
    }

    @Test("State is made from a stored log, and is what the log makes it", arguments: names)
    func state(name: String) throws {
        let copy = try copy(name)
        let login = Stored.formatOne.appending(path: name + "/login.txt")
        if FileManager.default.fileExists(atPath: login.path) {
            // Its accounts still let in who has password and one-time code, and nobody else.
            let words = try String(contentsOf: login, encoding: .utf8).split(separator: "\n").map(String.init)
            let strange = try syncd(["projections", "verify"], copy)
            #expect(strange.code == 1 && strange.said.contains("You are not logged in"), "\(strange.said)")
            let step = OneTimeCode.step(atSeconds: Int64(Date().timeIntervalSince1970))
            let code = OneTimeCode.code(Stored.base32(words[2]), step: step)
            let told = try syncd(["login", words[0]], copy, input: "\(words[1])\n\(code)\n")
            #expect(told.code == 0, "\(told.said)")
        }
        let verified = try syncd(["projections", "verify"], copy)
        #expect(verified.code == 0, "\(verified.said)")
        #expect(verified.said.contains("Equal: "))
    }

    /// Runs a command of the present program on a copy.
    private func syncd(_ words: [String], _ copy: TemporaryFolder, input: String = "") throws -> (
        code: Int32, said: String
    ) {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "syncd")
        process.arguments =
            words + ["--clock-ok", "--store", copy.path("store").path, "--session", copy.path("session").path]
        let (output, typed) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError, process.standardInput) = (output, output, typed)
        try process.run()
        try typed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try typed.fileHandleForWriting.close()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }
}
