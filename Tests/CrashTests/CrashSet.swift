import Foundation

/// How much is tried: a short set for every day, the full one before a change is taken in.
///
/// `SYNCD_CRASH_SET=short|full` chooses; short is the default. `SYNCD_CRASH_SEED` changes what is drawn.
struct CrashSet: Sendable {
    /// SIGKILLs at random instants, of each command.
    var randomKills: Int
    /// Exact points of each sweep, nil for every one.
    var points: Int?
    /// States after power cuts, of each command.
    var powerStates: Int
    /// Syncs that fail before a power cut, of each command.
    var failedSyncs: Int

    /// How often a finished command is repeated and its store verified once more: it costs a third of a disturbance.
    static let repeatsEvery = 4
    /// Random instants that a twin may need until its fault shows; it stops at the first.
    static let twinKills = 400
    /// Power-cut states that a twin may need; few enough to reach the end of the record soon.
    static let twinStates = 60
    /// The same after failed syncs, over all of them.
    static let twinStatesAfterFailures = 160
    /// Syncs that fail, one in a run, for a twin.
    static let twinSyncs = 50

    /// Random draws, sampling and power-cut states follow from it.
    static let seed = ProcessInfo.processInfo.environment["SYNCD_CRASH_SEED"].flatMap { UInt64($0) } ?? 1

    /// Two minutes on two cores.
    static let short = CrashSet(randomKills: 5, points: 6, powerStates: 10, failedSyncs: 2)

    /// Everything, at most 25 minutes on two cores: 200 random kills of three imports and two task runs, more than 1,000
    /// power cuts of eight commands, each operation and each write and sync.
    static let full = CrashSet(randomKills: 40, points: nil, powerStates: 150, failedSyncs: 20)

    /// True when every point is tried.
    var isFull: Bool { points == nil }

    /// The one that the environment asks for.
    static let current: CrashSet = {
        switch ProcessInfo.processInfo.environment["SYNCD_CRASH_SET"] {
        case "full": full
        case nil, "", "short": short
        case let other?: preconditionFailure("SYNCD_CRASH_SET is short or full, not \(other)")
        }
    }()
}

/// A seeded generator (SplitMix64): the same seed, the same tests.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Array {
    /// At most `count` of the elements in a seeded order, spread over all of them; nil for all.
    func spread(atMost count: Int?) -> [Element] {
        var generator = SeededGenerator(seed: CrashSet.seed)
        guard let count, count < self.count else { return shuffled(using: &generator) }
        let offset = Int.random(in: 0..<self.count, using: &generator)
        return (0..<count).map { self[($0 * self.count / count + offset) % self.count] }.shuffled(using: &generator)
    }
}
