import EventLog
import Identifiers
import Projections
import School
import Testing
import Transfer

/// What went another way than it should.
struct Disagreement: Error, CustomStringConvertible {
    let description: String
}

/// A consumer of the feed, as simple as one can be: it holds by id what it was told, and forgets what was deleted.
struct Replica {
    /// What it holds of one thing.
    struct Held: Equatable {
        var kind: EntityKind?
        var groups: [DataGroup: [FieldRow]] = [:]
    }

    let selection: FeedSelection
    var held: [SubjectID: Held] = [:]
    /// UPNs as a consumer knows them that finds pupils by UPN.
    var upns: [SubjectID: String] = [:]

    init(of selection: FeedSelection) { self.selection = selection }

    var surnames: [SubjectID: String] {
        held.compactMapValues { $0.groups[.basicDetails]?.first?[.surname] }
    }

    /// Takes a page in.
    mutating func apply(_ page: FeedPage) throws {
        for line in page.lines { try apply(line) }
    }

    mutating func apply(_ line: FeedLine) throws {
        if !line.keyChanges.isEmpty, let known = upns[line.entity] {
            // Told again, it may know the new key by now.
            guard line.keyChanges.contains(where: { known == $0.old || known == $0.new }) else {
                throw Disagreement(description: "a key changes from what the consumer never had")
            }
        }
        if line.isDeletion {
            held[line.entity] = nil
            upns[line.entity] = nil
            return
        }
        if line.what == .new { held[line.entity] = nil }
        var thing = held[line.entity] ?? Held()
        thing.kind = line.kind
        for content in line.groups { thing.groups[content.group] = content.rows }
        for group in line.cleared { thing.groups[group] = nil }
        held[line.entity] = thing
        if let known = upns[line.entity], let new = line.upn, known != new, line.what != .new,
            !line.keyChanges.contains(where: { $0.new == new })
        {
            throw Disagreement(description: "a key changed and nobody said so")
        }
        upns[line.entity] = line.upn
    }

    /// Reads to the end.
    ///
    /// - Returns: the cursor that the consumer keeps.
    @discardableResult
    mutating func drain(_ feed: ChangeFeed, from cursor: ChangeCursor?, limit: Int) throws -> ChangeCursor {
        var cursor = cursor
        while true {
            let page = try feed.page(since: cursor, selection, limit: limit)
            if page.lines.count > limit { throw Disagreement(description: "\(page.lines.count) lines for \(limit)") }
            try apply(page)
            cursor = page.next
            // A window that was begun long ago ends, and a new one is needed.
            if !page.hasMore, page.upper == page.available.newest { return page.next }
        }
    }

    /// Holds it against what is held at the store.
    func expectEqual(_ store: SchoolStore, _ place: String = "") throws {
        var expected: [SubjectID: Held] = [:]
        try store.state.catchUp()
        try store.state.read { snapshot in
            var bases = [selection.base].compactMap { $0 }
            if bases.isEmpty { bases = try snapshot.bases().map(\.id) }
            for base in bases {
                for kind in EntityKind.allCases {
                    var ids: [SubjectID] = []
                    try snapshot.entities(kind, at: base) { id in
                        ids.append(id)
                        return true
                    }
                    for id in ids where try snapshot.status(of: id, at: base) == .present {
                        if try snapshot.groups(of: id).isEmpty { continue }
                        expected[id] = Held(kind: kind, groups: try groups(of: id, snapshot))
                    }
                }
            }
        }
        #expect(held == expected, "\(place)")
    }

    private func groups(of id: SubjectID, _ snapshot: borrowing Snapshot) throws -> [DataGroup: [FieldRow]] {
        var found: [DataGroup: [FieldRow]] = [:]
        for state in try snapshot.groups(of: id) {
            if let rows = state.content?.rows, !rows.isEmpty { found[state.group] = rows }
        }
        return found
    }
}

extension SchoolStore {
    /// The changes of the store.
    var feed: ChangeFeed { ChangeFeed(state: state, log: log) }
}
