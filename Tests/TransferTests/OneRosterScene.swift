import EventLog
import Foundation
import Identifiers
import School
import SyncdTesting
import Testing
import Transfer

@testable import Connectors

/// Tasks that make OneRoster packages, for the first base.
struct RosterTasks {
    let core = TaskID(high: 11, low: 3)
    let full = TaskID(high: 11, low: 4)
    let classes = TaskID(high: 11, low: 5)

    init(_ store: SchoolStore) throws {
        let kinds: [(TaskID, TaskDefinition.DataType, String)] = [
            (core, .changedData, "pupil-core"), (full, .snapshot, "pupil-core"), (classes, .changedData, "class-lists"),
        ]
        for (id, type, report) in kinds {
            let task = TaskDefinition(
                id: id,
                name: "roster \(id.low)",
                bases: [store.base],
                recipient: try store.add(report == "class-lists" ? "platform" : "council"),
                type: type,
                report: report,
                format: .oneroster
            )
            try store.append(TaskDefinition.create(task, beside: [], owner: store.owner))
        }
    }
}

/// A package that was delivered, as the strict import takes it.
struct SentPackage {
    /// A row by the names of its columns.
    struct Row {
        var values: [String: String]

        subscript(column: String) -> String { values[column] ?? "" }
        var name: String { self["name"] }
    }

    let manifest: OneRosterTransferManifest
    /// The files of the archive.
    let names: [String]
    /// Everything that is in it.
    private(set) var text = ""
    let mode: OneRosterManifest.Mode?
    private var files: [OneRosterFile: [Row]] = [:]

    init(_ store: SchoolStore, _ outcome: RunOutcome) throws {
        let name = try #require(outcome.files.first?.split(separator: "/").last, "\(outcome.reason)")
        try self.init(store, named: String(name.dropLast(4)))
    }

    /// Reads a package strictly, and every row of it.
    init(_ store: SchoolStore, named name: String) throws {
        let path = store.folder.path("out") + "/\(name).zip"
        _ = try OneRosterSource(path: path, lenient: false)
        let json = try store.bytes(named: name + ".manifest.json")
        manifest = try JSONDecoder().decode(OneRosterTransferManifest.self, from: Data(json))
        names = try ZipFile(path: path).entries.map(\.name)
        text = String(decoding: json, as: UTF8.self)
        let package = try OneRosterPackage(path: path)
        mode = package.manifest.mode
        for file in package.files.keys {
            var reader = try package.open(file)
            while try reader.next() {
                var values: [String: String] = [:]
                for (place, column) in reader.header.enumerated() { values[column] = reader.text(place) }
                files[file, default: []].append(Row(values: values))
                text += values.values.joined(separator: " ")
            }
        }
    }

    func rows(_ file: OneRosterFile) -> [Row] { files[file] ?? [] }
}

extension SchoolStore {
    static func schoolClass(_ number: UInt64) -> SubjectID { SubjectID(high: 300, low: number) }
    static func membership(_ number: UInt64) -> SubjectID { SubjectID(high: 400, low: number) }

    /// A recipient of packages alone, added when first named.
    func add(_ name: String) throws -> RecipientID {
        let id = RecipientID(high: 12, low: UInt64(name.utf8.count))
        let isThere = try states.read(reaching: log.durableEnd) { try $0.recipient(id) } != nil
        if !isThere {
            let added = School.Recipient(
                id: id,
                name: name,
                folder: folder.path("out"),
                party: try TransferParty(name == "council" ? "820" : "821")
            )
            try append(School.Recipient.add(added, to: [recipient], owner: owner))
        }
        return id
    }

    func accept(_ report: String) throws {
        let acceptance = try states.read(reaching: log.durableEnd) { try $0.acceptance(of: report, at: base) }
        let head = Accepter(actor: ActorID(high: 7, low: 7), name: "Head Teacher")
        try append(AcceptanceRules.accept(ReportCatalogue.newest(report), acceptance, by: head))
    }

    /// Tells a class of the first base.
    @discardableResult
    func tellClass(_ number: UInt64, _ name: String, _ fields: [Field: String] = [:]) throws -> SubjectID {
        var row = FieldRow([.init(.name, name), .init(.classType, "teaching")])
        for (field, value) in fields { row[field] = value }
        try tell(Self.schoolClass(number), GroupContent(.classDetails, [row]))
        return Self.schoolClass(number)
    }

    /// Tells a class's details.
    func tell(_ schoolClass: SubjectID, _ details: GroupContent) throws {
        try append([builder.changed(.class, schoolClass, at: base, key: "k\(schoolClass.low)", [details])])
    }

    /// Tells that a pupil is in a class.
    func tellMembership(_ number: UInt64, of pupil: UInt64, in schoolClass: UInt64) throws {
        let row = FieldRow([.init(.classKey, "k\(schoolClass)")])
        try append([
            builder.changed(
                .enrolment,
                Self.membership(number),
                at: base,
                key: "m\(number)",
                [GroupContent(.classMembership, [row])],
                owner: Self.pupil(pupil)
            )
        ])
    }
}
