import EventLog
import Import
import Projections
import School
import Testing

/// A file of another school that is given to a source already known.
@Suite struct MixUpTests {
    private func school(_ base: String, _ prefix: String, _ numbers: ClosedRange<Int>, isFull: Bool = true) -> Export {
        var export = Export(base, isFull: isFull)
        export.pupils(prefix, numbers, at: base)
        return export
    }

    @Test("another school's whole file is refused, named source or not, registered or not, and nothing is appended")
    func anotherSchool() throws {
        let scene = try ImportScene()
        try scene.take(school("0012001", "P", 1...30), source: "larkfield")
        let before = scene.log.durableEnd
        let hill = school("0022001", "Q", 1...30)
        #expect(throws: ImportError(.mixUp, "")) { try scene.take(hill, source: "larkfield") }
        #expect(scene.log.durableEnd == before)
        #expect(try scene.take(hill, source: "larkfield", allowedStrangers: 30).entities[.pupil]?.new == 30)
    }

    @Test("a delta of strangers is refused when they are more than half and more than ten")
    func delta() throws {
        let scene = try ImportScene()
        try scene.take(school("0012001", "P", 1...30))
        #expect(throws: ImportError(.mixUp, "")) { try scene.take(school("0012001", "Q", 1...11, isFull: false)) }
        #expect(try scene.take(school("0012001", "R", 1...10, isFull: false)).entities[.pupil]?.new == 10)
        var mixed = school("0012001", "P", 1...20, isFull: false)
        mixed.pupils("S", 1...20, at: "0012001")
        #expect(try scene.take(mixed).entities[.pupil]?.new == 20)
    }

    @Test("a school that grows keeps its pupils, and goes in; one that lacks most of them does not")
    func growth() throws {
        let scene = try ImportScene()
        try scene.take(school("0012001", "P", 1...10))
        #expect(try scene.take(school("0012001", "P", 1...40)).entities[.pupil]?.new == 30)
        var other = school("0012001", "Q", 1...60)
        other.pupils("P", 1...15, at: "0012001")
        #expect(throws: ImportError(.mixUp, "")) { try scene.take(other) }
    }

    @Test("a source without a present pupil is new, and takes all")
    func emptySource() throws {
        let scene = try ImportScene()
        try scene.take(Export("0012001"))
        #expect(try scene.take(school("0012001", "P", 1...30)).entities[.pupil]?.new == 30)
        #expect(try scene.take(Export("0012001"), allowedRemovals: 30).entities[.pupil]?.gone == 30)
        #expect(try scene.take(school("0012001", "Q", 1...30)).entities[.pupil]?.new == 30)
    }
}
