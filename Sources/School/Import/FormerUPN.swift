extension GroupContent {
    /// The basic details that a source tells, with the temporary number that a permanent one has replaced.
    ///
    /// A temporary UPN is reported as the former one from then on (domain.md 1.1), and few systems export it. What the
    /// source itself tells as the former number stands.
    ///
    /// - Parameter known: the basic details as they are known; nil for none.
    public func rememberingTemporaryUPN(of known: GroupContent?) -> GroupContent {
        guard group == .basicDetails, let known = known?.rows.first, var row = rows.first, row[.formerUPN] == nil,
            let number = row[.upn], !Self.isTemporary(number)
        else { return self }
        row[.formerUPN] = [known[.upn], known[.formerUPN]].compactMap(\.self).first { Self.isTemporary($0) }
        return GroupContent(group, [row] + rows.dropFirst())
    }

    /// What a changed number is told as; nil when it did not change, or there was none.
    public static func numberChange(from old: String?, to new: String?) -> String? {
        guard let old, let new, old != new else { return nil }
        return isTemporary(old) && !isTemporary(new) ? "temporary UPN replaced" : "UPN corrected"
    }

    private static func isTemporary(_ number: String) -> Bool { (try? UPN(number))?.isTemporary == true }
}
