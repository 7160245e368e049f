import Projections
import School

extension BaseKeyChange {
    /// What happened to a base's numbers, in a sentence.
    func sentence(of base: String) -> String {
        guard !numbers.isEmpty else { return "\(base): it has a new legal owner." }
        var words = numbers.map { "its \($0.name) was \($0.number.from) and is \($0.number.to)" }
            .joined(separator: ", ")
        if !effective.isEmpty { words += " since \(LondonTime.date(effective))" }
        switch reason {
        case .corrected: words += hasNewController ? "" : " (corrected)"
        case .succeeded: words += " (another school follows it, and the base goes on as that one)"
        case .renumbered: words += " (the same school under another number)"
        }
        return "\(base): \(words)" + (hasNewController ? "; it has a new legal owner." : ".")
    }

    /// The change for machines.
    var json: JSON {
        .object(
            [.init(name: "reason", value: .string(reason.rawValue))]
                + numbers.map { name, number in
                    .init(
                        name: name == "URN" ? "urn" : "laestab",
                        value: ["from": .string(number.from), "to": .string(number.to)]
                    )
                } + [
                    .init(name: "effective", value: effective.isEmpty ? .null : .string(effective)),
                    .init(name: "newController", value: .bool(hasNewController)),
                ]
        )
    }

    private var numbers: [(name: String, number: Number)] {
        [("URN", urn), ("DfE number", laestab)].compactMap { name, number in number.map { (name, $0) } }
    }
}

extension Succession {
    /// What a person has to know or do about it.
    func sentence(of base: Base) -> String {
        let names = successors.map { $0.name.isEmpty ? $0.urn : "\($0.urn) \($0.name)" }.joined(separator: ", ")
        switch effect {
        case .keyChange:
            return "\(base.title): \(names) follows it, so it has that number by now: "
                + "`syncd base config \(base.key) --urn \(successors.first?.urn ?? "NUMBER")`."
        case .ownBase(let key):
            return "\(base.title): base \(key) follows it (\(names)). If pupils went there, their MIS says so; nothing "
                + "changes here."
        case .pending:
            return "\(base.title): \(names) follows it from \(LondonTime.date(successors.first?.established ?? "")). "
                + "Import the list again then."
        case .undecided:
            return "\(base.title): it is followed by \(names) in a merger, an amalgamation or a split. Register the "
                + "new school with `syncd base add`, or let this base go on as it with "
                + "`syncd base config \(base.key) --urn \(successors.first?.urn ?? "NUMBER")`."
        }
    }

    /// The succession for machines.
    var json: JSON {
        let word =
            switch effect {
            case .keyChange: "keyChange"
            case .ownBase: "ownBase"
            case .pending: "pending"
            case .undecided: "undecided"
            }
        return [
            "effect": .string(word),
            "schools": .array(
                successors.map { school in
                    [
                        "urn": .string(school.urn), "name": .string(school.name),
                        "since": school.established.isEmpty ? .null : .string(school.established),
                    ]
                }
            ),
        ]
    }
}
