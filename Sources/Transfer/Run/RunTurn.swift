/// The turn of whoever runs tasks, where others wait to change the store, too: a delivery goes on outside of it.
///
/// Several workers can share one turn; it is given up while none of them is in it.
public protocol RunTurn: Sendable {
    /// So many more workers come into the turn; each of them leaves it in the end.
    func join(_ workers: Int)
    /// A worker has ended.
    func leave()
    /// Comes back into the turn, however long others have it.
    func enter()
    /// Does a delivery, however long it takes, while others have the turn; then comes back into it.
    ///
    /// Meanwhile nothing may end runs that are under way, nor erase anybody: who holds the turns sees to that.
    func outside<R>(_ work: () throws -> R) rethrows -> R
}

/// The turn where nobody else can work on the store meanwhile.
public struct OwnTurn: RunTurn {
    /// Makes it.
    public init() {}
    /// There is always room.
    public func join(_ workers: Int) {}
    /// Nobody waits.
    public func leave() {}
    /// Nobody is in it.
    public func enter() {}
    /// Does the work.
    public func outside<R>(_ work: () throws -> R) rethrows -> R { try work() }
}
