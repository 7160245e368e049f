import Foundation
import Testing

extension CrashTests {
    @Suite("A full disk")
    struct FullDisks {
        /// Bytes that are left when the command begins.
        private static let room = [0, 4_096, 16_384, 40_000, 100_000, 200_000, 400_000, 800_000, 1_600_000]

        @Test(
            "Invariant 2: on a disk that is full, or becomes so, nothing acknowledged is lost, and with room it is done",
            arguments: [Scenario.firstImport, .nextImport, .firstRun, .erasure, .erasureWithBackup]
        )
        func filled(_ scenario: Scenario) async throws {
            guard let disk = try FullDisk(bytes: 48 << 20) else {
                print("Skipped: a disk of its own may not be mounted here.")
                return
            }
            let sandbox = try await Sandbox(
                scenario,
                without: nil,
                disturbing: disk.folder.appending(path: "disturbed")
            )
            defer { sandbox.remove() }
            let (judge, _, _) = try await Sweep.undisturbed(sandbox)
            var failures = 0
            for room in Self.room {
                try await sandbox.restore()
                try disk.fill(leaving: room)
                let outcome = try await sandbox.runCommand()
                if outcome.end != .exited(0) { failures += 1 }
                #expect(
                    outcome.succeeded
                        || outcome.end == .exited(1) && !outcome.errors.isEmpty
                            && !outcome.errors.contains("unforeseen"),
                    "\(room) bytes left: \(outcome.summary)"
                )
                try disk.empty()
                let faults = try await judge.faults(
                    in: sandbox,
                    acknowledged: try sandbox.acknowledged(),
                    claimedDone: outcome.succeeded,
                    repeating: false
                )
                #expect(faults.isEmpty, "\(room) bytes left: \(faults)")
            }
            #expect(failures > 0, "the disk was never full")
        }
    }
}
