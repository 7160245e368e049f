import Testing

extension CrashTests {
    @Suite("Power cuts")
    struct Cuts {
        @Test(
            "Invariant 2: in any state that a power cut allows, all that was acknowledged is there",
            arguments: Scenario.all
        )
        func inEveryState(_ scenario: Scenario) async throws {
            let states = CrashSet.current.powerStates
            let findings = try await PowerCuts(scenario: scenario).run(states: states)
            #expect(findings.faults.isEmpty, "\(findings.report)")
            #expect(findings.tried >= states, "\(findings.report)")
        }

        @Test(
            "Invariant 2: after a failed sync, too, whatever became of the pages that it should have written",
            arguments: [Scenario.firstImport, .recovery, .nextRun, .erasureWithBackup]
        )
        func afterFailedSync(_ scenario: Scenario) async throws {
            let set = CrashSet.current
            let cuts = PowerCuts(scenario: scenario, failedSyncs: set.failedSyncs)
            let findings = try await cuts.run(states: set.powerStates)
            #expect(findings.faults.isEmpty, "\(findings.report)")
            #expect(findings.tried >= set.powerStates, "\(findings.report)")
        }

        @Test("Twin: with a failed sync tried again on the same file, a power cut shows it")
        func failedSyncTwin() async throws {
            let cuts = PowerCuts(scenario: .firstImport, unprotected: .freshSegment, failedSyncs: CrashSet.twinSyncs)
            let findings = try await cuts.run(states: CrashSet.twinStatesAfterFailures)
            #expect(!findings.faults.isEmpty, "\(findings.report)")
        }

        @Test(
            "Twin: without one of its protections, a power cut shows it",
            arguments: [
                (Scenario.firstImport, Protection.syncBeforeAcknowledgement),
                (Scenario.firstImport, Protection.folderSync),
                (Scenario.nextRun, Protection.deliveryBeforeCursor),
            ]
        )
        func twin(_ scenario: Scenario, _ unprotected: Protection) async throws {
            let findings = try await PowerCuts(scenario: scenario, unprotected: unprotected).run(
                states: CrashSet.twinStates
            )
            #expect(!findings.faults.isEmpty, "\(findings.report)")
        }
    }
}
