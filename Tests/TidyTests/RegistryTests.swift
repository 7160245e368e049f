import School
import Testing

/// The registry of stored numbers and the code agree.
@Suite struct RegistryTests {
    /// Lines of `schemas/events/registry` of one sort: number and name.
    static func lines(_ sort: String) throws -> [(number: UInt16, name: String)] {
        try SourceTree.text("schemas/events/registry").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 3, words[0] == sort, let number = UInt16(words[1]) else { return nil }
            return (number, String(words[2]))
        }
    }

    @Test("every type of the registry has its name in EventType, and no other is there")
    func types() throws {
        let types = try Self.lines("type")
        #expect(types.count > 20)
        for (number, name) in types { #expect(EventType(rawValue: number)?.name == name, "type \(number)") }
        #expect(Set(types.map(\.number)) == Set(EventType.allCases.map(\.rawValue)))
    }

    @Test("every class of the registry is a data group of that name, and no other is there")
    func classes() throws {
        let classes = try Self.lines("class")
        for (number, name) in classes { #expect(DataGroup(rawValue: number)?.name == name, "class \(number)") }
        #expect(Set(classes.map(\.number)) == Set(DataGroup.allCases.map(\.rawValue)))
    }

    @Test("every field of the registry is a field of that name, and no other is there")
    func fields() throws {
        let fields = try Self.lines("field")
        for (number, name) in fields { #expect(Field(rawValue: number)?.name == name, "field \(number)") }
        #expect(Set(fields.map(\.number)) == Set(Field.allCases.map(\.rawValue)))
    }

    @Test("a number stands in the registry once", arguments: ["type", "class", "field"])
    func unique(sort: String) throws {
        let numbers = try Self.lines(sort).map(\.number)
        #expect(Set(numbers).count == numbers.count)
    }
}
