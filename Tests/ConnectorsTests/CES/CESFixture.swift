import Connectors
import Foundation
import Identifiers
import School
import Testing

/// Made-up pupils and files for the tests of the transfer file.
enum CESFixture {
    static func header(_ qualifier: CESHeader.Qualifier = .partial, source: String = "8201079") throws -> CESHeader {
        try CESHeader(
            source: #require(CESParty(source)),
            sourceName: "Larkfield Primary School",
            destination: #require(CESParty("820")),
            qualifier: qualifier,
            dateTime: "2025-09-02T19:30:00",
            supplier: "syncd"
        )
    }

    static let names = FieldRow([
        .init(.upn, "L001107921412"), .init(.surname, "Abara"), .init(.forename, "Ikenna"),
        .init(.middleNames, "Chidi"),
        .init(.preferredForename, "Iké"), .init(.birthDate, "2017-03-14"), .init(.sex, "M"),
        .init(.birthPlace, "Luton"),
    ])

    static let mother = GroupContent(
        .contactDetails,
        [
            FieldRow([
                .init(.title, "Mrs"), .init(.surname, "Abara"), .init(.forename, "Temperance"), .init(.sex, "F"),
            ]),
            FieldRow([.init(.paon, "14"), .init(.street, "Fennel Row"), .init(.town, "Ampthill")]),
            FieldRow([.init(.phoneType, "M"), .init(.phone, "07700 900311")]),
            FieldRow([.init(.phoneType, "W"), .init(.phone, "07700 900312")]),
            FieldRow([.init(.email, "t.abara@example.org"), .init(.emailType, "Home")]),
            FieldRow([.init(.email, "second@example.org"), .init(.emailType, "Work")]),
        ]
    )

    static let grandfather = GroupContent(
        .contactDetails,
        [
            FieldRow([.init(.surname, "O'Malley & Sons"), .init(.forename, "Fergus <Gus>")]),
            FieldRow([.init(.addressLine1, "2 Old Quay"), .init(.town, "Saltmarsh"), .init(.postcode, "ZZ1 1AA")]),
        ]
    )

    /// A pupil with every group that the format knows.
    static var full: CESPupil {
        CESPupil(
            recipientID: Identifier(high: 1, low: 0xA),
            change: .new,
            groups: [
                GroupContent(
                    .contacts,
                    [
                        link("K-2", order: "10", relationship: "REL"),
                        link("K-1", order: "2", relationship: "PAM", livesWithPupil: true),
                    ]
                ),
                GroupContent(.basicDetails, [names]),
                GroupContent(
                    .registration,
                    [
                        FieldRow([
                            .init(.enrolmentStatus, "P"), .init(.yearGroup, "1"), .init(.entryDate, "2022-09-01"),
                            .init(.leavingDate, "2023-07-21"), .init(.leavingReason, "Moved away"),
                        ]),
                        FieldRow([
                            .init(.enrolmentStatus, "C"), .init(.yearGroup, "4"), .init(.entryDate, "2024-09-03"),
                            .init(.registrationGroup, "4A"),
                        ]),
                    ]
                ),
                GroupContent(
                    .address,
                    [
                        FieldRow([
                            .init(.addressType, "H"), .init(.saon, "Flat 2"), .init(.paon, "14"),
                            .init(.street, "Fennel Row"),
                            .init(.town, "Ampthill"), .init(.county, "Bedfordshire"), .init(.postcode, "ZZ1 2AB"),
                        ]),
                        FieldRow([.init(.phone, "07700 900310")]),
                        FieldRow([.init(.email, "i.abara@example.org")]),
                    ]
                ),
                GroupContent(
                    .sen,
                    [
                        FieldRow([.init(.senProvision, "K"), .init(.senStart, "2024-01-08")]),
                        FieldRow([.init(.senType, "SLCN"), .init(.senRank, "1")]),
                    ]
                ),
                GroupContent(
                    .fsm,
                    [
                        FieldRow([
                            .init(.fsmStart, "2023-09-01"), .init(.fsmCountry, "ENG"), .init(.fsmCategory, "TFSM"),
                        ])
                    ]
                ),
                GroupContent(.lookedAfter, [FieldRow([.init(.inCare, "true"), .init(.careAuthority, "820")])]),
                GroupContent(
                    .characteristics,
                    [
                        FieldRow([
                            .init(.ethnicity, "BAFR"), .init(.ethnicitySource, "P"), .init(.medicalFlag, "false"),
                        ]),
                        FieldRow([.init(.languageType, "F"), .init(.language, "ENG")]),
                        FieldRow([.init(.disability, "HEAR")]),
                    ]
                ),
            ],
            contactDetails: ["K-1": mother, "K-2": grandfather]
        )
    }

    static func link(_ key: String, order: String, relationship: String, livesWithPupil: Bool = false) -> FieldRow {
        FieldRow([
            .init(.contactKey, key), .init(.contactOrder, order), .init(.relationship, relationship),
            .init(.parentalResponsibility, livesWithPupil ? "true" : "false"), .init(.courtOrder, "false"),
            .init(.addressAsPupil, livesWithPupil ? "true" : "false"),
        ])
    }

    /// Leave to write, as the acceptance rules give it.
    static func approved() throws -> ApprovedExport {
        let base = BaseID(high: 1, low: 1)
        let acceptance = ReportAcceptance(base: base, report: "pupil-core", version: 1, isInForce: true)
        guard case .granted(let export) = acceptance.approval(isSharing: false) else {
            throw SchoolError(.reportUnknown, "pupil-core version 1 is in the catalogue")
        }
        return export
    }

    /// The file and its manifest's lines.
    static func write(
        _ pupils: [CESPupil],
        header: CESHeader? = nil
    ) throws -> (xml: String, lines: [CESManifest.Pupil]) {
        var bytes: [UInt8] = []
        var writer = try CESWriter(header: header ?? self.header(), under: approved()) { bytes += $0 }
        for pupil in pupils { try writer.write(pupil) }
        let lines = try writer.finish()
        return (String(decoding: bytes, as: UTF8.self), lines)
    }

    static func manifest(
        _ lines: [CESManifest.Pupil],
        name: CESFileName,
        sha256: [UInt8],
        kind: CESManifest.Kind = .changedData,
        positions: (from: UInt64, to: UInt64),
        run: UInt64
    ) -> CESManifest {
        CESManifest(
            name: name,
            sha256: sha256,
            logID: Identifier(high: 0, low: 1),
            epoch: 1,
            kind: kind,
            positions: positions,
            task: Identifier(high: 0, low: 2),
            run: Identifier(high: 3, low: run),
            recipient: Identifier(high: 0, low: 4),
            report: .init(name: "pupil-core", version: 1),
            pupils: lines
        )
    }
}
