import School
import Testing

/// What a file of a public list changes about what is known of it.
@Suite struct ReferenceDifferenceTests {
    private static func extract(_ rows: [EstablishmentLink], parked: [String] = []) -> ReferenceExtract<
        EstablishmentLink
    > {
        var extract = ReferenceExtract<EstablishmentLink>(file: "links.csv")
        for (line, row) in rows.enumerated() { extract.add(row, line: line + 2) }
        for key in parked {
            extract.note(RowIssue(file: "links.csv", line: 1, field: "", reason: "", effect: .parked, key: key))
        }
        return extract
    }

    private static func link(_ number: Int, _ name: String = "A") -> EstablishmentLink {
        EstablishmentLink(urn: String(100_000 + number), linkURN: "140001", type: "Successor", name: name)
    }

    @Test("against a naive model: what is set and gone makes of the known list the file's, and the counts add up")
    func model() {
        var generator = Numbers(state: 11)
        for _ in 0..<500 {
            func some() -> [EstablishmentLink] {
                (0..<20).filter { _ in Bool.random(using: &generator) }.map {
                    Self.link($0, Bool.random(using: &generator) ? "A" : "B")
                }
            }
            let (before, after) = (some(), some())
            let known = Dictionary(uniqueKeysWithValues: before.map { ($0.key, $0) })
            let difference = ReferenceDifference(
                known: known,
                extract: Self.extract(after),
                isFull: true,
                removals: RemovalGuard(allowedPerKind: 100)
            )
            #expect(difference.applied(to: known) == Dictionary(uniqueKeysWithValues: after.map { ($0.key, $0) }))
            #expect(difference.new + difference.changed + difference.unchanged == after.count)
            #expect(difference.unchanged == after.count { known[$0.key] == $0 })
            #expect(difference.rows.count == difference.new + difference.changed)
        }
    }

    @Test("a delta takes nothing away; a parked row takes nothing away")
    func keeps() {
        let known = Dictionary(uniqueKeysWithValues: (1...5).map { (Self.link($0).key, Self.link($0)) })
        let delta = ReferenceDifference(
            known: known,
            extract: Self.extract([Self.link(1, "B")]),
            isFull: false,
            removals: RemovalGuard(allowedPerKind: nil)
        )
        #expect(delta.gone.isEmpty && delta.changed == 1)
        let full = ReferenceDifference(
            known: known,
            extract: Self.extract([Self.link(1)], parked: [Self.link(2).key]),
            isFull: true,
            removals: RemovalGuard(allowedPerKind: nil)
        )
        #expect(full.gone == (3...5).map { Self.link($0).key })
    }

    @Test("Invariant 9: a torn file takes nothing away until a person allows it")
    func held() {
        let known = Dictionary(uniqueKeysWithValues: (1...100).map { (Self.link($0).key, Self.link($0)) })
        let torn = Self.extract((1...80).map { Self.link($0) })
        for (allowed, held) in [(nil, 20), (19, 20), (20, 0)] as [(Int?, Int)] {
            let difference = ReferenceDifference(
                known: known,
                extract: torn,
                isFull: true,
                removals: RemovalGuard(allowedPerKind: allowed)
            )
            #expect(difference.held == held && difference.gone.count == 20 - held)
        }
    }

    @Test("what a file has no column for stays as it was known")
    func columns() {
        var known = Establishment(urn: "100001")
        known.name = "Oakfield"
        known.trustCode = "1234"
        var told = Establishment(urn: "100001")
        told.name = "Oakfield School"
        var extract = ReferenceExtract<Establishment>(file: "list.csv")
        extract.missingColumns = ["Trusts (code)", "Trusts (name)"]
        extract.add(told, line: 2)
        let difference = ReferenceDifference(
            known: ["100001": known],
            extract: extract,
            isFull: true,
            removals: RemovalGuard(allowedPerKind: nil)
        )
        #expect(difference.rows.map(\.trustCode) == ["1234"] && difference.rows.map(\.name) == ["Oakfield School"])
    }
}

/// Numbers that come again with the same seed.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 33
    }
}
