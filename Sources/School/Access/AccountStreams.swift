import Identifiers
import Sealing

/// Streams of accounts, found from what they are about.
public enum AccountStreams {
    /// All accounts of a store, in the order in which they were added: a store where this stream has an event is one
    /// where everybody has to log in.
    public static func roster(of owner: BaseID) -> StreamID { derived("syncd accounts 1", owner.bytes) }

    /// One account.
    public static func account(_ id: ActorID) -> StreamID { derived("syncd account 1", id.bytes) }

    /// What an account was granted to read.
    public static func readingGrants(of id: ActorID) -> StreamID { derived("syncd reading grants 1", id.bytes) }

    /// What the school said of a pupil's protection.
    public static func protections(of pupil: SubjectID) -> StreamID { derived("syncd protections 1", pupil.bytes) }

    /// What was tried and refused.
    public static func refusals(of owner: BaseID) -> StreamID { derived("syncd refusals 1", owner.bytes) }

    private static func derived(_ domain: String, _ parts: [UInt8]) -> StreamID {
        var hash = SHA256()
        return hash.digest(of: Array(domain.utf8) + [0] + parts).withUnsafeBytes { StreamID(reading: $0) }
    }
}
