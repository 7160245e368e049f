import Identifiers
import Sealing

/// Streams that are found from what they are about: no row has to be looked up, and two commands that act on the same
/// thing meet in the same stream.
///
/// Nothing of a person goes into them.
public enum TransferStreams {
    /// The acceptance of a report at a base.
    public static func acceptance(of report: String, at base: BaseID) -> StreamID {
        derived("syncd acceptance 1", base.bytes + Array(report.utf8))
    }

    /// The transfers from a base to a party, whatever the task: file numbers are counted here, so a number is given
    /// once because the stream's version is a condition of each run's beginning.
    public static func transfers(from base: BaseID, to party: TransferParty) -> StreamID {
        derived("syncd transfers 1", base.bytes + Array(party.digits.utf8))
    }

    // The first half of SHA-256 over domain, a zero byte and the parts.
    private static func derived(_ domain: String, _ parts: [UInt8]) -> StreamID {
        var hash = SHA256()
        return hash.digest(of: Array(domain.utf8) + [0] + parts).withUnsafeBytes { StreamID(reading: $0) }
    }
}
