import Foundation
import School

/// A OneRoster package: a folder or a zip archive with a manifest and the files that it names.
struct OneRosterPackage: Sendable {
    /// Where the files are.
    private enum Place: Sendable {
        case folder(SourceFolder)
        case archive(ZipFile)
    }

    /// The package's name, for messages.
    let name: String
    let manifest: OneRosterManifest
    /// The files that are there and named by the manifest, with their names in the package.
    let files: [OneRosterFile: String]
    /// What is wrong with the package as such.
    let defects: [OneRosterDefect]

    private let place: Place

    /// Looks at a folder or an archive, and reads the manifest.
    ///
    /// - Throws: `SourceError`: what folder, archive and manifest refuse; `format` for version 1.0 and for what is no
    ///   OneRoster package.
    init(path: String) throws(SourceError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SourceError(
                .missing,
                file: InputFile.name(of: path),
                "is not there: name the zip archive, or the folder with the files"
            )
        }
        var names: [String]
        if isFolder.boolValue {
            let folder = try SourceFolder(path: path)
            (place, name, names) = (.folder(folder), folder.name, folder.names)
        } else {
            let archive = try ZipFile(path: path)
            (place, name, names) = (.archive(archive), archive.name, archive.entries.map(\.name))
        }
        var defects: [OneRosterDefect] = []
        names = try Self.atRoot(names, package: name, &defects)
        let found = try Self.found(names, package: name, &defects)
        guard let manifestName = found.manifest else { throw Self.withoutManifest(found.files.keys, package: name) }
        let manifest = try OneRosterManifest(CSVReader.open(TextInput(Self.input(manifestName, place))))
        self.manifest = manifest
        files = found.files.filter { manifest.modes[$0.key] != nil }
        self.defects = defects + manifest.defects + Self.disagreements(manifest, found.files)
    }

    /// Opens a file of the package.
    func open(_ file: OneRosterFile) throws(SourceError) -> CSVReader {
        try CSVReader.open(TextInput(Self.input(files[file] ?? file.name, place)))
    }

    private static func input(_ name: String, _ place: Place) throws(SourceError) -> ByteInput {
        switch place {
        case .folder(let folder): return .file(try folder.openFile(name))
        case .archive(let archive):
            guard let entry = archive.entries.first(where: { $0.name == name }) else {
                throw SourceError(.missing, file: name, "is not in the archive \(archive.name)")
            }
            return .entry(try archive.open(entry))
        }
    }

    /// Files must lie beside the manifest; a package that was packed with its folder has all of them in that.
    private static func atRoot(
        _ names: [String],
        package: String,
        _ defects: inout [OneRosterDefect]
    ) throws(SourceError) -> [String] {
        guard let manifest = names.first(where: { InputFile.name(of: $0).lowercased() == OneRosterManifest.file }),
            manifest.contains("/")
        else { return names }
        let folder = manifest.dropLast(InputFile.name(of: manifest).count)
        let reason = "has its files inside a folder: they must lie at the root of the archive"
        defects.append(OneRosterDefect(rule: .filesAtRoot, file: package, reason: reason, effect: .waived))
        // Those beside the manifest come first; all others are strangers.
        return names.sorted { $0.hasPrefix(folder) && !$1.hasPrefix(folder) }
    }

    /// The files of the standard among the names of a package.
    private static func found(
        _ names: [String],
        package: String,
        _ defects: inout [OneRosterDefect]
    ) throws(SourceError) -> (manifest: String?, files: [OneRosterFile: String]) {
        var manifest: String?
        var files: [OneRosterFile: String] = [:]
        let root = names.first { InputFile.name(of: $0).lowercased() == OneRosterManifest.file }
            .map { String($0.dropLast(InputFile.name(of: $0).count)) }
        for path in names {
            let name = InputFile.name(of: path)
            let isBesideManifest = root == nil ? !path.contains("/") : path == (root ?? "") + name
            let known = OneRosterFile.allCases.first { $0.name.lowercased() == name.lowercased() }
            let isManifest = name.lowercased() == OneRosterManifest.file
            guard isBesideManifest, known != nil || isManifest else {
                let reason = "is no file of OneRoster: take it out of the package"
                let stranger = OneRosterDefect(rule: .knownFiles, file: name, reason: reason, effect: .waived)
                defects.append(stranger)
                continue
            }
            let right = known?.name ?? OneRosterManifest.file
            if name != right {
                let reason = "must be called \(right): capitals count"
                defects.append(OneRosterDefect(rule: .fileName, file: name, reason: reason, effect: .waived))
            }
            let before = known.map { files.updateValue(path, forKey: $0) } ?? manifest
            if isManifest { manifest = path }
            guard before == nil else {
                throw SourceError(.format, file: name, "is there twice, in different capitals: keep one of them")
            }
        }
        return (manifest, files)
    }

    /// What a set of files without a manifest is.
    private static func withoutManifest(
        _ files: some Collection<OneRosterFile>,
        package: String
    ) -> SourceError {
        guard !files.isEmpty else {
            return SourceError(
                .format,
                file: package,
                "is no OneRoster package: it has no manifest.csv, and no file such as orgs.csv or users.csv"
            )
        }
        return SourceError(
            .format,
            file: package,
            "has no manifest.csv, so it is OneRoster 1.0, which is not read: " + OneRosterManifest.whatToDo
        )
    }

    /// Manifest and files must say the same.
    private static func disagreements(
        _ manifest: OneRosterManifest,
        _ files: [OneRosterFile: String]
    ) -> [OneRosterDefect] {
        var defects: [OneRosterDefect] = []
        for file in OneRosterFile.allCases {
            let reason: String
            switch (manifest.modes[file], files[file]) {
            case (let mode?, nil):
                reason = "is named by the manifest as \(mode.rawValue) and is not in the package"
            case (nil, _?): reason = "is in the package, and the manifest says that it is absent"
            default: continue
            }
            let advice = ": export the package again"
            defects.append(
                OneRosterDefect(rule: .manifestAgrees, file: file.name, reason: reason + advice, effect: .refuses)
            )
        }
        if manifest.version == .v12, manifest.modes[.users] == .bulk, manifest.modes[.roles] != .bulk {
            let reason = "comes without roles.csv, which alone tells who is a pupil: export both"
            let defect = OneRosterDefect(
                rule: .rolesWithUsers,
                file: OneRosterFile.users.name,
                reason: reason,
                effect: .refuses
            )
            defects.append(defect)
        }
        return defects
    }
}
