import Testing

extension CrashTests {
    @Suite("Errors of the file system")
    struct Errors {
        @Test(
            "Invariant 2: EIO, ENOSPC, short and torn at any write or sync, once or for good: no false acknowledgement",
            arguments: Scenario.all
        )
        func atEveryWriteAndSync(_ scenario: Scenario) async throws {
            let findings = try await Sweep(scenario: scenario).run { counts, _ in
                Fault.errors(counts).spread(atMost: CrashSet.current.points)
            }
            #expect(findings.faults.isEmpty, "\(findings.report)")
            #expect(findings.reachedNearlyAll, "\(findings.report)")
        }

        @Test("Twin: with frames believed without their checksums, a torn write shows it")
        func checksumTwin() async throws {
            let findings = try await Sweep(scenario: .firstImport, unprotected: .frameChecksum)
                .run { counts, _ in
                    // Threads write in another order each time: one round may miss the frame.
                    (0..<3).flatMap { _ in Fault.tornWrites(counts).spread(atMost: nil) }
                }
            #expect(!findings.faults.isEmpty, "\(findings.report)")
        }
    }
}
