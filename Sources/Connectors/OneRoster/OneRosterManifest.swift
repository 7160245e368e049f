import School

/// What `manifest.csv` says of a package.
struct OneRosterManifest: Sendable {
    /// What the rows of a file are.
    enum Mode: String, Sendable {
        /// Everything there is.
        case bulk
        /// What changed.
        case delta
    }

    static let file = "manifest.csv"

    /// The version of the standard.
    let version: OneRosterVersion
    /// The files that the package holds, with what their rows are.
    private(set) var modes: [OneRosterFile: Mode] = [:]
    /// What is wrong with the manifest.
    private(set) var defects: [OneRosterDefect] = []

    /// The one mode of all files; nil when there is none, or no single one.
    var mode: Mode? { Set(modes.values).count == 1 ? modes.values.first : nil }

    /// Reads the manifest.
    ///
    /// - Throws: `SourceError`: what CSV refuses, `header`, and `format` for a version that is not read.
    init(_ csv: consuming CSVReader) throws(SourceError) {
        var csv = csv
        guard csv.header == ["propertyName", "value"] else {
            throw SourceError(
                .header,
                file: Self.file,
                line: 1,
                "must name the two columns propertyName and value: export the package again"
            )
        }
        var values: [String: (value: String, line: Int)] = [:]
        var defects: [OneRosterDefect] = []
        while try csv.next() {
            guard csv.fieldCount == 2 else {
                let reason = "must have two fields: a property's name and its value"
                defects.append(Self.defect(.manifestContent, csv.line, "", reason, .refuses))
                continue
            }
            let name = csv.text(0)
            if values.updateValue((csv.text(1), csv.line), forKey: name) != nil {
                let reason = "tells a property a second time: keep one of the rows"
                defects.append(Self.defect(.manifestContent, csv.line, "propertyName", reason, .refuses))
            }
        }
        version = try Self.version(values["oneroster.version"])
        if values["manifest.version"]?.value != "1.0" {
            let line = values["manifest.version"]?.line ?? 0
            defects.append(Self.defect(.manifestContent, line, "manifest.version", "must be 1.0", .refuses))
        }
        for file in OneRosterFile.allCases where file.isOf(version) {
            guard let told = values[file.property] else {
                guard file.mustBeTold(in: version) else { continue }
                let reason = "is missing: say absent, bulk or delta"
                defects.append(Self.defect(.manifestProperty, 0, file.property, reason, .waived))
                continue
            }
            if told.value == "absent" { continue }
            if let mode = Mode(rawValue: told.value) {
                modes[file] = mode
            } else {
                let reason = "must be absent, bulk or delta"
                defects.append(Self.defect(.manifestContent, told.line, file.property, reason, .refuses))
            }
        }
        let known = Set(OneRosterFile.allCases.filter { $0.isOf(version) }.map(\.property))
            .union(["manifest.version", "oneroster.version", "source.systemName", "source.systemCode"])
        for (name, told) in values.sorted(by: { $0.value.line < $1.value.line }) where !known.contains(name) {
            let reason = "names a property that version \(version.rawValue) does not have"
            defects.append(Self.defect(.manifestProperty, told.line, "propertyName", reason, .waived))
        }
        if Set(modes.values).count > 1 {
            let reason = "has bulk files beside delta files: bring them as two packages, each with its manifest"
            defects.append(Self.defect(.oneMode, 0, "", reason, .refuses))
        }
        self.defects = defects
    }

    /// The version, told apart from those that are not read.
    private static func version(_ told: (value: String, line: Int)?) throws(SourceError) -> OneRosterVersion {
        if let told, let version = OneRosterVersion(rawValue: told.value) { return version }
        let reason =
            told?.value == "1.0"
            ? "is 1.0, which is not read: " + whatToDo
            : "must be 1.1 or 1.2: \(whatToDo)"
        throw SourceError(.format, file: file, line: told?.line ?? 0, field: "oneroster.version", reason)
    }

    /// What somebody with another version does.
    static let whatToDo = "choose OneRoster CSV 1.1 or 1.2 in the MIS and export again"

    private static func defect(
        _ rule: OneRosterRule,
        _ line: Int,
        _ field: String,
        _ reason: String,
        _ effect: OneRosterDefect.Effect
    ) -> OneRosterDefect {
        OneRosterDefect(rule: rule, file: file, line: line, field: field, reason: reason, effect: effect)
    }
}
