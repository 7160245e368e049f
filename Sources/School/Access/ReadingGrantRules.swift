import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// Who may be granted to read, and the events that say so (rulings 12).
public enum ReadingGrantRules {
    /// The longest that a grant may last, in seconds: a year and a day, since an audit has an end.
    public static let longest: Int64 = 366 * 24 * 3600

    /// Lets an auditor open the records of people of one school until a day.
    ///
    /// - Parameters:
    ///   - grant: the new one, its id drawn at random.
    ///   - auditor: whose it is to be.
    ///   - known: the grants that the auditor has: one that lets open the same is not given twice.
    ///   - giver: who decides; nil before the store has accounts.
    ///   - note: who and why, sealed by the caller.
    /// - Throws: `SchoolError` with code `grantUnfit`.
    public static func give(
        _ grant: ReadingGrant,
        to auditor: Account,
        beside known: [ReadingGrant] = [],
        by giver: ActorID?,
        note: NewPart,
        at now: Timestamp
    ) throws(SchoolError) -> Decision {
        let holds = auditor.grants.contains { $0.role == .auditor && ($0.base ?? grant.base) == grant.base }
        guard auditor.kind == .person, !auditor.isDisabled, holds else {
            throw unfit(
                "no auditor at this school is called \(auditor.name): an operator gives that role with `syncd user role`"
            )
        }
        guard auditor.id != giver else {
            throw unfit("nobody grants to themselves: the head of the school or another data protection officer may")
        }
        guard !grant.subjects.isEmpty else { throw unfit("a grant names the people whose records it opens") }
        guard grant.ends > now else { throw unfit("the day on which it ends must not have passed") }
        guard grant.ends <= now.advanced(bySeconds: longest) else { throw unfit("a grant ends within a year") }
        if let same = known.first(where: { $0.opensAll(of: grant) && $0.holds(at: now) }) {
            return .unchanged("the grant \(same.id.hex) says so already, so no other is given")
        }
        let message = Syncd_Events_ReadingGranted.with {
            $0.grant = Data(grant.id.bytes)
            $0.account = Data(auditor.id.bytes)
            $0.subjects = Data(grant.subjects.sorted().flatMap(\.bytes))
            $0.ends = grant.ends.microseconds
        }
        return Decision(
            events: [event(.readingGranted, grant, EventBytes.of(message), note)],
            // An auditor whose role is taken away meanwhile gets none.
            conditions: [AccountRules.condition(auditor)],
            message: "the auditor \(auditor.name) may open the records of \(grant.subjects.count) named"
        )
    }

    /// Ends a grant before its day.
    public static func withdraw(_ grant: ReadingGrant, note: NewPart) -> Decision {
        guard !grant.isWithdrawn else { return .unchanged("the grant has ended already") }
        let message = Syncd_Events_ReadingGrantWithdrawn.with {
            $0.grant = Data(grant.id.bytes)
            $0.account = Data(grant.account.bytes)
        }
        return Decision(
            events: [event(.readingGrantWithdrawn, grant, EventBytes.of(message), note)],
            conditions: [],
            message: "the grant has ended: nothing is opened under it any more"
        )
    }

    private static func event(_ type: EventType, _ grant: ReadingGrant, _ open: [UInt8], _ note: NewPart) -> NewEvent {
        NewEvent(
            type: type.number,
            base: grant.base,
            stream: AccountStreams.readingGrants(of: grant.account),
            open: open,
            parts: [note]
        )
    }

    private static func unfit(_ message: String) -> SchoolError { SchoolError(.grantUnfit, message) }
}

extension SchoolError.Code {
    /// Not a grant that may be given.
    public static let grantUnfit = Self(rawValue: "grantUnfit")
}
