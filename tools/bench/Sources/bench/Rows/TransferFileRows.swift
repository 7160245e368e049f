import Connectors
import Foundation
import School

/// The row that reads a transfer file.
extension TestBed {
    /// `ctf_read`: a file of another system, read to the records that an import takes; the peer is bare expat.
    func ctfRead() throws -> Contest {
        let made = try MadeTransferFile(in: folder("transfer"), bytes: sizes.bytesAlone)
        var contest = Contest(row: .ctfRead, repeats: sizes.readingRepeats)
        if let reading = linked.reading {
            contest.value = Contestant("syncd") {
                try megabytes(made.bytes) {
                    let file = try CTFFile(path: made.path, reading: reading)
                    var pupils = 0
                    try CTFSource(file, base: "8201079", known: Nobody()).read { item in
                        guard case .record(let record) = item else {
                            throw BenchError(.wrongAnswer, "the transfer file has a fault")
                        }
                        if record.kind == .pupil { pupils += 1 }
                    }
                    guard pupils == made.pupils else { throw BenchError(.wrongAnswer, "read \(pupils) pupils") }
                }
            }
        }
        let expat = ExpatPeer(path: made.path)
        contest.peer = Contestant("expat alone, empty handlers") {
            try megabytes(made.bytes) { _ = try expat.run() }
        }
        return contest
    }
}

/// Megabytes a second of one pass over so many bytes.
private func megabytes(_ bytes: Int, _ pass: () throws -> Void) throws -> Double {
    Double(bytes) / 1_000_000 / (try seconds(pass))
}

/// A source that has never told of anybody: every pupil is new.
private struct Nobody: KnownPupils {
    func identity(ofKey key: String) -> PupilIdentity? { nil }
    func keys(upn: String) -> [String] { [] }
    func keys(allFour: String) -> [String] { [] }
    func content(of group: DataGroup, _ kind: EntityKind, key: String) -> GroupContent? { nil }
}

/// A made-up transfer file: pupils with names, an address, two contacts, needs and a registration.
private struct MadeTransferFile {
    let path: String
    private(set) var bytes = 0
    private(set) var pupils = 0

    /// Writes a file of at least so many bytes.
    init(in folder: String, bytes least: Int) throws {
        path = folder + "/820LLLL_CTF_8201079_001.xml"
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError(.system, "no transfer file can be written") }
        var text = Self.head
        repeat {
            pupils += 1
            text += Self.pupil(pupils)
            if text.utf8.count > 1 << 20 {
                bytes += text.utf8.count
                try file.write(contentsOf: Data(text.utf8))
                text = ""
            }
        } while bytes + text.utf8.count < least
        text += "  </CTFpupilData>\n</CTfile>\n"
        bytes += text.utf8.count
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private static let head = """
        <?xml version="1.0" encoding="UTF-8"?>
        <CTfile>
          <Header>
            <DocumentName>Common Transfer File</DocumentName>
            <CTFversion>25.0</CTFversion>
            <DocumentQualifier>full</DocumentQualifier>
            <SourceSchool><LEA>820</LEA><Estab>1079</Estab></SourceSchool>
            <DestSchool><LEA>820</LEA><Estab>LLLL</Estab></DestSchool>
          </Header>
          <CTFpupilData>

        """

    private static func pupil(_ number: Int) -> String {
        """
            <Pupil>
              <UCI>U\(number)</UCI>
              <Surname>Abara-\(number)</Surname>
              <Forename>Ikenna</Forename>
              <DOB>2017-03-14</DOB>
              <Sex>M</Sex>
              <BasicDetails>
                <PreferredForename>Ike</PreferredForename>
                <MiddleNames>Chidi</MiddleNames>
                <NCyearActual>4</NCyearActual>
                <Ethnicity>BAFR</Ethnicity>
                <Languages>
                  <Type>
                    <LanguageType>F</LanguageType>
                    <LanguageCode>ENG</LanguageCode>
                  </Type>
                </Languages>
                <EnrolStatus>C</EnrolStatus>
              </BasicDetails>
              <SENhistory>
                <SEN>
                  <StartDate>2024-01-08</StartDate>
                  <SENprovision>K</SENprovision>
                </SEN>
              </SENhistory>
              <Address>
                <BS7666Address>
                  <PAON>\(number % 200)</PAON>
                  <Street>Fennel Row</Street>
                  <Town>Ampthill</Town>
                </BS7666Address>
                <PostCode>ZZ1 2AB</PostCode>
              </Address>
              <Contacts>
        \(contact(1, "Temperance", "PAM"))
        \(contact(2, "Fergus", "PAF"))
              </Contacts>
              <SchoolHistory>
                <School>
                  <LEA>820</LEA>
                  <Estab>1079</Estab>
                  <EntryDate>2024-09-03</EntryDate>
                </School>
              </SchoolHistory>
            </Pupil>

        """
    }

    private static func contact(_ order: Int, _ forename: String, _ relationship: String) -> String {
        """
                <Contact>
                  <Order>\(order)</Order>
                  <Surname>Abara</Surname>
                  <Forename>\(forename)</Forename>
                  <Relationship>\(relationship)</Relationship>
                  <Responsibility>true</Responsibility>
                  <Address>
                    <AddressAsPupil>true</AddressAsPupil>
                  </Address>
                  <Phones>
                    <Phone>
                      <TelephoneType>M</TelephoneType>
                      <PhoneNo>07700 90031\(order)</PhoneNo>
                    </Phone>
                  </Phones>
                </Contact>
        """
    }
}
