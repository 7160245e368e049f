import ArgumentParser
import Connectors
import Import
import School

/// The files of an import: opened in their format, with what the format says of the run.
struct ImportFiles {
    /// A format that can be imported.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        /// School Data Sync, versions 1, 2 and 2.1.
        case sds = "sds-csv"
        /// Our own, one file a data group.
        case syncd = "syncd-csv"
        /// A Common Transfer File, another system's or our own (CES).
        case ctf
        /// OneRoster CSV, versions 1.1 and 1.2.
        case oneRoster = "oneroster"
    }

    /// What is read.
    let source: any RecordSource
    /// The source's name when the command line gives none (rulings 2).
    let defaultSource: String
    /// Settings of the format that change what the files mean.
    let settings: [String: String]
    /// How many strangers to a source need nobody's word; nil for the rule that holds elsewhere.
    var strangersAllowed: Int?
    /// What an authority tells of a school's own pupils; nil for files of a source of the store's own.
    var inbound: InboundSource?
    /// Rules of the format that were waived; nil when nobody asked for that.
    var waived: [WaivedRule]?

    /// Opens a folder, an archive, or a transfer file.
    ///
    /// - Throws: the format's refusal of the set; `modeDisagrees` when the files say that they are the other mode.
    init(
        _ format: Format,
        path: String,
        mode: ImportRequest.Mode,
        dateOrder: DateOrder?,
        lenient: Bool,
        asked: Asked,
        in session: Session
    ) throws {
        switch format {
        case .sds:
            source = try SDSFolder(path: path, dateOrder: dateOrder)
            defaultSource = format.rawValue
            settings = dateOrder.map { ["date-order": $0.rawValue] } ?? [:]
        case .syncd:
            let folder = try SyncdCSVFolder(path: path)
            try Self.require(folder.manifest.mode?.rawValue, toBe: mode)
            source = folder
            let bases = folder.manifest.bases
            // Never --base: limiting a run does not make another MIS database of the files.
            defaultSource = (bases.count == 1 ? bases.first : nil) ?? format.rawValue
            settings = [:]
        case .oneRoster:
            let package = try OneRosterSource(path: path, lenient: lenient)
            try Self.require(package.isDelta.map { $0 ? "delta" : "full" }, toBe: mode, called: "bulk")
            source = package
            defaultSource = format.rawValue
            settings = lenient ? ["lenient": "true"] : [:]
            waived = lenient ? package.waived : nil
        case .ctf: self = try Self.transfer(path, mode, asked, in: session)
        }
    }

    /// Joins what has been opened.
    init(source: any RecordSource, defaultSource: String, settings: [String: String], strangersAllowed: Int?) {
        self.source = source
        self.defaultSource = defaultSource
        self.settings = settings
        self.strangersAllowed = strangersAllowed
    }

    /// Files that say what they are must be what the command line says (rulings 33).
    private static func require(
        _ declared: String?,
        toBe mode: ImportRequest.Mode,
        called full: String = "full"
    ) throws {
        guard let declared, declared != mode.rawValue else { return }
        throw CommandError(
            .modeDisagrees,
            "The manifest says that these files are \(declared == "full" ? full : declared). Run the import with "
                + "--\(declared), or bring the right files."
        )
    }
}

extension DateOrder: ExpressibleByArgument {}
