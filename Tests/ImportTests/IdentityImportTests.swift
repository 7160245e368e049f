import EventLog
import Events
import Identifiers
import Import
import Projections
import School
import SwiftProtobuf
import Testing

/// Corrected numbers, merged and split records, through files.
@Suite struct IdentityImportTests {
    private static let (temporary, permanent, other) = ("X00180001701A", "W001200119001", "K001200119002")

    private func export(_ upns: [String: String], former: [String: String] = [:]) -> Export {
        var export = Export("A")
        for (key, upn) in upns.sorted(by: { $0.key < $1.key }) {
            export.add("pupils", "A,\(key),Abara,Ikenna,2017-03-14,M,\(upn),\(former[key] ?? ""),")
        }
        return export
    }

    private func id(_ pupil: String, in scene: ImportScene) throws -> SubjectID {
        try #require(try scene.entry(.pupil, pupil)).id
    }

    private func trace(of pupil: String, in scene: ImportScene) throws -> PupilTrace? {
        let id = try id(pupil, in: scene)
        return try scene.state.read { try $0.trace(of: id) }
    }

    @Test("a temporary UPN that is replaced stays as the former one, and the same files again append nothing")
    func temporary() throws {
        let scene = try ImportScene()
        try scene.take(export(["P": Self.temporary]))
        let replaced = export(["P": Self.permanent])
        #expect(try scene.take(replaced).entities[.pupil]?.changed == 1)
        #expect(try scene.value(.formerUPN, .basicDetails, of: "P") == Self.temporary)
        let again = try scene.take(replaced)
        #expect(again.appended == 0 && again.entities[.pupil]?.unchanged == 1)
        try scene.take(export(["P": Self.other]))
        #expect(try scene.value(.formerUPN, .basicDetails, of: "P") == Self.temporary)
    }

    @Test("a corrected UPN is the same pupil, and no former one is made of the wrong one")
    func corrected() throws {
        let scene = try ImportScene()
        try scene.take(export(["P": Self.permanent]))
        let before = try id("P", in: scene)
        #expect(try scene.take(export(["P": Self.other])).entities[.pupil]?.changed == 1)
        #expect(try id("P", in: scene) == before)
        #expect(try scene.value(.formerUPN, .basicDetails, of: "P") == nil)
    }

    @Test("two records that the MIS merged: the one that is gone goes on as the other, told once")
    func merged() throws {
        for former in [false, true] {
            let scene = try ImportScene()
            try scene.take(export(["P": Self.permanent, "Q": Self.other]))
            let merged =
                former ? export(["P": Self.permanent], former: ["P": Self.other]) : export(["P": Self.other])
            #expect(try scene.take(merged).entities[.pupil]?.gone == 1)
            #expect(try trace(of: "Q", in: scene) == .mergedInto(try id("P", in: scene)))
            #expect(try scene.standing("Q") == ["A": .absent])
            #expect(try scene.take(merged).appended == 0)
            // There again, it is nobody else's.
            try scene.take(export(["P": Self.permanent, "Q": Self.other]))
            #expect(try trace(of: "Q", in: scene) == nil)
        }
    }

    @Test("a record that the MIS deleted in a delta goes on as the one that has its number")
    func deleted() throws {
        let scene = try ImportScene()
        try scene.take(export(["P": Self.temporary, "Q": Self.other]))
        var delta = Export("A", areas: ["pupils"], isFull: false)
        delta.add("pupils", "A,P,Abara,Ikenna,2017-03-14,M,\(Self.other),,")
        delta.add("deletions", "pupil,Q,,")
        #expect(try scene.take(delta).entities[.pupil]?.gone == 1)
        #expect(try trace(of: "Q", in: scene) == .mergedInto(try id("P", in: scene)))
        #expect(try scene.standing("Q") == ["A": .deletedAtSource])
    }

    @Test("a record under another key with the same UPN: the old one goes on as the new one")
    func rekeyed() throws {
        let scene = try ImportScene()
        try scene.take(export(["P": Self.permanent, "Z": Self.other]))
        try scene.take(export(["R": Self.permanent, "Z": Self.other]))
        #expect(try trace(of: "P", in: scene) == .mergedInto(try id("R", in: scene)))
    }

    @Test("a record that the MIS split: the new half says whose it is, wherever it stands in the file")
    func split() throws {
        for newKey in ["A1", "Z1"] {
            let scene = try ImportScene()
            try scene.take(export(["P": Self.permanent, "Q": ""]))
            let split = export(["P": Self.other, newKey: Self.permanent, "Q": ""])
            #expect(try scene.take(split).entities[.pupil]?.new == 1)
            #expect(try trace(of: newKey, in: scene) == .splitFrom(try id("P", in: scene)))
            #expect(try scene.take(split).appended == 0)
            #expect(try trace(of: "P", in: scene) == nil)
        }
    }

    @Test("Invariant 9: removals that are held tell nothing of a merger")
    func held() throws {
        let scene = try ImportScene()
        var many = export(["P": Self.permanent, "Q": Self.other])
        many.pupils("M", 1...30, at: "A")
        try scene.take(many)
        let torn = export(["P": Self.other])
        #expect(try scene.take(torn).entities[.pupil]?.held == 31)
        #expect(try trace(of: "Q", in: scene) == nil)
        try scene.take(torn, allowedRemovals: 31)
        #expect(try trace(of: "Q", in: scene) == .mergedInto(try id("P", in: scene)))
    }

    @Test("Invariant 5: traces come out the same when state is made again")
    func rebuilt() throws {
        let scene = try ImportScene()
        try scene.take(export(["P": Self.permanent, "Q": Self.other]))
        try scene.take(export(["P": Self.other]))
        let before = try scene.state.read { try $0.dump() }
        try scene.state.rebuild()
        #expect(try scene.state.read { try $0.dump() } == before)
    }
}
