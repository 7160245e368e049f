import School
import Testing

/// Rulings 11, as rules.
@Suite struct SafeguardingTableTests {
    @Test("looked-after data is in the one report that is named after it, what bars a contact in none")
    func reports() {
        for report in ReportCatalogue.reports {
            #expect(SafeguardingTable.tellsLookedAfter(report) == (report.name == "looked-after"), "\(report.name)")
            #expect(!SafeguardingTable.tellsBars(report), "\(report.name)")
        }
    }

    @Test("what leaves the building withholds by every rule; what stays closed tells nothing of people")
    func leaving() {
        for rule in SafeguardingTable.Rule.allCases {
            for path in [OutputPath.ces, .oneRoster, .rerun, .expectedCopy] {
                let isOfRecord = [.barredAccount, .otherParent, .careCohort].contains(rule)
                let isRecord = isOfRecord && path != .oneRoster
                #expect(SafeguardingTable.kept(rule, on: path) == (isRecord ? .record : .withheld))
            }
            for path in [OutputPath.preview, .changes, .replay, .disclosures, .rebuildReview] {
                #expect(SafeguardingTable.kept(rule, on: path) == .closed)
            }
            for path in OutputPath.allCases {
                let isOpened = SafeguardingTable.kept(rule, on: path) == .tracedReader
                let leaves = [OutputPath.ces, .oneRoster, .rerun, .expectedCopy].contains(path)
                #expect(!(isOpened && leaves))
            }
        }
    }

    @Test("every way out belongs to a command, and no command is both silent and a way out")
    func commands() {
        let used = SafeguardingTable.paths.values.reduce(into: Set<OutputPath>()) { $0.formUnion($1) }
        #expect(used == Set(OutputPath.allCases))
        #expect(SafeguardingTable.silent.isDisjoint(with: SafeguardingTable.paths.keys))
    }
}
