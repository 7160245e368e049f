/// An element as it was read: its node, and its text or its children.
struct CTFElement: Sendable, Hashable {
    let node: CTFNode
    var text = ""
    var children: [CTFElement] = []

    init(_ node: CTFNode) { self.node = node }

    /// The first child of a node; nil without one.
    func first(_ node: CTFNode) -> CTFElement? { children.first { $0.node == node } }

    /// The children of a node.
    func all(_ node: CTFNode) -> [CTFElement] { children.filter { $0.node == node } }

    /// The text of a child; empty without one.
    func text(_ node: CTFNode) -> String { children.first { $0.node == node }?.text ?? "" }

    /// The first node that stands twice under one parent and must not, anywhere below.
    var doubled: CTFNode? {
        var seen: Set<CTFNode> = []
        for child in children {
            if !CTFVocabulary.shared.repeats(child.node), !seen.insert(child.node).inserted { return child.node }
            if !child.children.isEmpty, let below = child.doubled { return below }
        }
        return nil
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
