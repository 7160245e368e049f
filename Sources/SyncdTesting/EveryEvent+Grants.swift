import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

extension EveryEvent {
    /// Two grants to read, one withdrawn, and a pupil whom the school protects.
    func grants(of pupil: SubjectID) throws {
        for number in UInt64(1)...2 {
            let account = ActorID(high: 50, low: number)
            let grant = Data(GrantID(high: 52, low: number).bytes)
            let stream = AccountStreams.readingGrants(of: account)
            let given = Syncd_Events_ReadingGranted.with {
                $0.grant = grant
                $0.account = Data(account.bytes)
                $0.subjects = Data(pupil.bytes)
                $0.ends = 4_000_000_000_000_000
            }
            try append(.readingGranted, hill, stream, given)
            guard number == 2 else { continue }
            let withdrawn = Syncd_Events_ReadingGrantWithdrawn.with {
                $0.grant = grant
                $0.account = Data(account.bytes)
            }
            try append(.readingGrantWithdrawn, hill, stream, withdrawn)
        }
        let content = Protection(isRestricted: true, isAdopted: true).content
        try log.append(builder.changed(.pupil, pupil, at: hill, key: "A1", [content]))
        let decided = Syncd_Events_ProtectionDecided.with { $0.subject = Data(pupil.bytes) }
        try append(.protectionDecided, hill, AccountStreams.protections(of: pupil), decided)
    }
}
