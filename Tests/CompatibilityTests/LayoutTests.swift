import Testing

/// The drawings of `schemas/store.md` by themselves.
@Suite struct LayoutTests {
    @Test("Every documented layout is contiguous, fills its length, and names each field once")
    func contiguous() throws {
        let layouts = try DocumentedLayouts.all.get().byName
        #expect(
            layouts.keys.sorted() == [
                "block header", "frame header", "frame trailer", "key row", "key-encryption key", "leaf", "log's end",
                "page header", "row of a part", "segment header",
            ]
        )
        #expect(layouts.values.flatMap(\.faults) == [])
    }
}
