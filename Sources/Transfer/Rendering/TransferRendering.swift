import Connectors
import EventLog
import Identifiers
import School

/// What a file tells of itself, fixed when its run begins: the same facts and the same selection give the same bytes.
public struct RenderingFacts: Sendable, Hashable {
    /// The run.
    public var run: TransferRun
    /// The file.
    public var file: TransferFileFacts
    /// The log that positions belong to.
    public var log: LogID
    /// The log's epoch.
    public var epoch: UInt32
    /// Everything up to here was told before.
    public var told: Position
    /// The school.
    public var school: SendingSchool
    /// Whom the file is for.
    public var party: TransferParty
    /// What the file is.
    public var format: TransferFormat

    /// Makes the facts.
    public init(
        run: TransferRun,
        file: TransferFileFacts,
        log: LogID,
        epoch: UInt32,
        told: Position,
        school: SendingSchool,
        party: TransferParty,
        format: TransferFormat
    ) {
        self.run = run
        self.file = file
        self.log = log
        self.epoch = epoch
        self.told = told
        self.school = school
        self.party = party
        self.format = format
    }
}

/// Writes a selection as a data file and its manifest, in the task's format.
public enum TransferRendering {
    /// The version of what a format writes for given values.
    public static func version(of format: TransferFormat) -> UInt32 {
        switch format {
        case .ces: CESWriter.rendererVersion
        case .oneroster: OneRosterWriter.rendererVersion
        }
    }

    /// Writes both files.
    ///
    /// - Parameters:
    ///   - selection: what to tell; nothing in it may be outside the approval.
    ///   - keys: each pupil's name to the recipient.
    ///   - facts: what the file tells of itself.
    ///   - export: the leave to write.
    ///   - data: takes the data file's bytes in chunks.
    ///   - digest: SHA-256 of those bytes, asked for when all have been given.
    ///   - prover: proves what the manifest tells.
    /// - Returns: the manifest.
    /// - Throws: `notGranted`, `RenderError`, and what `data` throws.
    static func write(
        _ selection: Selection,
        keys: [SubjectID: RecipientKey],
        _ facts: RenderingFacts,
        under export: ApprovedExport,
        data: @escaping ([UInt8]) throws -> Void,
        digest: () -> [UInt8],
        proving prover: TransferProver?
    ) throws -> [UInt8] {
        let proof = try prover?(selection.proofRequest(facts))
        return switch facts.format {
        case .ces:
            try writeCES(selection, keys: keys, facts, under: export, data: data, digest: digest, proof)
        case .oneroster:
            try writeOneRoster(selection, keys: keys, facts, under: export, data: data, digest: digest, proof)
        }
    }

    private static func writeCES(
        _ selection: Selection,
        keys: [SubjectID: RecipientKey],
        _ facts: RenderingFacts,
        under export: ApprovedExport,
        data: @escaping ([UInt8]) throws -> Void,
        digest: () -> [UInt8],
        _ proof: ManifestProof?
    ) throws -> [UInt8] {
        let parties = try TransferParties(from: facts.school, to: facts.party)
        guard let name = parties.cesName(Int(facts.file.number.sequence)) else {
            throw TransferError(.laestabMissing, "\(parties.source) and \(parties.destination) do not name a file")
        }
        let header = try CESHeader(
            source: name.source,
            sourceName: facts.school.name,
            destination: name.destination,
            qualifier: selection.isFull ? .full : .partial,
            dateTime: LondonClock.text(facts.file.renderedAt)
        )
        var writer = try CESWriter(header: header, under: export, sink: data)
        for (key, pupil) in ordered(selection, keys) {
            try export.require(pupil)
            try writer.write(pupil.ces(as: key, among: keys))
        }
        let lines = try writer.finish()
        let manifest = CESManifest(
            name: name,
            sha256: digest(),
            logID: facts.log,
            epoch: UInt64(facts.epoch),
            kind: facts.file.isSnapshot ? .snapshot : .changedData,
            positions: (from: facts.told.rawValue, to: facts.run.upper.rawValue),
            task: facts.run.task,
            run: facts.run.id,
            recipient: facts.run.recipient,
            report: CESManifest.Report(name: export.report, version: export.version),
            formerSources: facts.school.formerLaestabs,
            checkpoints: proof?.checkpoints ?? [],
            proof: proof?.proof,
            pupils: lines
        )
        return try manifest.json()
    }

    /// By the recipient's own ids: the order then tells nothing of when a pupil came to the school.
    static func ordered(
        _ selection: Selection,
        _ keys: [SubjectID: RecipientKey]
    ) -> [(RecipientKey, SelectedPupil)] {
        selection.pupils.compactMap { pupil in keys[pupil.pupil].map { ($0, pupil) } }.sorted { $0.0 < $1.0 }
    }
}

extension SelectedPupil {
    /// The pupil as the connector takes one.
    func ces(as key: RecipientKey, among keys: [SubjectID: RecipientKey]) -> CESPupil {
        let change = CESChange(change)
        var pupil = CESPupil(
            recipientID: Identifier(key),
            change: change,
            identity: change.carriesData ? identity : nil,
            groups: groups,
            clearedGroups: cleared,
            contactDetails: contactDetails
        )
        pupil.deletedAtSource = change.carriesData ? deletedAtSource : []
        pupil.previousUPN = previousUPN
        switch trace {
        case .mergedInto(let other): pupil.mergedInto = keys[other].map { Identifier($0) }
        case .splitFrom(let other): pupil.splitFrom = keys[other].map { Identifier($0) }
        case nil: break
        }
        return pupil
    }
}

extension CESChange {
    /// The connector's word for a change.
    init(_ change: PupilChange) {
        self =
            switch change {
            case .new: .new
            case .changed: .changed
            case .keyChanged: .keyChanged
            case .left: .left
            case .absent: .absent
            case .outOfReach: .outOfReach
            case .sharingEnded: .sharingEnded
            case .deletedAtSource: .deletedAtSource
            case .erased: .erased
            }
    }
}
