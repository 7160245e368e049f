import ArgumentParser
import School

/// What `--format` takes: a format of a school's files, or a public list.
struct ImportFormat: ExpressibleByArgument, Sendable {
    /// The format of a school's files; nil for a public list.
    let files: ImportFiles.Format?
    /// The public list; nil for a school's files.
    let list: ReferenceList?

    /// Reads a format's name.
    init?(argument: String) {
        files = ImportFiles.Format(rawValue: argument)
        list = ReferenceList(rawValue: argument)
        if files == nil && list == nil { return nil }
    }

    static var allValueStrings: [String] {
        ImportFiles.Format.allCases.map(\.rawValue) + ReferenceList.allCases.map(\.rawValue)
    }
}
