/// What a row came to, over all its rounds.
struct Outcome {
    /// Whether the row reaches what it must.
    enum Verdict: String {
        /// All its conditions hold.
        case met
        /// One does not.
        case missed
        /// The subject, or what it is held against, is absent.
        case notRun = "not run"
    }

    /// The row.
    let row: RowName
    /// The subject's figures; nil when it is absent.
    let value: Spread?
    /// The limit's figures; nil where there is none.
    let limit: Spread?
    /// The peer's figures; nil where there is none.
    let peer: Spread?
    /// Value over limit, round by round.
    let ratioToLimit: Spread?
    /// Value over peer, round by round.
    let ratioToPeer: Spread?
    /// What the limit is.
    let limitLabel: String?
    /// Who the peer is.
    let peerLabel: String?
    /// The limit's steps and the others, to print below the row.
    let beside: [(label: String, figures: Spread)]
    /// Memory of the round in the middle when ordered by growth; nil when the subject is absent.
    let memory: MemoryTrace?

    /// Summarises rounds.
    init(_ contest: Contest, _ rounds: [Round]) {
        row = contest.row
        value = Spread(rounds.compactMap(\.value))
        limit = Spread(rounds.compactMap(\.limit))
        peer = Spread(rounds.compactMap(\.peer))
        ratioToLimit = Spread(rounds.compactMap { Self.ratio($0.value, $0.limit) })
        ratioToPeer = Spread(rounds.compactMap { Self.ratio($0.value, $0.peer) })
        var steps: [Contestant] = []
        switch contest.limit {
        case .control: limitLabel = "control"
        case .fixed(_, let label): limitLabel = label
        case .steps(let list):
            limitLabel = list.map(\.label).joined(separator: " + ")
            steps = list.count > 1 ? list : []
        case nil: limitLabel = nil
        }
        peerLabel = contest.peer?.label
        var beside: [(label: String, figures: Spread)] = []
        for (index, step) in steps.enumerated() {
            if let figures = Spread(rounds.map { $0.steps[index] }) { beside.append((step.label, figures)) }
        }
        for (index, other) in contest.others.enumerated() {
            if let figures = Spread(rounds.map { $0.others[index] }) { beside.append((other.label, figures)) }
        }
        self.beside = beside
        let traces = rounds.compactMap(\.memory).sorted { $0.growth < $1.growth }
        memory = traces.isEmpty ? nil : traces[traces.count / 2]
    }

    /// Whether the row reaches what it must.
    var verdict: Verdict {
        // Peaks are in KiB.
        let megabytes = value == nil ? nil : memory.map { $0.peak * 1_024 / 1_000_000 }
        let met = row.bars.map {
            $0.isMet(limit: ratioToLimit?.median, peer: ratioToPeer?.median, memory: megabytes)
        }
        if met.contains(false) { return .missed }
        return met.contains(nil) ? .notRun : .met
    }

    private static func ratio(_ value: Double?, _ yardstick: Double?) -> Double? {
        guard let value, let yardstick, yardstick > 0 else { return nil }
        return value / yardstick
    }
}
