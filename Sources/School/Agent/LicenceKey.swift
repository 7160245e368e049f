import Identifiers
import Sealing

/// The licence key of a school, for easy reference (S0-20): it names the school to whoever supports it, and opens nothing.
///
/// It follows from the school's random id, so it is the same before and after the agent is installed (S0-13).
public struct LicenceKey: Sendable, Hashable, CustomStringConvertible {
    /// Four groups of five, in letters and digits that are not taken for one another.
    public let description: String

    private static let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// The key of a school.
    public init(of base: BaseID) {
        var hash = SHA256()
        let bytes = hash.digest(of: Array("syncd licence 1".utf8) + [0] + base.bytes).bytes
        let groups = stride(from: 0, to: 20, by: 5).map { start in
            String(bytes[start..<start + 5].map { Self.letters[Int($0 & 31)] })
        }
        description = groups.joined(separator: "-")
    }

    /// Whether a text is this key, however it is spaced and whatever the case.
    public func isWritten(_ text: String) -> Bool {
        text.uppercased().filter { $0.isLetter || $0.isNumber } == description.filter { $0 != "-" }
    }
}
