/// What public lists change about the numbers of a base (rulings 3).
public enum BaseFollowing {
    /// The key changes of a base, in order: a school may have been followed more than once since the list was last
    /// looked at.
    ///
    /// A follower is a new legal owner unless the list of schools tells one and the same trust for both. Where that
    /// list does not know them, the safe side is a new owner: the head is asked once more.
    ///
    /// - Parameters:
    ///   - others: the keys of all bases by their URNs.
    ///   - laestabs: the DfE numbers of all bases; what another base has is never taken.
    ///   - establishment: looks a school up.
    ///   - day: today, `yyyy-MM-dd`.
    public static func changes(
        of base: BaseRegistration,
        in book: LinkBook,
        others: [String: String],
        laestabs: Set<String>,
        establishment: (String) throws -> Establishment?,
        on day: String
    ) rethrows -> [BaseKeyChange] {
        var changes: [BaseKeyChange] = []
        var (urn, laestab) = (base.urn, base.laestab)
        var seen: Set<String> = [urn]
        while let succession = Succession(of: urn, in: book, others: others, on: day),
            succession.effect == .keyChange, let next = succession.successors.first, seen.insert(next.urn).inserted
        {
            let (before, after) = (try establishment(urn), try establishment(next.urn))
            let isSameTrust = before.map { !$0.trustCode.isEmpty && $0.trustCode == after?.trustCode } ?? false
            let number = Self.number(after?.laestab ?? "", in: laestab, laestabs)
            let change = BaseKeyChange(
                .succeeded,
                urn: BaseKeyChange.Number(from: urn, to: next.urn),
                laestab: number,
                effective: next.established,
                hasNewController: !isSameTrust
            )
            if let change { changes.append(change) }
            urn = next.urn
            laestab = number?.to ?? laestab
        }
        if let number = Self.number(try establishment(urn)?.laestab ?? "", in: laestab, laestabs),
            let change = BaseKeyChange(.renumbered, laestab: number)
        {
            changes.append(change)
        }
        return changes
    }

    /// The change to a DfE number that no other base has.
    private static func number(_ told: String, in held: String, _ taken: Set<String>) -> BaseKeyChange.Number? {
        taken.contains(told) ? nil : BaseKeyChange.Number(from: held, to: told)
    }
}
