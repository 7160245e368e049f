import EventLog
import Events
import Identifiers
import School
import SyncdTesting
import Synchronization
import Testing
import Transfer

@Suite("Selection against a naive model, over random histories")
struct SelectionPropertyTests {
    private struct Refused: Error {}

    /// Delivers nothing.
    private struct NoDelivery: Delivery {
        func deliver(_ package: TransferPackage, with leave: ApprovedDelivery) throws { throw Refused() }
        func clean(_ package: TransferPackage) throws -> DeliveryRemains { .nothing }
    }

    @Test(
        "S1-14, S1-15, S2-65, S2-70, rulings 11: each run tells exactly what the recipient does not know yet, each thing once, and what is kept back for a child is taken back at every school",
        arguments: [UInt64](1...24)
    )
    func history(seed: UInt64) throws {
        var history = History(store: try SchoolStore(), seed: seed)
        for step in 0..<70 {
            try history.step()
            if history.random.next() % 4 == 0 { try history.check("seed \(seed), step \(step)") }
            if history.random.next() % 30 == 0 { try history.kill() }
        }
    }

    /// A store and the model, told the same.
    private struct History {
        var store: SchoolStore
        var random: SplitMix64
        var model = NaiveModel()

        init(store: SchoolStore, seed: UInt64) {
            self.store = store
            random = SplitMix64(seed: seed)
        }

        private mutating func pick(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

        private mutating func base() -> BaseID { pick(3) == 0 ? store.otherBase : store.base }

        /// The process is killed, and goes on with what lies on the disk.
        mutating func kill() throws {
            let now = store.clock.now.microseconds
            store = try store.killed()
            store.clock.advance(seconds: Double(now - store.clock.now.microseconds) / 1_000_000)
        }

        /// Something happens in the schools.
        mutating func step() throws {
            let number = UInt64(1 + pick(6))
            let id = SchoolStore.pupil(number)
            guard let pupil = model.pupils[id] else { return try admit(number) }
            switch pick(18) {
            case 16, 17: try protect(number, pupil)
            case 0...4: try edit(number, pupil, content())
            case 5: try editContact()
            case 6: try edit(number, pupil, GroupContent(DataGroup.address, []))
            case 7: try tellAgain(number, pupil)
            case 8: try status(id, pupil)
            case 9: try move(id, pupil)
            case 10: try edit(number, pupil, GroupContent(.sen, [FieldRow([.init(.senProvision, "K\(pick(9))")])]))
            case 11: try decide()
            case 12: try registerSecondly(number, pupil)
            case 13: store.clock.advance(seconds: Double(86_400 * (1 + pick(200))))
            default: try edit(number, pupil, leaving())
            }
        }

        private mutating func admit(_ number: UInt64) throws {
            let base = base()
            let contents = [
                SchoolStore.details("Name\(pick(4))"), SchoolStore.registration(),
                SchoolStore.links([UInt64(1 + pick(3))]),
            ]
            try store.append([
                store.builder.changed(.pupil, SchoolStore.pupil(number), at: base, key: "p\(number)", contents)
            ])
            var pupil = NaiveModel.Pupil(base: base)
            for content in contents { pupil.groups[content.group] = content }
            model.pupils[SchoolStore.pupil(number)] = pupil
        }

        private mutating func content() -> GroupContent {
            switch pick(4) {
            case 0: SchoolStore.details("Name\(pick(4))", upn: pick(2) == 0 ? "A00110792141\(pick(3))" : nil)
            case 1: SchoolStore.address("\(pick(3)) High Street")
            case 2: SchoolStore.links((0..<pick(3)).map { _ in UInt64(1 + pick(3)) })
            default: SchoolStore.registration([.yearGroup: "\(1 + pick(3))", .registrationGroup: "\(pick(2))"])
            }
        }

        private mutating func leaving() -> GroupContent {
            SchoolStore.registration([.leavingDate: ["2024-07-20", "2025-01-31", "2026-07-20", "2030-07-20"][pick(4)]])
        }

        private mutating func edit(_ number: UInt64, _ pupil: NaiveModel.Pupil, _ content: GroupContent) throws {
            let id = SchoolStore.pupil(number)
            try store.append([
                store.builder.changed(
                    .pupil,
                    id,
                    at: pupil.base,
                    key: "p\(number)",
                    [content],
                    change: content.rows.isEmpty ? .cleared : .set
                )
            ])
            model.pupils[id]?.groups[content.group] = content
        }

        private mutating func tellAgain(_ number: UInt64, _ pupil: NaiveModel.Pupil) throws {
            let contents = pupil.groups.values.filter { !$0.rows.isEmpty }.sorted {
                $0.group.rawValue < $1.group.rawValue
            }
            try edit(number, pupil, contents[pick(contents.count)])
        }

        private mutating func editContact() throws {
            let number = UInt64(1 + pick(3))
            let street = pick(2) == 0 ? "\(pick(3)) High Street" : nil
            let details = SchoolStore.person("Parent\(pick(3))", phone: "07700 90000\(pick(9))", street: street)
            try store.tellContact(number, details, at: base())
            model.contacts["c\(number)"] = details
        }

        /// The MIS or the school itself says whether the pupil may be found; either is enough.
        private mutating func protect(_ number: UInt64, _ pupil: NaiveModel.Pupil) throws {
            let group: DataGroup = pick(2) == 0 ? .protection : .ownProtection
            try edit(number, pupil, SchoolStore.protection(group, pick(2) == 0))
            let id = SchoolStore.pupil(number)
            let says = [.protection, .ownProtection].compactMap { model.pupils[id]?.groups[$0]?.rows.first }
            if says.contains(where: { $0[.restrictedAddress] == "true" }) {
                model.restricted.insert(id)
            } else {
                model.restricted.remove(id)
            }
        }

        private mutating func status(_ id: SubjectID, _ pupil: NaiveModel.Pupil) throws {
            let choice = pick(4)
            let status: Syncd_Events_EntityStatusChanged.Status =
                choice == 0 ? .absent : choice == 1 ? .deletedAtSource : .present
            try store.append([store.builder.status(status, of: id, .pupil, at: pupil.base)])
            model.pupils[id]?.standing = choice == 0 ? "absent" : choice == 1 ? "deleted" : "present"
        }

        /// Also registered at the other base: as a subsidiary, as a previous pupil, or with a leaving date.
        private mutating func registerSecondly(_ number: UInt64, _ pupil: NaiveModel.Pupil) throws {
            let base = pupil.base == store.base ? store.otherBase : store.base
            let content = [
                SchoolStore.registration([.enrolmentStatus: "S"]),
                SchoolStore.registration([.enrolmentStatus: "P", .leavingDate: "2024-07-20"]),
                SchoolStore.registration([.enrolmentStatus: "P"]),
                SchoolStore.registration([.enrolmentStatus: "S", .leavingDate: "2025-01-31"]),
            ][pick(4)]
            try store.append([
                store.builder.changed(
                    .registration,
                    SubjectID(high: 300, low: number),
                    at: base,
                    key: "p\(number)@second",
                    [content],
                    owner: SchoolStore.pupil(number)
                )
            ])
            model.pupils[SchoolStore.pupil(number)]?.registrations[base] = content
        }

        private mutating func move(_ id: SubjectID, _ pupil: NaiveModel.Pupil) throws {
            let target = pupil.base == store.base ? store.otherBase : store.base
            // An import ends the second registration there first; the model has no such step.
            guard pupil.registrations[target] == nil else { return }
            try store.append(store.builder.moved(id, .pupil, from: pupil.base, to: target))
            model.pupils[id]?.base = target
            model.pupils[id]?.standing = "present"
        }

        private mutating func decide() throws {
            let base = base()
            if model.accepted[base] == true, pick(3) == 0 {
                try store.withdraw(at: base)
                model.accepted[base] = false
            } else if model.accepted[base] != true {
                try store.accept(at: base)
                model.accepted[base] = true
            }
        }

        /// A run, now and then one whose delivery fails, compared with what the model expects of it.
        mutating func check(_ place: String) throws {
            let base = base()
            let task = pick(4) == 0 ? store.snapshot : store.changedData
            let expected = model.lines(at: base, today: store.today, snapshot: task == store.snapshot)
            let preview = try store.runner().preview(task: task, base: base)
            guard let expected else {
                #expect(preview.refusal != nil, "\(place)")
                #expect(try store.run(task, at: base).state == .held, "\(place)")
                return
            }
            let told = Set(preview.selection.pupils.map(Line.init))
            #expect(told == Set(expected.map(Line.init)), "\(place)")
            if pick(5) == 0 {
                let outcome = try store.runner(seed: 5) { _ in NoDelivery() }.run(task: task, base: base)
                #expect(outcome.state == (expected.isEmpty ? .nothingToSend : .failed), "\(place)")
                return
            }
            let outcome = try store.run(task, at: base)
            #expect(outcome.state == (expected.isEmpty ? .nothingToSend : .exported), "\(place)")
            #expect(outcome.counts.sentPupils == expected.count, "\(place)")
            model.acknowledge(expected, at: base)
        }
    }

    /// What is compared: whom, what happened, which groups, and the values of those that are sent as they are held.
    private struct Line: Hashable {
        var pupil: SubjectID
        var change: PupilChange
        var groups: Set<DataGroup>
        var cleared: Set<DataGroup>
        var values: [DataGroup: [FieldRow]]

        private static let plain: Set<DataGroup> = [.basicDetails, .address, .registration]

        init(_ told: SelectedPupil) {
            pupil = told.pupil
            change = told.change == .keyChanged ? .changed : told.change
            groups = Set(told.groups.map(\.group))
            cleared = Set(told.cleared)
            values = [:]
            for content in told.groups where Self.plain.contains(content.group) { values[content.group] = content.rows }
        }

        init(_ expected: NaiveModel.Line) {
            pupil = expected.pupil
            change = expected.change
            groups = Set(expected.groups.keys)
            cleared = expected.cleared
            values = expected.groups.filter { Self.plain.contains($0.key) }
        }
    }
}
