/// The table that the bench prints.
struct Table {
    private static let headings = ["row", "unit", "log", "limit", "of limit", "peer", "of peer", "must reach", ""]

    /// Rows in their order.
    let outcomes: [Outcome]
    /// The control's figures over the whole run.
    let control: Spread?

    /// The table as text, its last line ended.
    var text: String {
        let lines = [Self.headings] + outcomes.map(Self.cells)
        let widths = Self.headings.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for (index, cells) in lines.enumerated() {
            text += Self.line(cells, widths)
            guard index > 0 else { continue }
            for detail in Self.details(outcomes[index - 1]) { text += "    \(detail)\n" }
        }
        text += "\ncontrol, fdatasync of 4 KiB: \(figure(control)) /s over the whole run\n"
        text += "[least .. greatest] of the repeats; a ratio is the median of the rounds' ratios\n"
        return text
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        var line = padded.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    private static func cells(_ outcome: Outcome) -> [String] {
        [
            outcome.row.rawValue, outcome.row.unit,
            outcome.value == nil ? "absent" : figure(outcome.value),
            figure(outcome.limit), ratio(outcome.ratioToLimit),
            figure(outcome.peer), ratio(outcome.ratioToPeer),
            outcome.row.bars.map(bar).joined(separator: ", "), outcome.verdict.rawValue,
        ]
    }

    private static func details(_ outcome: Outcome) -> [String] {
        var details: [String] = []
        if let label = outcome.limitLabel { details.append("limit: \(label)") }
        if let label = outcome.peerLabel { details.append("peer: \(label)") }
        details += outcome.beside.map { "\($0.label): \(figure($0.figures))" }
        if let memory = outcome.memory {
            let flat = memory.isFlat ? "flat" : "grows"
            details.append(
                "anonymous memory: \(mebibytes(memory.start)) to \(mebibytes(memory.peak)) MiB at most, "
                    + "\(mebibytes(memory.slope)) MiB/s in the second half: \(flat)"
            )
        }
        return details
    }

    private static func bar(_ bar: Bar) -> String {
        let of = bar.yardstick == .memory ? "" : "of "
        return "\(bar.sense.rawValue) \(figure(bar.factor)) \(of)\(bar.yardstick.rawValue)"
    }

    private static func ratio(_ spread: Spread?) -> String { spread.map { figure($0.median) } ?? "-" }

    private static func mebibytes(_ kibibytes: Double) -> String { figure(kibibytes / 1024) }
}
