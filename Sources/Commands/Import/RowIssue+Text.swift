import School

extension RowIssue {
    /// Where, and what is wrong, in a line.
    var text: String {
        var place = file
        if line > 0 { place += ", line \(line)" }
        if !field.isEmpty { place += ", \(field)" }
        return "\(place): \(reason)" + (effect == .parked ? " [parked]" : "")
    }

    /// The issue for machines.
    var json: JSON {
        [
            "file": .string(file), "line": JSON(line), "field": .string(field), "reason": .string(reason),
            "effect": .string(effect.rawValue),
        ]
    }
}
