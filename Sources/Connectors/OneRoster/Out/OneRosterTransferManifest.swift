import Foundation
import Identifiers
import School

/// What lies beside a OneRoster package: where it stands in the log, and what happened to each pupil.
///
/// The same as beside a CES file (`schemas/exchange/ces.md`, section 5), with the rows of the package in place of elements.
public struct OneRosterTransferManifest: Codable, Equatable, Sendable {
    /// What the rows of a package are.
    public enum Rows: String, Codable, Sendable {
        /// Everything there is.
        case bulk
        /// What changed.
        case delta
    }

    /// The version of this form.
    public var formatVersion = 1
    /// `oneroster`.
    public var format = "oneroster"
    /// The version of the standard.
    public var oneRosterVersion = "1.2"
    /// What the rows are.
    public var mode: Rows
    /// How many rows each file of the package has.
    public var rows: [String: Int]
    /// What was done to values that a spreadsheet would take for formulas.
    public var formulas: String
    /// The file's name.
    public var file: String
    /// SHA-256 of the archive, 64 hexadecimal digits.
    public var sha256: String
    /// The version of the rendering.
    public var rendererVersion: UInt32
    /// The sending school.
    public var source: String
    /// How the sending school was named in earlier files, the oldest first; nil when it was never named otherwise.
    public var formerSources: [String]?
    /// The receiver.
    public var destination: String
    /// The log that the positions belong to.
    public var logId: String
    /// The log's epoch.
    public var epoch: UInt64
    /// Changed data or snapshot.
    public var kind: CESManifest.Kind
    /// Everything up to here was told before; 0 is the beginning.
    public var fromPosition: UInt64
    /// Everything up to here is told now.
    public var toPosition: UInt64
    /// The task.
    public var task: String
    /// The run.
    public var run: String
    /// The recipient.
    public var recipient: String
    /// The report.
    public var report: CESManifest.Report
    /// Number of pupils for each change that occurs.
    public var counts: [String: Int]
    /// Signed checkpoints of the school's tree, as text; nil when the store had no key to sign with.
    public var checkpoints: [String]?
    /// What leads from the checkpoint before to the one after.
    public var proof: CESProof?
    /// One line for each pupil, in the order of their ids.
    public var pupils: [CESManifest.Pupil]

    /// What is said of formulas.
    public static let formulaNote =
        CSVWriter.peopleNote + " Telephone numbers have none: +44 is written 0, and any other + is written 00."

    /// Makes a manifest for a finished package.
    ///
    /// - Parameters:
    ///   - name: the file's name, which tells source and destination too.
    ///   - sha256: digest of the archive.
    ///   - positions: the position before the first event considered, and the last one considered.
    ///   - rows: what the writer returned.
    ///   - pupils: what the writer returned.
    public init(
        name: OneRosterFileName,
        sha256: [UInt8],
        isBulk: Bool,
        rows: [String: Int],
        logID: LogID,
        epoch: UInt64,
        positions: (from: UInt64, to: UInt64),
        task: TaskID,
        run: RunID,
        recipient: RecipientID,
        report: CESManifest.Report,
        formerSources: [String],
        checkpoints: [String]? = nil,
        proof: CESProof? = nil,
        pupils: [CESManifest.Pupil]
    ) {
        file = name.description
        self.sha256 = CESManifest.hex(sha256)
        mode = isBulk ? .bulk : .delta
        kind = isBulk ? .snapshot : .changedData
        self.rows = rows
        formulas = Self.formulaNote
        rendererVersion = OneRosterWriter.rendererVersion
        source = name.source.description
        self.formerSources = formerSources.isEmpty ? nil : formerSources
        destination = name.destination.description
        logId = logID.hex
        self.epoch = epoch
        fromPosition = positions.from
        toPosition = positions.to
        self.task = task.hex
        self.run = run.hex
        self.recipient = recipient.hex
        self.report = report
        counts = Dictionary(grouping: pupils, by: \.change.rawValue).mapValues(\.count)
        self.checkpoints = checkpoints
        self.proof = proof
        self.pupils = pupils
    }

    /// JSON in one line with sorted keys, ending in a line feed.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
