import Connectors
import Identifiers
import School

/// Draws pupils with any of the groups filled in any way that the domain allows.
struct CESRandomPupils {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    mutating func group(_ group: DataGroup) -> GroupContent {
        switch group {
        case .basicDetails:
            GroupContent(group, [identity()])
        case .registration:
            GroupContent(group, repeated(1...3) { $0.registration() })
        case .address:
            GroupContent(group, home())
        case .sen:
            GroupContent(group, [row([.senProvision: "K", .senStart: date()])] + repeated(0...2) { $0.need() })
        case .fsm:
            GroupContent(group, repeated(1...3) { $0.row([.fsmStart: $0.date(), .fsmEnd: $0.maybe($0.date())]) })
        case .lookedAfter:
            GroupContent(group, [row([.inCare: pick(["true", "false"]), .careAuthority: maybe("820")])])
        default:
            GroupContent(
                group,
                [row([.ethnicity: "BAFR", .medicalFlag: maybe("true")])]
                    + repeated(0...2) { $0.row([.language: "ENG"]) }
            )
        }
    }

    mutating func contacts() -> (links: GroupContent, details: [String: GroupContent]) {
        var details: [String: GroupContent] = [:]
        let links = (0...below(3)).map { number in
            details["K\(number)"] = GroupContent(
                .contactDetails,
                [row([.surname: text(), .forename: maybe(text()), .sex: maybe("F"), .title: maybe("Dr")])] + home()
            )
            return row([
                .contactKey: "K\(number)", .contactOrder: String(below(4) + 1), .relationship: pick(["PAM", "PAF"]),
                .addressAsPupil: maybe("true"), .parentalResponsibility: pick(["true", "false"]),
            ])
        }
        return (GroupContent(.contacts, links), details)
    }

    mutating func identity() -> FieldRow {
        row([
            .upn: maybe("L001107921412"), .surname: text(), .forename: text(), .birthDate: date(), .sex: maybe("F"),
            .middleNames: maybe(text()), .formerSurname: maybe(text()), .noUPNReason: maybe("UN2"),
            .admissionNumber: "7",
        ])
    }

    private mutating func registration() -> FieldRow {
        row([
            .enrolmentStatus: pick(["C", "M", "P"]), .yearGroup: maybe(pick(["R", "3"])), .entryDate: maybe(date()),
            .leavingDate: maybe(date()), .house: maybe(text()),
        ])
    }

    private mutating func need() -> FieldRow { row([.senType: "SLCN", .senRank: String(below(3) + 1)]) }

    private mutating func home() -> [FieldRow] {
        [
            row([
                .paon: maybe(text()), .street: maybe(text()), .town: maybe(text()), .addressLine1: maybe(text()),
                .addressLine4: maybe(text()), .postTown: maybe(text()), .county: maybe(text()), .postcode: text(),
            ])
        ] + repeated(0...2) { $0.row([.phone: "07700 900\(100 + $0.below(800))", .phoneType: $0.maybe("M")]) }
            + repeated(0...2) { $0.row([.email: "a\($0.below(99))@example.org"]) }
    }

    private mutating func repeated(_ range: ClosedRange<Int>, _ make: (inout Self) -> FieldRow) -> [FieldRow] {
        let count = range.lowerBound + below(range.count)
        return (0..<count).map { _ in make(&self) }
    }

    private func row(_ values: [Field: String]) -> FieldRow {
        FieldRow(values.sorted { $0.key.rawValue < $1.key.rawValue }.map { FieldRow.Entry($0.key, $0.value) })
    }

    private mutating func maybe(_ value: String) -> String { below(2) == 0 ? value : "" }

    private mutating func pick(_ list: [String]) -> String { list[below(list.count)] }

    private mutating func date() -> String { "20\(10 + below(15))-0\(1 + below(9))-1\(below(10))" }

    private mutating func text() -> String {
        let parts = [
            "Abara", "O'Malley", "Łukasz", "a<b>", "&amp;", "]]>", "\"x\"", "Zoë", "tab\there", "line\r\nbreak", "学",
        ]
        return pick(parts) + pick(parts)
    }
}
