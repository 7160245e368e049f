/// What people may call a recipient or a task: names stand in the log's open parts and on command lines.
enum NameRule {
    /// Refuses a name that is empty, too long, not printable, or taken.
    ///
    /// - Throws: `SchoolError` with code `nameInvalid` or `nameTaken`.
    static func check(_ name: String, taken: [String], of thing: String) throws {
        let isPrintable = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard !name.isEmpty, name.utf8.count <= 200, isPrintable, name.first != " ", name.last != " " else {
            throw SchoolError(
                .nameInvalid,
                "the name of a \(thing) has 1 to 200 printable characters, with no space at either end"
            )
        }
        guard !taken.contains(name) else {
            throw SchoolError(.nameTaken, "there is a \(thing) of this name already")
        }
    }
}

extension SchoolError.Code {
    /// Empty, too long or not printable.
    public static let nameInvalid = Self(rawValue: "nameInvalid")
    /// Another one has this name.
    public static let nameTaken = Self(rawValue: "nameTaken")
}
