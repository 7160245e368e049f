import Identifiers

/// What tells an erased person who is told again (ruling 13).
///
/// A code of source, kind and the key in the MIS, under the base's own key of class suppression. With that key it can be
/// asked; without it, it says nothing.
public enum SuppressionCode {
    /// What is coded.
    public static func input(_ source: SourceID, _ kind: EntityKind, _ key: String) -> [UInt8] {
        source.bytes + [kind.rawValue] + Array(key.utf8)
    }
}
