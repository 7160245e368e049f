/// The median of several repeats, with how far they lie apart.
struct Spread: Equatable {
    /// The middle value; of an even number, the mean of the middle two.
    let median: Double
    /// The smallest.
    let least: Double
    /// The largest.
    let greatest: Double

    /// Summarises repeats; nil when there are none.
    init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let middle = sorted.count / 2
        median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        least = first
        greatest = last
    }
}

/// Seconds that some work takes.
func seconds(_ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try work()
    return (clock.now - start) / .seconds(1)
}

/// Runs a step again and again for a while, and answers how much was done a second.
///
/// - Parameters:
///   - duration: how long, in seconds; the step under way is finished.
///   - size: how many things one step does.
///   - step: the work; all of it is in the figure.
func rate(for duration: Double, size: Int = 1, _ step: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let end = start + .seconds(duration)
    var steps = 0
    var now = start
    while now < end {
        try step()
        steps += 1
        now = clock.now
    }
    return Double(steps * size) / ((now - start) / .seconds(1))
}

/// The same, in stretches of steps between which something is prepared with the clock stopped.
///
/// - Parameters:
///   - duration: how long the clock runs altogether, in seconds.
///   - stretch: steps between two preparations.
///   - prepare: what is done before each stretch, outside the figure.
///   - step: the work.
func rate(
    for duration: Double,
    stretch: Int,
    preparing prepare: () throws -> Void,
    _ step: () throws -> Void
) rethrows -> Double {
    var steps = 0
    var timed = 0.0
    while timed < duration {
        try prepare()
        timed += try seconds { for _ in 0..<stretch { try step() } }
        steps += stretch
    }
    return Double(steps) / timed
}
