import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// The way on which a recipient's files go.
public enum DeliveryWay: String, Sendable, Hashable, CaseIterable {
    /// Into a folder of this machine, or a share that is mounted here.
    case folder
    /// To a server over SFTP, with a key.
    case sftp
    /// To a server by HTTPS PUT, with a token.
    case https
}

/// What must be known of a recipient before anything goes to it over the wire (S2-16 to S2-23).
public struct RecipientRecord: Sendable, Hashable {
    /// Where the data protection impact assessment can be read (S2-20).
    public var impactAssessment = ""
    /// Where the privacy statement can be read (S2-21).
    public var privacyStatement = ""
    /// Where the teams that support the service can be reached (S2-22).
    public var supportContact = ""
    /// Whether a person is nominated to answer for the account (S2-19); the name is sealed.
    public var isNominated = false

    /// Makes an empty record.
    public init() {}

    /// What is missing, in words.
    public var missing: [String] {
        var missing: [String] = []
        if impactAssessment.isEmpty { missing.append("the data protection impact assessment") }
        if privacyStatement.isEmpty { missing.append("the privacy statement") }
        if supportContact.isEmpty { missing.append("contact details of the supporting team") }
        if !isNominated { missing.append("a nominated person") }
        return missing
    }

    /// Refuses a document in a form that a browser does not show (S2-23).
    ///
    /// - Throws: `SchoolError` with code `documentInvalid`.
    func check() throws(SchoolError) {
        for document in [impactAssessment, privacyStatement, supportContact] where !document.isEmpty {
            let lower = document.lowercased()
            let isWeb = ["https://", "http://"].contains { lower.hasPrefix($0) }
            guard isWeb || [".html", ".htm", ".pdf", ".txt"].contains(where: { lower.hasSuffix($0) }) else {
                throw SchoolError(
                    .documentInvalid,
                    "documents are named by a URL, or are files that a browser shows: html, pdf or txt"
                )
            }
        }
    }
}

extension Recipient {
    /// Why nothing goes to it; nil when something may.
    ///
    /// Into a folder goes what the school puts there itself; over the wire nothing goes to whom nobody answers for.
    public var refusal: String? {
        guard way != .folder, !record.missing.isEmpty else { return nil }
        return "the record of the recipient \(name) is incomplete, and nothing goes to it: "
            + record.missing.joined(separator: ", ") + " is missing"
    }

    /// Changes the way, the place or the record.
    ///
    /// - Parameters:
    ///   - changed: the recipient as it is to be; its name and party stay.
    ///   - nominated: the name of the nominated person, which is sealed under a key of its own; nil when it stays.
    ///   - subject: a new random id for that person.
    /// - Throws: `SchoolError` with code `folderInvalid`, `placeInvalid` or `documentInvalid`.
    public func edit(
        to changed: Recipient,
        nominated: String? = nil,
        as subject: SubjectID,
        owner: BaseID,
        streamVersion: UInt64
    ) throws -> Decision {
        try changed.checkPlace()
        try changed.record.check()
        guard changed != self || nominated != nil else { return .unchanged("recipient \(name) stays as it is") }
        let message = Syncd_Events_RecipientEdited.with {
            $0.way = changed.way.rawValue
            $0.place = changed.folder
            $0.knownHosts = changed.known
            $0.credential = changed.credential
            $0.impactAssessment = changed.record.impactAssessment
            $0.privacyStatement = changed.record.privacyStatement
            $0.supportContact = changed.record.supportContact
            $0.nominated = changed.record.isNominated
        }
        let stream = StreamID(id)
        var event = NewEvent(
            type: EventType.recipientEdited.number,
            base: owner,
            stream: stream,
            open: EventBytes.of(message)
        )
        if let nominated {
            let note = Syncd_Events_AuditNote.with { $0.actor = nominated }
            event.parts = [
                NewPart(
                    subject: subject,
                    dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
                    plaintext: EventBytes.of(note)
                )
            ]
        }
        return Decision(
            events: [event],
            conditions: [StreamCondition(stream: stream, version: streamVersion)],
            message: "recipient \(name) is changed"
        )
    }

    /// Refuses a place that does not fit the way.
    func checkPlace() throws(SchoolError) {
        switch way {
        case .folder:
            guard folder.hasPrefix("/") else {
                throw SchoolError(.folderInvalid, "the folder of a recipient is given from the root, beginning with /")
            }
        case .sftp, .https:
            let isPlain = folder.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\"") }
            guard folder.hasPrefix(way.rawValue + "://"), isPlain, !folder.contains("..") else {
                throw SchoolError(.placeInvalid, "the place is a URL that begins with \(way.rawValue)://")
            }
            guard !credential.isEmpty, way == .https || !known.isEmpty else {
                throw SchoolError(
                    .placeInvalid,
                    way == .sftp
                        ? "SFTP needs the file with the server's key (--known) and that of the private key (--key)"
                        : "HTTPS needs the file that holds the token (--key)"
                )
            }
        }
    }
}

extension SchoolError.Code {
    /// A URL that does not fit the way, or lacks what it needs.
    public static let placeInvalid = Self(rawValue: "placeInvalid")
    /// A document that a browser does not show.
    public static let documentInvalid = Self(rawValue: "documentInvalid")
}
