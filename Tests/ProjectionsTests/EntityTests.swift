import EventLog
import Events
import Identifiers
import School
import SyncdTesting
import Testing

@testable import Projections

/// Entities, the source mirror and the change index that follow from them.
struct EntityTests {
    let builder = EventBuilder()
    let hill = BaseID(high: 10, low: 1)
    let vale = BaseID(high: 10, low: 2)
    let ada = SubjectID(high: 20, low: 1)
    let ben = SubjectID(high: 20, low: 2)

    func content(_ group: DataGroup, _ town: String) -> GroupContent {
        GroupContent(group, [FieldRow([.init(.town, town)])])
    }

    func changes(_ snapshot: borrowing Snapshot, _ base: BaseID, after: Position = .origin) throws -> [BaseChange] {
        var found: [BaseChange] = []
        try snapshot.changes(at: base, after: after, to: try snapshot.checkpoint().position) {
            found.append($0)
            return true
        }
        return found
    }

    @Test("A told group is there with its content, place and hash; a later one replaces it")
    func told() throws {
        let log = ReferenceLog()
        try log.append(
            builder.changed(.pupil, ada, at: hill, key: "A1", [content(.address, "Old"), content(.sen, "K")])
        )
        try log.append(builder.changed(.pupil, ada, at: hill, key: "A1", [content(.address, "New")]))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let entity = try #require(try snapshot.entity(ada))
            #expect(entity.kind == .pupil && entity.base == hill && entity.key == "A1" && entity.status == .present)
            let address = try #require(try snapshot.group(.address, of: ada))
            #expect(address.position == Position(2) && address.content == content(.address, "New"))
            #expect(try snapshot.groups(of: ada).map(\.group) == [.address, .sen])
            let entry = try #require(try snapshot.mirrorEntry(builder.source, .pupil, key: "A1"))
            #expect(entry.id == ada && entry.groups.count == 2)
            #expect(try snapshot.mirrorEntry(builder.source, .pupil, key: "A") == nil)
            #expect(try snapshot.mirrorEntry(builder.source, .contact, key: "A1") == nil)
            #expect(
                try changes(snapshot, hill) == [
                    BaseChange(position: Position(1), entity: ada, what: .group(.sen, .set)),
                    BaseChange(position: Position(2), entity: ada, what: .group(.address, .set)),
                ]
            )
            #expect(try changes(snapshot, hill, after: Position(1)).map(\.position) == [Position(2)])
            #expect(try changes(snapshot, vale).isEmpty)
        }
    }

    @Test("A cleared group keeps a row without content, and is a change")
    func cleared() throws {
        let log = ReferenceLog()
        try log.append(builder.changed(.pupil, ada, at: hill, key: "A1", [content(.address, "Old")]))
        try log.append(
            builder.changed(.pupil, ada, at: hill, key: "A1", [GroupContent(.address, [])], change: .cleared)
        )
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let address = try #require(try snapshot.group(.address, of: ada))
            #expect(address.change == .cleared && address.content == GroupContent(.address, []))
            #expect(try changes(snapshot, hill).map(\.what) == [.group(.address, .cleared)])
        }
    }

    @Test("Who goes, and comes back, is a change at the base, and the mirror knows")
    func statuses() throws {
        let log = ReferenceLog()
        try log.append(builder.changed(.pupil, ada, at: hill, key: "A1", [content(.address, "Old")]))
        try log.append(builder.status(.absent, of: ada, .pupil, at: hill))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.mirrorEntry(builder.source, .pupil, key: "A1")?.status == .absent)
            #expect(try changes(snapshot, hill).map(\.what) == [.group(.address, .set), .status(.absent, .pupil)])
        }
        try log.append(builder.status(.present, of: ada, .pupil, at: hill))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.entity(ada)?.status == .present)
            #expect(
                try changes(snapshot, hill).last
                    == BaseChange(position: Position(3), entity: ada, what: .status(.present, .pupil))
            )
            #expect(try changes(snapshot, hill).count == 2)
        }
    }

    @Test("Only a move takes an entity to another base: a group that is told for another leaves it where it is")
    func groupDoesNotMove() throws {
        let log = ReferenceLog()
        try log.append(builder.changed(.pupil, ada, at: hill, key: "A1", [content(.address, "Old")]))
        try log.append(builder.moved(ada, .pupil, from: hill, to: vale))
        try log.append(builder.changed(.pupil, ada, at: hill, key: "A1", [GroupContent(.sen, [])], change: .cleared))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.entity(ada)?.base == vale)
            #expect(try snapshot.entity(ada)?.status == .present)
            #expect(try snapshot.mirrorEntry(builder.source, .pupil, key: "A1")?.base == vale)
        }
    }

    @Test("Who moves leaves a tombstone at the old base; all groups appear at the new one, at the move's position")
    func moved() throws {
        let log = ReferenceLog()
        try log.append(
            builder.changed(.pupil, ada, at: hill, key: "A1", [content(.address, "Old"), content(.sen, "K")])
        )
        try log.append(builder.changed(.pupil, ben, at: hill, key: "B1", [content(.address, "Old")]))
        try log.append(builder.moved(ada, .pupil, from: hill, to: vale))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.entity(ada)?.base == vale)
            #expect(try snapshot.mirrorEntry(builder.source, .pupil, key: "A1")?.base == vale)
            #expect(
                try changes(snapshot, hill) == [
                    BaseChange(position: Position(2), entity: ben, what: .group(.address, .set)),
                    BaseChange(position: Position(4), entity: ada, what: .status(.movedAway, .pupil)),
                ]
            )
            #expect(
                try changes(snapshot, vale) == [
                    BaseChange(position: Position(4), entity: ada, what: .group(.address, .set)),
                    BaseChange(position: Position(4), entity: ada, what: .group(.sen, .set)),
                ]
            )
            var there: [SubjectID] = []
            try snapshot.entities(.pupil, at: vale) {
                there.append($0)
                return true
            }
            #expect(there == [ada])
            #expect(try snapshot.bases(of: builder.source) == [hill, vale])
        }
        try log.append(builder.moved(ada, .pupil, from: vale, to: hill))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.status(of: ada, at: hill) == .present)
            #expect(try snapshot.status(of: ada, at: vale) == .movedAway)
            #expect(try changes(snapshot, hill).map(\.entity) == [ben, ada, ada])
            #expect(try changes(snapshot, vale).map(\.what) == [.status(.movedAway, .pupil)])
        }
    }

    @Test("The mirror is gone through in the order of keys, long ones and look-alikes included")
    func mirror() throws {
        let log = ReferenceLog()
        let long = String(repeating: "x", count: 450)
        let keys = ["1", "12", "2", long + "a", long + "b", "1\u{0}2"]
        for (number, key) in keys.enumerated() {
            let id = SubjectID(high: 30, low: UInt64(number))
            try log.append(builder.changed(.pupil, id, at: hill, key: key, [content(.address, key)]))
        }
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            for (number, key) in keys.enumerated() {
                let entry = try snapshot.mirrorEntry(builder.source, .pupil, key: key)
                #expect(entry?.id == SubjectID(high: 30, low: UInt64(number)))
            }
            #expect(try snapshot.mirrorEntry(builder.source, .pupil, key: long + "c") == nil)
            var found: [String] = []
            try snapshot.mirror(of: builder.source, .pupil) {
                found.append($0.key)
                return true
            }
            #expect(found.prefix(4) == ["1", "1\u{0}2", "12", "2"])
            #expect(Set(found) == Set(keys))
        }
    }

    @Test("Marks belong to their pupils, though the event is the register's")
    func marks() throws {
        let log = ReferenceLog()
        let mark = GroupContent(.attendance, [FieldRow([.init(.mark, "/")])])
        let marks = [ada, ben].map {
            (entity: SubjectID(high: 40, low: $0.low), owner: $0, key: "\($0.low)\u{1F}2024-09-02", content: mark)
        }
        try log.append(builder.changed(.mark, marks, at: hill, stream: StreamID(high: 50, low: 1)))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            var found: [SubjectID] = []
            try snapshot.entities(.mark, of: ada) {
                found.append($0)
                return true
            }
            #expect(found == [marks[0].entity])
            #expect(try snapshot.entity(marks[1].entity)?.owner == ben)
            #expect(try changes(snapshot, hill).count == 2)
        }
    }

    @Test("The history of an entity is complete and in order over many full lists")
    func history() throws {
        let log = ReferenceLog()
        for number in 0..<100 {
            try log.append(builder.changed(.pupil, ada, at: hill, key: "A1", [content(.address, "\(number)")]))
            if number % 10 == 0 { try log.append(builder.status(.absent, of: ben, .pupil, at: hill)) }
        }
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            var found: [HistoryEntry] = []
            try snapshot.history(of: ada) {
                found.append($0)
                return true
            }
            #expect(found.count == 100)
            #expect(found.map(\.position) == found.map(\.position).sorted())
            #expect(found.allSatisfy { $0.type == .pupilGroupChanged && $0.group == .address })
            var first: [HistoryEntry] = []
            try snapshot.history(of: ben) {
                first.append($0)
                return first.count < 3
            }
            #expect(first.count == 3 && first[0].group == nil)
        }
    }
}
