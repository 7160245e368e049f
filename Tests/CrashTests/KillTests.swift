import Testing

/// Crash tests take both cores and much time: one after the other.
@Suite(.serialized)
enum CrashTests {}

extension CrashTests {
    @Suite("SIGKILL")
    struct Kills {
        @Test(
            "Invariant 2: killed at a random instant, nothing acknowledged is lost and the same command finishes it",
            arguments: Scenario.work
        )
        func atRandom(_ scenario: Scenario) async throws {
            let rounds = CrashSet.current.randomKills
            let findings = try await Sweep(scenario: scenario).run { Fault.randomKills(rounds, of: $1) }
            #expect(findings.faults.isEmpty, "\(findings.report)")
            #expect(findings.tried == rounds)
            #expect(findings.notReached < rounds, "\(findings.report)")
        }

        // It may take hundreds of kills to strike between the two.
        @Test(
            "Twin: with the cursor moved before the delivery, a random kill shows it",
            .enabled(if: CrashSet.current.isFull)
        )
        func atRandomTwin() async throws {
            let findings = try await Sweep(scenario: .nextRun, unprotected: .deliveryBeforeCursor)
                .run { Fault.randomKills(CrashSet.twinKills, of: $1) }
            #expect(!findings.faults.isEmpty, "\(findings.report)")
        }

        @Test(
            "Invariants 2 and 3: killed before or after any file operation, it is finished by the same command",
            arguments: Scenario.all
        )
        func atEveryOperation(_ scenario: Scenario) async throws {
            let findings = try await Sweep(scenario: scenario).run { counts, _ in
                Fault.kills(counts).spread(atMost: CrashSet.current.points)
            }
            #expect(findings.faults.isEmpty, "\(findings.report)")
            #expect(findings.reachedNearlyAll, "\(findings.report)")
        }

        @Test("Twin: with a projection's checkpoint committed apart from its rows, a kill between them shows it")
        func checkpointTwin() async throws {
            let findings = try await Sweep(scenario: .nextImport, unprotected: .checkpointWithRows)
                .run { counts, _ in Fault.kills(counts).spread(atMost: nil) }
            #expect(!findings.faults.isEmpty, "\(findings.report)")
        }

        @Test("Twin: with the cursor moved before the delivery, a kill between them shows it")
        func cursorTwin() async throws {
            let findings = try await Sweep(scenario: .nextRun, unprotected: .deliveryBeforeCursor)
                .run { counts, _ in Fault.kills(counts).spread(atMost: nil) }
            #expect(!findings.faults.isEmpty, "\(findings.report)")
        }
    }
}
