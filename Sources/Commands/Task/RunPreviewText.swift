import EventLog
import Projections
import School
import Transfer

/// What a run would do, without a name in it: whom it would reach is told in numbers.
struct RunPreviewText {
    let preview: RunPreview
    let base: Base

    /// One object.
    var json: JSON {
        [
            "task": .string(preview.task.name), "base": .string(base.key),
            "recipient": .string(preview.recipient.name), "folder": .string(preview.recipient.folder),
            "refusal": JSON(preview.refusal), "from": JSON(preview.bounds.lowerBound.rawValue),
            "to": JSON(preview.bounds.upperBound.rawValue), "pupils": JSON(preview.selection.counts.sentPupils),
            "changes": .object(changes.map { .init(name: $0.0.name, value: JSON($0.1)) }),
            "groups": .object(groups.map { .init(name: $0.0.name, value: JSON($0.1)) }),
            "trapped": JSON(preview.selection.counts.trapped), "withheld": JSON(preview.selection.counts.withheld),
            "fields": .object(
                (preview.export?.groups ?? []).map { group in
                    .init(name: group.name, value: .array(fields(of: group).map(JSON.string)))
                }
            ),
        ]
    }

    /// A few lines.
    var text: String {
        var lines = ["\(base.title) to \(preview.recipient.name), \(preview.recipient.folder)"]
        if let refusal = preview.refusal { return lines[0] + "\n  Nothing would leave: \(refusal)." }
        guard preview.selection.hasNews else { return lines[0] + "\n  Nothing to send." }
        let pupils = Counts.of(preview.selection.counts.sentPupils, "pupil")
        let what = changes.map { "\(Counts.grouped($0.1)) \($0.0.name)" }.joined(separator: ", ")
        lines.append("  \(pupils) would go: \(what)")
        for (group, count) in groups {
            lines.append("  \(group.name.padding(15))  of \(Counts.of(count, "pupil"))")
            let wrapped = Wrapping.lines(fields(of: group), separator: ", ", width: 80)
            lines += wrapped.map { String(repeating: " ", count: 19) + $0 }
        }
        if preview.selection.counts.trapped > 0 {
            lines.append("  \(Counts.of(preview.selection.counts.trapped, "group")) the recipient has already")
        }
        return lines.joined(separator: "\n")
    }

    private var changes: [(PupilChange, Int)] {
        PupilChange.allCases.compactMap { change in
            let count = preview.selection.pupils.count { $0.change == change }
            return count > 0 ? (change, count) : nil
        }
    }

    private var groups: [(DataGroup, Int)] {
        preview.pupilsByGroup.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
    }

    private func fields(of group: DataGroup) -> [String] {
        (preview.export?.fields(of: group) ?? []).map(\.name)
    }
}
