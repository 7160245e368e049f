import Foundation
import Identifiers
import School

/// What lies beside a transfer file: where it stands in the log, and what each pupil's element means.
///
/// `schemas/exchange/ces-manifest.schema.json` is its form.
public struct CESManifest: Codable, Equatable, Sendable {
    /// Whether the file tells what changed since a position, or everything at one.
    public enum Kind: String, Codable, Sendable {
        /// What changed after `fromPosition`, up to `toPosition`.
        case changedData
        /// Everything in reach at `toPosition`.
        case snapshot
    }

    /// The report whose acceptance let the data out.
    public struct Report: Codable, Equatable, Sendable {
        /// Its name.
        public var name: String
        /// Its version.
        public var version: Int

        /// Makes a report.
        public init(name: String, version: Int) {
            self.name = name
            self.version = version
        }
    }

    /// A pupil's line.
    public struct Pupil: Codable, Equatable, Sendable {
        /// Names the pupil to this recipient alone, 32 hexadecimal digits.
        public var recipientId: String
        /// Which `Pupil` element, from 1; none for a notice.
        public var element: Int?
        /// The UPN, when it is sent and there is one.
        public var upn: String?
        /// The UPN that the recipient was sent before, of a pupil whose key changed.
        public var previousUpn: String?
        /// Why there is none; the XML has no element for it.
        public var noUPNReason: String?
        /// What happened.
        public var change: CESChange
        /// The groups that replace what the recipient has.
        public var groups: [String]
        /// The groups that are empty now.
        public var clearedGroups: [String]
        /// The groups that are empty because the school's MIS deleted what there was; nil for none.
        public var deletedAtSource: [String]?
        /// The `recipientId` of the pupil as whom this one goes on.
        public var mergedInto: String?
        /// The `recipientId` of the pupil of whose record this one is the new half.
        public var splitFrom: String?

        /// The line of a pupil.
        init(_ pupil: CESPupil, element: Int?) {
            recipientId = pupil.recipientID.hex
            self.element = element
            upn = pupil.matchedBy?[.upn]
            previousUpn = pupil.change == .keyChanged ? pupil.previousUPN : nil
            noUPNReason = Self.noUPNReason(pupil.matchedBy)
            change = pupil.change
            groups = Self.names(pupil.groups.map(\.group))
            clearedGroups = Self.names(pupil.clearedGroups)
            deletedAtSource = element == nil || pupil.deletedAtSource.isEmpty ? nil : Self.names(pupil.deletedAtSource)
            mergedInto = pupil.mergedInto?.hex
            splitFrom = pupil.splitFrom?.hex
        }

        /// The reason of a pupil who has no UPN.
        static func noUPNReason(_ row: FieldRow?) -> String? { row?[.upn] == nil ? row?[.noUPNReason] : nil }

        private static func names(_ groups: [DataGroup]) -> [String] {
            groups.sorted { $0.rawValue < $1.rawValue }.map(\.name)
        }
    }

    /// The version of this form.
    public var formatVersion = 1
    /// The file's name.
    public var file: String
    /// SHA-256 of the file, 64 hexadecimal digits.
    public var sha256: String
    /// The version of the rendering.
    public var rendererVersion: UInt32
    /// The sending school, as in the file's name.
    public var source: String
    /// How the sending school was named in earlier files, the oldest first; nil when it was never named otherwise.
    public var formerSources: [String]?
    /// The receiver, as in the file's name.
    public var destination: String
    /// The log that the positions belong to.
    public var logId: String
    /// The log's epoch.
    public var epoch: UInt64
    /// Changed data or snapshot.
    public var kind: Kind
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
    public var report: Report
    /// Number of pupils for each change that occurs.
    public var counts: [String: Int]
    /// Signed checkpoints of the log, as text.
    public var checkpoints: [String]
    /// What leads from the checkpoint before to the one after; nil when the store had no key to sign with.
    public var proof: CESProof?
    /// One line for each pupil, in the order of writing.
    public var pupils: [Pupil]

    /// Makes a manifest for a finished file.
    ///
    /// - Parameters:
    ///   - name: the file's name, which tells source and destination too.
    ///   - sha256: digest of the file's bytes, which the caller has seen on their way.
    ///   - positions: the position before the first event considered, and the last one considered.
    ///   - formerSources: how the school was named before.
    ///   - pupils: what the writer returned.
    public init(
        name: CESFileName,
        sha256: [UInt8],
        logID: LogID,
        epoch: UInt64,
        kind: Kind,
        positions: (from: UInt64, to: UInt64),
        task: TaskID,
        run: RunID,
        recipient: RecipientID,
        report: Report,
        formerSources: [String] = [],
        checkpoints: [String] = [],
        proof: CESProof? = nil,
        pupils: [Pupil]
    ) {
        file = name.description
        self.sha256 = Self.hex(sha256)
        rendererVersion = CESWriter.rendererVersion
        source = name.source.description
        self.formerSources = formerSources.isEmpty ? nil : formerSources
        destination = name.destination.description
        logId = logID.hex
        self.epoch = epoch
        self.kind = kind
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

    /// Two hexadecimal digits a byte.
    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// JSON in one line with sorted keys, ending in a line feed.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
