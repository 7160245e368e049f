/// Finds the standard's columns in a header, and what is wrong with it.
struct OneRosterHeader {
    /// For each column of the standard, its place in the file.
    private(set) var places: [Int?] = []
    private(set) var defects: [OneRosterDefect] = []

    private static let extensionStart = "metadata."

    init(_ header: [String], _ columns: [OneRosterColumn], file: String, isDelta: Bool) {
        func add(_ rule: OneRosterRule, _ field: String, _ reason: String, refuses: Bool = false) {
            let effect: OneRosterDefect.Effect = refuses ? .refuses : .waived
            defects.append(
                OneRosterDefect(rule: rule, file: file, line: 1, field: field, reason: reason, effect: effect)
            )
        }
        for column in columns {
            if let place = header.firstIndex(of: column.name) {
                places.append(place)
                continue
            }
            if let place = header.firstIndex(where: { $0.lowercased() == column.name.lowercased() }) {
                places.append(place)
                add(.columnName, column.name, "is spelt in other capitals: they count")
                continue
            }
            places.append(nil)
            // An extension of ours may be left out.
            guard !column.name.hasPrefix(Self.extensionStart) else { continue }
            let isNeeded = column.isNeeded || (isDelta && column.name == "status")
            let reason = "is missing: the header must name all columns of the standard"
            add(isNeeded ? .neededColumn : .columnMissing, column.name, reason, refuses: isNeeded)
        }
        let known = places.compactMap { $0 }
        if known != known.sorted() {
            add(.columnOrder, "", "has its columns in another order than the standard's")
        }
        let last = known.max() ?? 0
        for place in header.indices where !known.contains(place) {
            // The name itself is not repeated: where the header is missing it is a person's.
            let field = "column \(place + 1)"
            guard header[place].hasPrefix(Self.extensionStart) else {
                add(.columnUnknown, field, "is no column of this file: correct its name or leave it out")
                continue
            }
            if place < last { add(.columnOrder, field, "is an extension before the last column of the standard") }
        }
    }
}
