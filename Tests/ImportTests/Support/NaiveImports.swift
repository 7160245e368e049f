/// Imports and undos as piles of cards have it, without events, hashes or logs.
///
/// Each thing has piles; a run lays a card on those that it changes, an undo takes its card away where it lies on top.
struct NaiveImports {
    /// A pile: one thing, and what of it.
    struct Pile: Hashable, Comparable {
        /// `pupil P1`, `class C1`, `enrolment C1/P1`.
        var thing: String
        /// `there` for whether and where; else a data group.
        var part: String

        static func < (left: Self, right: Self) -> Bool { (left.thing, left.part) < (right.thing, right.part) }
    }

    /// What a file tells of each thing: its place under `there`, and its groups.
    typealias Told = [String: [String: String]]

    private var piles: [Pile: [(run: Int, value: String?)]] = [:]
    /// Which things belong to another, or point at it.
    private let pointsAt: (_ thing: String) -> [String]

    init(pointsAt: @escaping (String) -> [String]) { self.pointsAt = pointsAt }

    /// What is there: the things with what is known of them.
    var present: Told {
        var found: Told = [:]
        for (pile, cards) in piles {
            guard let value = cards.last?.value, isThere(pile.thing) else { continue }
            found[pile.thing, default: [:]][pile.part] = value
        }
        return found
    }

    /// Takes a full export in; what is not in it is not there any more, and what is known of it stays in its piles.
    mutating func take(_ told: Told, run: Int, parts: [String]) {
        for (thing, values) in told {
            for part in ["there"] + parts { lay(values[part], on: Pile(thing: thing, part: part), run) }
        }
        for thing in Set(piles.keys.map(\.thing)) where told[thing] == nil && isThere(thing) {
            lay(nil, on: Pile(thing: thing, part: "there"), run)
        }
    }

    /// Undoes a run.
    ///
    /// - Returns: how many things keep something of it.
    mutating func undo(_ run: Int) -> Int {
        var left = 0
        let before = self
        for thing in Set(piles.keys.map(\.thing)) {
            let mine = piles.keys.filter { $0.thing == thing && before.piles[$0]?.contains { $0.run == run } == true }
            guard !mine.isEmpty else { continue }
            if before.isInUse(thing, run) {
                left += 1
                continue
            }
            if mine.contains(where: { piles[$0]?.last?.run != run }) { left += 1 }
            for pile in mine where piles[pile]?.last?.run == run { piles[pile]?.removeLast() }
        }
        return left
    }

    /// The run brought the thing in, and another has had to do with it since.
    private func isInUse(_ thing: String, _ run: Int) -> Bool {
        guard piles[Pile(thing: thing, part: "there")]?.first?.run == run else { return false }
        if !isOnly(run, thing) { return true }
        return Set(piles.keys.map(\.thing)).contains { other in
            pointsAt(other).contains(thing) && isThere(other) && !isOnly(run, other)
        }
    }

    private func isOnly(_ run: Int, _ thing: String) -> Bool {
        piles.filter { $0.key.thing == thing }.allSatisfy { $0.value.isEmpty || $0.value.last?.run == run }
    }

    private func isThere(_ thing: String) -> Bool { piles[Pile(thing: thing, part: "there")]?.last?.value != nil }

    private mutating func lay(_ value: String?, on pile: Pile, _ run: Int) {
        let top = piles[pile]?.last?.value ?? nil
        if top != value { piles[pile, default: []].append((run, value)) }
    }
}
