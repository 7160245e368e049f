import EventLog
import Identifiers
import School
import Synchronization

/// Files without the rows of people who have been erased: as if the MIS did not tell them any more.
///
/// They are left out before anything looks at them, so that no data issue, count or scratch file holds what has gone.
/// A contact is told again for a pupil who stays or is new: that is a lawful basis of its own.
final class ErasureFilter: RecordSource {
    private let files: any RecordSource
    private let suppression: Suppression
    private let state = Mutex(State())

    private struct State {
        /// What has been judged before.
        var judged: [Key: Bool] = [:]
        /// Erased contacts to whom somebody links who is taken in.
        var needed: Set<String> = []
        var dropped = 0
    }

    private struct Key: Hashable {
        var kind: EntityKind
        var key: String
    }

    /// Puts a filter before files.
    init(_ files: any RecordSource, _ suppression: Suppression) throws {
        self.files = files
        self.suppression = suppression
        if !suppression.codes.isEmpty { try findNeeded() }
    }

    var format: String { files.format }
    var coverage: Coverage { files.coverage }
    var producedOn: CalendarDate? { files.producedOn }
    var transfer: ReceivedTransfer? { files.transfer }
    var readsAlone: Bool { files.readsAlone }
    var deletionsErase: Bool { files.deletionsErase }

    /// Rows that the last reading left out.
    var dropped: Int { state.withLock { $0.dropped } }

    func read(_ receive: (SourceItem) throws -> Void) throws {
        state.withLock { $0.dropped = 0 }
        try files.read { item in
            if let left = try left(of: item) { try receive(left) }
        }
    }

    func readBatches(_ receive: (SourceBatch) throws -> Void) throws {
        state.withLock { $0.dropped = 0 }
        try files.readBatches { batch in
            try receive(
                batch.filtered(
                    item: left,
                    packed: { record, layout in try stays(record, layout) }
                )
            )
        }
    }

    /// Which erased contacts are linked to by somebody who is taken in.
    private func findNeeded() throws {
        try files.readBatches { batch in
            _ = try batch.filtered(
                item: { item in
                    guard case .record(let record) = item else { return nil }
                    let contacts = record.references.filter { $0.kind == .contact }.map(\.key)
                    if !contacts.isEmpty, try !isErased(record) { try need(contacts) }
                    return nil
                },
                packed: { record, layout in
                    guard layout.references.contains(where: { $0.kind == .contact }), try !isErased(record, layout)
                    else { return false }
                    try need(keys(of: .contact, record, layout))
                    return false
                }
            )
        }
    }

    private func need(_ contacts: [String]) throws {
        for key in contacts where try judge(.contact, key) { state.withLock { _ = $0.needed.insert(key) } }
    }

    // MARK: Judging

    private func left(of item: SourceItem) throws -> SourceItem? {
        var left: SourceItem?
        switch item {
        case .record(var record):
            if try isErased(record) { break }
            let fenced = fenced(record)
            let before = record.groups.count
            record.groups.removeAll { fenced.contains($0.group) }
            if record.groups.count < before && record.groups.isEmpty { break }
            left = .record(record)
        case .issue(let issue):
            let keys = issue.kinds.compactMap { kind in issue.key.map { (kind, $0) } }
            let person = issue.person.map { [($0.kind, $0.key)] } ?? []
            if try (keys + person).contains(where: { try isErased($0.0, $0.1) }) { break }
            let fenced = issue.key.flatMap { suppression.fenced[Self.first($0)] } ?? []
            if !issue.groups.isEmpty, issue.groups.isSubset(of: fenced) { break }
            left = item
        case .deletion(let kind, let key, _, _), .departure(let kind, let key, _, _):
            if try !isErased(kind, key) { left = item }
        }
        if left == nil { state.withLock { $0.dropped += 1 } }
        return left
    }

    private func stays(_ record: PackedBytes, _ layout: PackedLayout) throws -> Bool {
        var stays = try !isErased(record, layout)
        if stays, !suppression.fenced.isEmpty {
            let owners = [String(decoding: record.key, as: UTF8.self)] + keys(of: .pupil, record, layout)
            stays = !owners.contains { suppression.fenced[$0]?.contains(layout.group) == true }
        }
        if !stays { state.withLock { $0.dropped += 1 } }
        return stays
    }

    private func isErased(_ record: SourceRecord) throws -> Bool {
        if try isErased(record.kind, record.key) { return true }
        for reference in record.references where reference.kind == .pupil || reference.kind == .teacher {
            if try judge(reference.kind, reference.key) { return true }
        }
        return false
    }

    private func isErased(_ record: PackedBytes, _ layout: PackedLayout) throws -> Bool {
        guard !suppression.codes.isEmpty else { return false }
        if try isErased(layout.kind, String(decoding: record.key, as: UTF8.self)) { return true }
        return try [EntityKind.pupil, .teacher].contains { kind in
            try keys(of: kind, record, layout).contains { try judge(kind, $0) }
        }
    }

    /// True for a row of an erased person: the person's own, or one whose key begins with the person's.
    private func isErased(_ kind: EntityKind, _ key: String) throws -> Bool {
        switch kind {
        case .contact: try judge(.contact, key) && state.withLock { !$0.needed.contains(key) }
        case .teacher, .pupil: try judge(kind, key)
        case .registration, .mark, .enrolment: try judge(.pupil, Self.first(key))
        case .teaching: try judge(.teacher, Self.first(key))
        case .base, .class, .course, .term, .session: false
        }
    }

    private func judge(_ kind: EntityKind, _ key: String) throws -> Bool {
        let name = Key(kind: kind, key: key)
        if let judged = state.withLock({ $0.judged[name] }) { return judged }
        let isErased = try suppression.isErased(kind, key)
        state.withLock { $0.judged[name] = isErased }
        return isErased
    }

    private func fenced(_ record: SourceRecord) -> Set<DataGroup> {
        guard !suppression.fenced.isEmpty else { return [] }
        let owners = [record.key] + record.references.filter { $0.kind == .pupil }.map(\.key)
        return owners.reduce(into: []) { $0.formUnion(suppression.fenced[$1] ?? []) }
    }

    private func keys(of kind: EntityKind, _ record: PackedBytes, _ layout: PackedLayout) -> [String] {
        var keys: [String] = []
        _ = record.references { number, key in
            if layout.references[number].kind == kind { keys.append(String(decoding: key, as: UTF8.self)) }
            return true
        }
        return keys
    }

    /// The first part of a key of several.
    private static func first(_ key: String) -> String {
        key.split(separator: "\u{1F}", omittingEmptySubsequences: false).first.map(String.init) ?? key
    }
}
