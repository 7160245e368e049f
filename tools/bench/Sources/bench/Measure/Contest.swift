/// One side of a row: something that can be measured again and again.
struct Contestant {
    /// What it is, in a few words.
    let label: String
    /// Measures once and answers in the row's unit; what it prepares is outside its own clock.
    let measure: () throws -> Double
    /// The memory of the process that was measured last; nil when that is this one.
    var memory: (() -> MemoryTrace?)?

    /// Makes a contestant.
    init(_ label: String, measure: @escaping () throws -> Double) {
        self.label = label
        self.measure = measure
    }
}

/// What a row's value cannot pass.
enum Limit {
    /// The control, measured before and after the value in each round.
    case control
    /// The rate left when all these steps are done one after another, each measured alone in each round.
    case steps([Contestant])
    /// A number that the specification names.
    case fixed(Double, String)
}

/// Everything that one row measures in one round.
struct Contest {
    /// The row.
    let row: RowName
    /// How often it is measured.
    let repeats: Int
    /// The subject; nil while this bench is not linked with it.
    var value: Contestant?
    /// The limit; nil where there is none.
    var limit: Limit?
    /// The peer; nil where there is none.
    var peer: Contestant?
    /// More that is measured in the same minute and printed below the row.
    var others: [Contestant] = []

    /// Measures all rounds.
    ///
    /// Everything is measured once a round, so that each ratio is of two figures of the same minute; the row's ratio
    /// is the median of the rounds' ratios.
    func run(control: Control, sizes: Sizes) throws -> Outcome {
        var rounds: [Round] = []
        for _ in 0..<repeats { rounds.append(try round(control: control, sizes: sizes)) }
        return Outcome(self, rounds)
    }

    private func round(control: Control, sizes: Sizes) throws -> Round {
        var round = Round()
        let before = try controlIfNeeded(control, sizes)
        if let value {
            let watched = try MemoryWatch.during { try value.measure() }
            round.value = watched.result
            round.memory = value.memory == nil ? watched.trace : value.memory?()
        }
        let after = try controlIfNeeded(control, sizes)
        switch limit {
        case .control: if let before, let after { round.limit = (before + after) / 2 }
        case .fixed(let number, _): round.limit = number
        case .steps(let steps):
            round.steps = try steps.map { try $0.measure() }
            round.limit = 1 / round.steps.reduce(0) { $0 + 1 / $1 }
        case nil: break
        }
        round.peer = try peer?.measure()
        round.others = try others.map { try $0.measure() }
        return round
    }

    private func controlIfNeeded(_ control: Control, _ sizes: Sizes) throws -> Double? {
        guard case .control = limit else { return nil }
        return try control.measure(for: sizes.controlSeconds)
    }
}

/// What one round gave.
struct Round {
    /// The subject's figure.
    var value: Double?
    /// The limit's figure.
    var limit: Double?
    /// The limit's steps, each alone.
    var steps: [Double] = []
    /// The peer's figure.
    var peer: Double?
    /// The others' figures, in their order.
    var others: [Double] = []
    /// Memory while the subject was measured.
    var memory: MemoryTrace?
}
