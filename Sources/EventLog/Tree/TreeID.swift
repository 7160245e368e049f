import Identifiers
import LMDB

/// Names a tree: the events of one base in one epoch.
public struct TreeID: Hashable, Comparable, Sendable {
    /// The epoch.
    public var epoch: UInt32
    /// The base; the owner's for events of the store itself.
    public var base: BaseID

    /// Names a tree.
    public init(epoch: UInt32, base: BaseID) {
        self.epoch = epoch
        self.base = base
    }

    /// Orders trees by epoch, then by base.
    public static func < (left: Self, right: Self) -> Bool {
        left.epoch != right.epoch ? left.epoch < right.epoch : left.base < right.base
    }
}

extension KeyBytes {
    /// Appends the twenty bytes that name a tree.
    mutating func append(_ tree: TreeID) {
        append(tree.epoch)
        append(tree.base)
    }
}
