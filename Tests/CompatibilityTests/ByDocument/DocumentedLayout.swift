import Foundation

/// A layout as `schemas/store.md` has it: the only thing that the reader of this folder knows of offsets.
struct DocumentedLayout: Sendable {
    /// A field, as its line says.
    struct Field: Sendable {
        let range: Range<Int>
        let name: String
        /// What the line says of its content.
        let note: String
    }

    let name: String
    /// Length in bytes.
    let count: Int
    let fields: [Field]

    /// What is wrong with it as a layout: fields must follow one another and fill it, each with a name of its own.
    var faults: [String] {
        var faults: [String] = []
        var end = 0
        for field in fields {
            if field.range.lowerBound != end { faults.append("\(name): \(field.name) begins at the wrong offset") }
            end = field.range.upperBound
        }
        if end != count { faults.append("\(name): its fields end at \(end), not at \(count)") }
        if Set(fields.map(\.name)).count != fields.count { faults.append("\(name): two fields have one name") }
        return faults
    }
}

/// Every layout of `schemas/store.md`, by name.
struct DocumentedLayouts: Sendable {
    let byName: [String: DocumentedLayout]

    /// The document, read once.
    static let all = Result { try Self() }

    private init() throws {
        let file = Stored.root.appending(path: "schemas/store.md")
        var layouts: [String: DocumentedLayout] = [:]
        var isCode = false
        var block: [Substring] = []
        let text = try String(contentsOf: file, encoding: .utf8)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if isCode, let layout = Self.layout(block) { layouts[layout.name] = layout }
                isCode.toggle()
                block = []
            } else if isCode {
                block.append(line)
            }
        }
        byName = layouts
    }

    /// Reads `name, n bytes` and a field a line; nil for other drawings.
    private static func layout(_ lines: [Substring]) -> DocumentedLayout? {
        guard let title = lines.first?.firstMatch(of: /^(\S.*?), (\d+) bytes/), let count = Int(title.2) else {
            return nil
        }
        let fields = lines.dropFirst().compactMap { line -> DocumentedLayout.Field? in
            guard let match = line.firstMatch(of: /^ *(\d+) +(\d+)  (.+?)(?:  +(.*))?$/),
                let offset = Int(match.1), let length = Int(match.2)
            else { return nil }
            return DocumentedLayout.Field(
                range: offset..<offset + length,
                name: String(match.3),
                note: match.4.map(String.init) ?? ""
            )
        }
        return DocumentedLayout(name: String(title.1), count: count, fields: fields)
    }
}

/// Bytes seen through a documented layout.
struct Fields {
    let layout: DocumentedLayout
    let bytes: [UInt8]

    /// Takes a layout's bytes from the front of some.
    ///
    /// - Throws: when there are too few, or a field that the document calls zero, or gives a fixed value, has another.
    init(_ name: String, of bytes: some Collection<UInt8>) throws {
        guard let layout = try DocumentedLayouts.all.get().byName[name] else {
            throw NotAsDocumented("store.md has no layout \(name)")
        }
        guard bytes.count >= layout.count else { throw NotAsDocumented("\(name): only \(bytes.count) bytes") }
        self.layout = layout
        self.bytes = Array(bytes.prefix(layout.count))
        for field in layout.fields {
            let value = self.bytes[field.range]
            if field.name.hasPrefix("zero") || field.note.hasPrefix("none defined"), value.contains(where: { $0 != 0 })
            {
                throw NotAsDocumented("\(name): \(field.name) is not zero")
            }
            if field.name == "magic", "\"\(String(decoding: value, as: UTF8.self))\"" != field.note {
                throw NotAsDocumented("\(name): the magic is not \(field.note)")
            }
            if let fixed = UInt64(field.note), try number(field.name) != fixed {
                throw NotAsDocumented("\(name): \(field.name) is not \(fixed)")
            }
        }
    }

    /// A field's bytes.
    subscript(_ name: String) -> [UInt8] {
        get throws {
            guard let field = layout.fields.first(where: { $0.name == name }) else {
                throw NotAsDocumented("store.md: \(layout.name) has no field \(name)")
            }
            return Array(bytes[field.range])
        }
    }

    /// A field as a number, big-endian.
    func number(_ name: String) throws -> UInt64 { try self[name].reduce(0) { $0 << 8 | UInt64($1) } }

    /// A field as a length or count.
    func count(_ name: String) throws -> Int { Int(try number(name)) }

    /// Where a field begins.
    func offset(_ name: String) throws -> Int {
        guard let field = layout.fields.first(where: { $0.name == name }) else {
            throw NotAsDocumented("store.md: \(layout.name) has no field \(name)")
        }
        return field.range.lowerBound
    }
}

/// A store's bytes are not what `schemas/store.md` says.
struct NotAsDocumented: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
