import EventLog
import Identifiers
import School
import Transfer

/// A page of changes as people and machines read it; machines in the terms of change queries (conventions.md section 3).
struct ChangesView {
    let page: FeedPage
    /// The keys of bases by id.
    let keys: [BaseID: String]
    /// Keys and values are shown.
    let isOpen: Bool
    /// Of whom they are: all that the page tells, unless an auditor comes with grants.
    let opened: Set<SubjectID>
    /// Whose school is kept back (rulings 11).
    let hidden: Set<SubjectID>

    /// The page for machines: bounds are inclusive here, so the lower one is the cursor's position and one more.
    var json: JSON {
        [
            "available": [
                "oldestChangeVersion": JSON(page.available.oldest.next.rawValue),
                "newestChangeVersion": JSON(page.available.newest.rawValue),
            ],
            "minChangeVersion": JSON(page.lower.next.rawValue), "maxChangeVersion": JSON(page.upper.rawValue),
            "changes": .array(page.lines.filter { !$0.isDeletion }.map(change)),
            "deletes": .array(page.lines.filter(\.isDeletion).map(deletion)),
            "keyChanges": .array(page.lines.flatMap(keyChanges)),
            "hasMore": .bool(page.hasMore), "next": .string(page.next.text),
        ]
    }

    /// The page for people.
    var text: String {
        var text = ""
        if page.lines.isEmpty {
            text = "Nothing changed after position \(Counts.grouped(page.lower.rawValue))."
        } else {
            let headers = ["#Version", "What", "Kind", "Base", "Groups", "Id"] + (isOpen ? ["UPN", "MIS key"] : [])
            var table = TextTable(headers)
            for line in page.lines {
                let shown = opened.contains(line.entity)
                let keysOf = [shown ? line.upn : nil, shown ? line.sourceKey : nil].map { ($0 ?? "").orDash }
                table.add(
                    [
                        Counts.grouped(line.version.rawValue), words(line), line.kind?.name ?? "-",
                        place(line) ?? "-",
                        groups(line), line.entity.hex,
                    ] + (isOpen ? keysOf : [])
                )
            }
            text = table.text + "\n\(Counts.of(page.lines.count, "change"))"
            text += ", after position \(Counts.grouped(page.lower.rawValue))"
            text += " and up to \(Counts.grouped(page.upper.rawValue))\(page.hasMore ? "; there are more" : "")."
        }
        return text + "\nNext: --since \(page.next.text)"
    }

    private func place(_ line: FeedLine) -> String? {
        hidden.contains(line.entity) ? SafeguardingTable.word : keys[line.base]
    }

    private func words(_ line: FeedLine) -> String {
        let key = line.keyChanges.isEmpty ? "" : ", other key"
        return switch line.what {
        case .new: "new"
        case .changed: "changed" + key
        case .deleted(let reason): "gone: \(reason.words)"
        }
    }

    private func groups(_ line: FeedLine) -> String {
        let names = line.groups.map(\.group.name) + line.cleared.map { "\($0.name) (empty now)" }
        return names.joined(separator: ", ").orDash
    }

    private func head(_ line: FeedLine) -> [JSON.Member] {
        [
            .init(name: "id", value: .string(line.entity.hex)),
            .init(name: "changeVersion", value: JSON(line.version.rawValue)),
            .init(name: "kind", value: JSON(line.kind?.name)), .init(name: "base", value: JSON(place(line))),
        ]
    }

    private func change(_ line: FeedLine) -> JSON {
        var members = head(line)
        members.append(.init(name: "change", value: line.what == .new ? "new" : "changed"))
        members.append(.init(name: "groups", value: .array(line.groups.map { .string($0.group.name) })))
        members.append(.init(name: "clearedGroups", value: .array(line.cleared.map { .string($0.name) })))
        if opened.contains(line.entity) {
            members.append(.init(name: "keyValues", value: keyValues(line)))
            let data = line.groups.map { JSON.Member(name: $0.group.name, value: .array($0.rows.map(\.json))) }
            members.append(.init(name: "data", value: .object(data)))
        }
        return .object(members)
    }

    private func deletion(_ line: FeedLine) -> JSON {
        var members = head(line)
        members.append(.init(name: "reason", value: .string(line.tombstone?.rawValue ?? "")))
        if opened.contains(line.entity) { members.append(.init(name: "keyValues", value: keyValues(line))) }
        return .object(members)
    }

    private func keyChanges(_ line: FeedLine) -> [JSON] {
        // Closed, they say only that there is one.
        guard opened.contains(line.entity) else { return line.keyChanges.isEmpty ? [] : [.object(head(line))] }
        return line.keyChanges.map { change in
            .object(
                head(line) + [
                    .init(name: "oldKeyValues", value: ["upn": .string(change.old)]),
                    .init(name: "newKeyValues", value: ["upn": JSON(change.new)]),
                ]
            )
        }
    }

    private func keyValues(_ line: FeedLine) -> JSON { ["misKey": JSON(line.sourceKey), "upn": JSON(line.upn)] }
}

extension Tombstone {
    /// The reason in words.
    fileprivate var words: String {
        switch self {
        case .left: "left"
        case .outOfReach: "out of reach"
        case .sharingEnded: "sharing ended"
        case .erased: "erased"
        case .absent: "no longer exported"
        case .deletedAtSource: "deleted in the MIS"
        }
    }
}
