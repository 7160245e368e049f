/// Who follows whom, out of the public list of links.
///
/// The register tells most successions at both ends, some at one only, and words them in a dozen ways. A succession is
/// plain when both ends say nothing but `Successor` and `Predecessor`; merged, amalgamated and split ones, and pairs that
/// each call the other successor, are for a person to look at.
public struct LinkBook: Sendable {
    /// A school that follows another.
    public struct Successor: Sendable, Hashable {
        /// Its number.
        public var urn: String
        /// Its name, as far as the list tells it.
        public var name: String
        /// Since when, `yyyy-MM-dd`; empty when the register does not say.
        public var established: String
        /// False for merged, amalgamated and split ones.
        public var isPlain: Bool
    }

    private var links: [String: [EstablishmentLink]] = [:]

    /// Makes a book of links; those between two schools must be there from both ends.
    public init(_ links: [EstablishmentLink]) {
        for link in Set(links) {
            self.links[link.urn, default: []].append(link)
            if link.linkURN != link.urn { self.links[link.linkURN, default: []].append(link) }
        }
    }

    /// The schools that follow one, in the order of their numbers.
    public func successors(of urn: String) -> [Successor] {
        neighbours(of: urn).compactMap { other in
            let between = self.between(urn, other)
            guard between.contains(where: { Self.follows($0, urn, other) }) else { return nil }
            let told = between.sorted { ($0.urn == urn ? 0 : 1, $0.key) < ($1.urn == urn ? 0 : 1, $1.key) }
            let isPlain = between.allSatisfy { ["Successor", "Predecessor"].contains($0.type) }
            let isMutual = between.contains { Self.follows($0, other, urn) }
            return Successor(
                urn: other,
                name: told.first { $0.urn == urn }?.name ?? "",
                established: told.first { !$0.established.isEmpty }?.established ?? "",
                isPlain: isPlain && !isMutual
            )
        }
    }

    /// The numbers of the schools that one follows, in order.
    public func predecessors(of urn: String) -> [String] {
        neighbours(of: urn).filter { other in between(urn, other).contains { Self.follows($0, other, urn) } }
    }

    private func neighbours(of urn: String) -> [String] {
        Set((links[urn] ?? []).map { $0.urn == urn ? $0.linkURN : $0.urn }).subtracting([urn]).sorted()
    }

    private func between(_ one: String, _ other: String) -> [EstablishmentLink] {
        (links[one] ?? []).filter { $0.urn == other || $0.linkURN == other }
    }

    /// True when a link says that the second school follows the first.
    private static func follows(_ link: EstablishmentLink, _ first: String, _ second: String) -> Bool {
        if link.urn == first && link.linkURN == second { return link.type.hasPrefix("Successor") }
        return link.urn == second && link.linkURN == first && link.type.hasPrefix("Predecessor")
    }
}
