/// The elements of one frame, each before what stands below it.
final class CTFTree: Sendable {
    /// One element.
    struct Item: Sendable {
        var node: CTFNode
        /// The place after the last element below this one.
        var end: Int
        /// Empty for a branch.
        var text: String
    }

    let items: [Item]
    /// The first node that stands twice under one parent and must not.
    let doubled: CTFNode?

    init(_ items: [Item], doubled: CTFNode?) {
        self.items = items
        self.doubled = doubled
    }
}

/// An element as it was read: its node, and its text or its children.
struct CTFElement: Sendable {
    private let tree: CTFTree
    private let place: Int

    /// The root of a tree.
    init(_ tree: CTFTree) {
        self.tree = tree
        place = 0
    }

    private init(_ tree: CTFTree, at place: Int) {
        self.tree = tree
        self.place = place
    }

    /// The first child of a node; nil without one.
    func first(_ node: CTFNode) -> CTFElement? {
        child(node, from: place + 1).map { CTFElement(tree, at: $0) }
    }

    /// The children of a node.
    func all(_ node: CTFNode) -> [CTFElement] {
        var found: [CTFElement] = []
        var next = place + 1
        while let child = child(node, from: next) {
            found.append(CTFElement(tree, at: child))
            next = tree.items[child].end
        }
        return found
    }

    /// The element's own text; empty for a branch.
    var text: String { tree.items[place].text }

    /// The text of a child; empty without one.
    func text(_ node: CTFNode) -> String { child(node, from: place + 1).map { tree.items[$0].text } ?? "" }

    /// The first node that stands twice under one parent and must not, anywhere in the frame.
    var doubled: CTFNode? { tree.doubled }

    private func child(_ node: CTFNode, from start: Int) -> Int? {
        tree.items.withUnsafeBufferPointer { items in
            let end = items[place].end
            var next = start
            while next < end {
                if items[next].node == node { return next }
                next = items[next].end
            }
            return nil
        }
    }
}

extension CTFNode {
    private static let names: [String] = {
        var names = [String](repeating: "CTfile", count: allCases.count + 1)
        for rule in rules { names[Int(rule.node.rawValue)] = rule.names[0] }
        return names
    }()

    /// The element's name as CTF 25 has it, for messages.
    var name: String { Self.names[Int(rawValue)] }
}
