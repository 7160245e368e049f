import Connectors
import Foundation
import School
import Testing

/// Transfer files of other systems, and what is known of their pupils.
struct CTFFixture {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A file of the CTF 12 era, another system's: Gender, DataQualifier, SuppID.
    static func document(
        _ pupils: String,
        source: String = "8201079",
        destination: String = "820LLLL",
        qualifier: String = "partial",
        prolog: String = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    ) -> String {
        prolog + """
            <CTfile>
              <Header>
                <DocumentName>Common Transfer File</DocumentName>
                <CTFversion>12.0</CTFversion>
                <DateTime>2012-09-10T12:00:00</DateTime>
                <DataQualifier>\(qualifier)</DataQualifier>
                <SuppID>OTHER</SuppID>
                <SourceSchool>
                  <LEA>\(source.prefix(3))</LEA><Estab>\(source.dropFirst(3))</Estab>
                  <SchoolName>Larkfield Primary School</SchoolName><AcademicYear>2012</AcademicYear>
                </SourceSchool>
                <DestSchool><LEA>\(destination.prefix(3))</LEA><Estab>\(destination.dropFirst(3))</Estab></DestSchool>
              </Header>
              <CTFpupilData>
            \(pupils)
              </CTFpupilData>
            </CTfile>
            """
    }

    /// A pupil with what every file has.
    static func pupil(_ more: String = "", upn: String = "<UPN>L001107921412</UPN>") -> String {
        """
        <Pupil>
          \(upn)
          <Surname>Abara</Surname><Forename>Ikenna</Forename><DOB>2017-03-14</DOB><Gender>M</Gender>
          \(more)
        </Pupil>
        """
    }

    /// Writes a file and opens it.
    func open(
        _ bytes: [UInt8],
        _ name: String = "820LLLL_CTF_8201079_001.xml",
        limits: XMLLimits = XMLLimits()
    ) throws -> CTFFile {
        try CTFFile(path: folder.write(bytes, to: name), reading: CTFReadingHere(limits: limits), limits: limits)
    }

    /// What a file hands out.
    func read(_ document: String, known: MadeUpPupils = MadeUpPupils()) throws -> ReadSource {
        try ReadSource(CTFSource(open(Array(document.utf8)), base: "8201079", known: known))
    }

    /// The code with which bytes are refused; nil when they are read.
    func refusal(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws -> SourceError.Code? {
        do {
            let file = try open(bytes, limits: limits)
            _ = try ReadSource(CTFSource(file, base: "8201079", known: MadeUpPupils()))
            return nil
        } catch let error as SourceError {
            return error.code
        }
    }
}

/// The naive stand-in for what a store knows.
final class MadeUpPupils: KnownPupils, @unchecked Sendable {
    // Unchecked: a test uses it from one thread.
    var pupils: [String: [DataGroup: GroupContent]] = [:]
    var contacts: [String: [DataGroup: GroupContent]] = [:]

    func identity(ofKey key: String) -> PupilIdentity? {
        pupils[key].map { PupilIdentity($0[.basicDetails]?.rows.first ?? FieldRow()) }
    }

    func keys(upn: String) -> [String] {
        pupils.keys.filter { identity(ofKey: $0)?.upn == upn }.sorted()
    }

    func keys(allFour: String) -> [String] {
        pupils.keys.filter { identity(ofKey: $0)?.allFour == allFour }.sorted()
    }

    func content(of group: DataGroup, _ kind: EntityKind, key: String) -> GroupContent? {
        (kind == .pupil ? pupils : contacts)[key]?[group]
    }

    /// Takes in what a file told, as the import does.
    func take(_ read: ReadSource) {
        for record in read.records {
            for content in record.groups {
                if record.kind == .pupil { pupils[record.key, default: [:]][content.group] = content }
                if record.kind == .contact { contacts[record.key, default: [:]][content.group] = content }
            }
        }
        for deletion in read.deletions where deletion.kind == .pupil {
            for group in deletion.groups { pupils[deletion.key]?[group] = nil }
        }
    }
}
