import Identifiers
import School
import Testing

/// Rulings 11: who is protected, and who lives where.
@Suite struct ProtectionRuleTests {
    private func row(_ entries: [FieldRow.Entry]) -> FieldRow { FieldRow(entries) }

    @Test("rulings 11: what the MIS says and what the school says add up, and neither takes the other back")
    func either() {
        let told = GroupContent(.protection, [row([.init(.restrictedAddress, "true"), .init(.adopted, "false")])])
        let own = Protection(isRestricted: false, isAdopted: true).content
        #expect(Protection(told: told, own: own) == Protection(isRestricted: true, isAdopted: true))
        #expect(Protection(told: told, own: nil) == Protection(isRestricted: true, isAdopted: false))
        #expect(Protection(told: nil, own: nil) == .none)
    }

    @Test(
        "rulings 11: a contact lives with a pupil when anything says so, and when nothing says where the contact lives"
    )
    func residence() {
        let home = GroupContent(
            .address,
            [row([.init(.paon, "79"), .init(.street, "Quarry Bank"), .init(.postcode, "ZZ2 3AA")])]
        )
        func details(_ entries: [FieldRow.Entry]) -> GroupContent { GroupContent(.contactDetails, [row(entries)]) }
        let link = row([.init(.contactKey, "K1")])
        let away = details([.init(.street, "Bramble Way"), .init(.postcode, "ZZ3 4EF")])
        #expect(!Residence.isShared(link, away, home: home))
        #expect(Residence.isShared(row([.init(.contactKey, "K1"), .init(.addressAsPupil, "true")]), away, home: home))
        #expect(Residence.isShared(link, details([.init(.street, "Other"), .init(.postcode, "zz23aa")]), home: home))
        let typed = details([.init(.street, "QUARRY BANK."), .init(.paon, "79"), .init(.postcode, "ZZ23AA")])
        #expect(Residence.isShared(link, typed, home: home))
        #expect(Residence.isShared(link, details([.init(.phone, "07700 900001")]), home: home))
        #expect(Residence.isShared(link, nil, home: home))
        let elsewhere = row([.init(.contactKey, "K1"), .init(.addressAsPupil, "false")])
        #expect(!Residence.isShared(elsewhere, details([.init(.phone, "07700 900001")]), home: home))
        // Where the pupil's home is not known, an address of the contact's own is not the pupil's.
        #expect(!Residence.isShared(link, away, home: nil))
    }

    @Test(
        "rulings 11: a report that names restricted addresses says so by a field of its own; none of the catalogue does"
    )
    func named() {
        for report in ReportCatalogue.reports { #expect(!SafeguardingTable.namesRestricted(report), "\(report.name)") }
        var naming = ReportCatalogue.pupilCore
        naming.grants.append(Report.Grant(.protection, [.restrictedAddress]))
        #expect(SafeguardingTable.namesRestricted(naming))
    }
}
