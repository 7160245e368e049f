import Glibc

/// Finds the node of an element by its name and parent, for hundreds of thousands of elements a second.
struct CTFVocabulary: Sendable {
    /// What stands in a slot of the table; an empty one has node 0.
    private struct Slot {
        var parent: UInt8 = 0
        var node: UInt8 = 0
        var start: UInt16 = 0
        var length: UInt8 = 0
    }

    private let slots: [Slot]
    private let names: [UInt8]
    private let leaves: [Bool]
    private let repeating: [Bool]
    /// For each node, the parents that it may stand under: a bit a node.
    private let parents: [(UInt64, UInt64)]

    /// The one vocabulary.
    static let shared = CTFVocabulary()

    private init() {
        var slots = [Slot](repeating: Slot(), count: 1 << Self.bits)
        var names: [UInt8] = []
        let count = CTFNode.allCases.count + 1
        var leaves = [Bool](repeating: false, count: count)
        var repeating = leaves
        var parents = [(UInt64, UInt64)](repeating: (0, 0), count: count)
        for rule in CTFNode.rules {
            leaves[Int(rule.node.rawValue)] = rule.isLeaf
            repeating[Int(rule.node.rawValue)] = rule.repeats
            for parent in rule.parents {
                let bit = UInt64(1) << UInt64(parent.rawValue & 63)
                if parent.rawValue < 64 {
                    parents[Int(rule.node.rawValue)].0 |= bit
                } else {
                    parents[Int(rule.node.rawValue)].1 |= bit
                }
            }
            for name in rule.names {
                let bytes = Array(name.utf8)
                for parent in rule.parents {
                    var place = bytes.withUnsafeBufferPointer { Self.place(parent.rawValue, $0) }
                    while slots[place].node != 0 { place = (place + 1) & Self.mask }
                    slots[place] = Slot(
                        parent: parent.rawValue,
                        node: rule.node.rawValue,
                        start: UInt16(names.count),
                        length: UInt8(bytes.count)
                    )
                }
                names += bytes
            }
        }
        self.slots = slots
        self.names = names
        self.leaves = leaves
        self.repeating = repeating
        self.parents = parents
    }

    /// True when a node holds text.
    func isLeaf(_ node: CTFNode) -> Bool { leaves[Int(node.rawValue)] }

    /// True when a node may stand several times under one parent.
    func repeats(_ node: CTFNode) -> Bool { repeating[Int(node.rawValue)] }

    /// True when a node may stand under another.
    func allows(_ node: CTFNode, under parent: CTFNode) -> Bool {
        let masks = parents[Int(node.rawValue)]
        return (parent.rawValue < 64 ? masks.0 : masks.1) >> UInt64(parent.rawValue & 63) & 1 == 1
    }

    /// The node of a name under a parent; nil for an element that is not read.
    func node(_ name: UnsafePointer<CChar>, under parent: CTFNode) -> CTFNode? {
        let length = strlen(name)
        guard length < 64 else { return nil }
        return name.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
            let text = UnsafeBufferPointer(start: bytes, count: length)
            var place = Self.place(parent.rawValue, text)
            return slots.withUnsafeBufferPointer { slots in
                while slots[place].node != 0 {
                    let slot = slots[place]
                    if slot.parent == parent.rawValue, Int(slot.length) == length, isName(slot, bytes) {
                        return CTFNode(rawValue: slot.node)
                    }
                    place = (place + 1) & Self.mask
                }
                return nil
            }
        }
    }

    private func isName(_ slot: Slot, _ bytes: UnsafePointer<UInt8>) -> Bool {
        names.withUnsafeBufferPointer { names in
            names.baseAddress.map { memcmp($0 + Int(slot.start), bytes, Int(slot.length)) == 0 } ?? false
        }
    }

    private static let bits = 9
    private static let mask = 1 << bits - 1

    /// FNV-1a over parent and name.
    private static func place(_ parent: UInt8, _ name: UnsafeBufferPointer<UInt8>) -> Int {
        var hash = (2_166_136_261 ^ UInt32(parent)) &* 16_777_619
        for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int(hash ^ hash >> 16) & mask
    }
}
