import Connectors
import EventLog
import Identifiers
import School
import Sealing

/// A past run's file, made again from the log (`replay --run N`).
public struct RemadeFile: Sendable, Hashable {
    /// How it compares with the file that left.
    public enum Verdict: Sendable, Hashable {
        /// Byte for byte the same, data file and manifest.
        case identical
        /// Every value is the same, but a digest cannot tell: the rendering has changed since, the digest's key has been
        /// destroyed, or the run was interrupted before its digest was recorded.
        case sameValues(rendererThen: UInt32, rendererNow: UInt32)
        /// Data of so many people have been erased since; what is left is the same (rulings 32).
        case erased(Int)
        /// So many data groups are kept back now because a child is protected (rulings 11); the rest is the same.
        case withheld(Int)
        /// So many data groups are not what left, or none and yet the bytes differ: the log or this program is wrong.
        case differs(Int)

        /// The words for a person.
        public var words: String {
            switch self {
            case .identical: "identical, byte for byte"
            case .sameValues(let then, let now) where then != now:
                "the same values; rendering \(then) then, \(now) now, so the bytes are not compared"
            case .sameValues: "the same values; no digest of the file is held any more, so the bytes are not compared"
            case .erased(let count): "differs: \(count) erased"
            case .withheld(let count): "differs: \(count) data groups are kept back now for a child's safety"
            case .differs(0): "differs: every value is what left, but the bytes are not"
            case .differs(let count): "differs: \(count) data groups are not what left"
            }
        }
    }

    /// The run.
    public var run: RunID
    /// The data file's name.
    public var name: String
    /// The data file.
    ///
    /// Personal data: it is shown to a person with a role and a reason.
    public var data: [UInt8]
    /// The manifest.
    public var manifest: [UInt8]
    /// How it compares.
    public var verdict: Verdict
}

/// Makes past runs' files again: who was told of which groups stands in the log, and so does what the groups held then.
public struct Rerun {
    private let log: EventLog
    private let states: any TransferStates
    private let prover: TransferProver?

    /// Reads a store.
    ///
    /// - Parameter prover: the one that the run had, or the manifest is another one.
    public init(log: EventLog, states: any TransferStates, prover: TransferProver? = nil) {
        self.log = log
        self.states = states
        self.prover = prover
    }

    /// Makes a run's file again, in memory.
    ///
    /// - Parameter number: the position of the run's first event, as the task log shows it.
    /// - Throws: `noSuchRun` for one that is not there, made no file, or was not delivered.
    public func make(run number: Position) throws -> RemadeFile {
        let record = try RunRecord(number: number, in: log)
        return try states.read(asOf: record.start.run.upper) { state in
            guard let recipient = try state.recipient(record.start.run.recipient),
                let task = try state.task(record.start.run.task),
                let school = try state.school(record.start.run.base),
                case .granted(let export) = try state.acceptance(
                    of: record.start.report,
                    at: record.start.run.base
                ).approval(isSharing: true)
            else { throw TransferError(.noSuchRun, "run \(number) rests on facts that the log does not have") }
            let format = task.format
            var past = PastSelection(record: record, state: state, export: export, log: log, task: task)
            try past.select()
            let facts = RenderingFacts(
                run: record.start.run,
                file: record.start.file,
                log: log.logID,
                epoch: record.epoch,
                told: try state.progress(of: record.start.run.task, at: record.start.run.base).told,
                school: school,
                party: recipient.party,
                format: format
            )
            let bytes = CollectedBytes()
            let manifest = try TransferRendering.write(
                past.selection,
                keys: past.keys,
                facts,
                under: export,
                data: { bytes.all += $0 },
                digest: { Self.digest(of: bytes.all) },
                proving: prover
            )
            let digest = Self.digest(of: bytes.all) + Self.digest(of: manifest)
            return RemadeFile(
                run: record.start.run.id,
                name: record.start.file.name,
                data: bytes.all,
                manifest: manifest,
                verdict: past.verdict(digest: digest)
            )
        }
    }

    private static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        return hash.digest(of: bytes).bytes
    }
}

/// Bytes gathered by a closure that outlives no call.
private final class CollectedBytes {
    var all: [UInt8] = []
}

/// What a past run told, as the log's record of it and state at its upper bound give it.
private struct PastSelection {
    let record: RunRecord
    let state: any TransferState
    let export: ApprovedExport
    let log: EventLog
    let format: TransferFormat
    let marks: MarkFilter?
    /// The groups that the task sends.
    private let groups: [DataGroup]
    var selection = Selection()
    var keys: [SubjectID: RecipientKey] = [:]
    private var erased = 0
    private var different = 0
    private var withheld = 0

    init(
        record: RunRecord,
        state: any TransferState,
        export: ApprovedExport,
        log: EventLog,
        task: TaskDefinition
    ) {
        self.record = record
        self.state = state
        self.export = export
        self.log = log
        format = task.format
        groups = task.type.groups(of: export.groups)
        marks = MarkFilter(task.terms, on: LondonClock.day(record.start.file.renderedAt))
    }

    private var base: BaseID { record.start.run.base }

    mutating func select() throws {
        selection.isFull = record.start.file.isSnapshot
        for sent in record.pupils {
            keys[sent.pupil] = sent.key
            let standing = try state.standing(of: sent.pupil, at: base)
            if standing == .erased {
                erased += 1
                continue
            }
            var told = SelectedPupil(sent.pupil, sent.change)
            if CESChange(sent.change).carriesData, try !isNotice(sent) {
                try fill(&told, sent)
            }
            selection.pupils.append(told)
        }
        try TraceMark(state: state, base: base, recipient: record.start.run.recipient).mark(&selection, &keys)
        if format.tellsWholePupils {
            let bounds = (lower: record.start.run.lower, upper: record.start.run.upper)
            try GoneRows(log: log, state: state, base: base, export: export, bounds: bounds).mark(&selection)
        }
        try KeyChange(
            log: log,
            state: state,
            export: export,
            recipient: record.start.run.recipient,
            code: { [log] in try log.keyedHash(of: $0, subject: $1, dataClass: DataClass(rawValue: $2.rawValue)) }
        ).mark(&selection, isRecorded: true)
    }

    /// Whether nothing but the change was told: of who left for another base and whose record had changed.
    private func isNotice(_ sent: SentPupil) throws -> Bool {
        try sent.change == .left && sent.groups.isEmpty && state.mainBase(of: sent.pupil) != base
    }

    private mutating func fill(_ told: inout SelectedPupil, _ sent: SentPupil) throws {
        let details = try granted(.basicDetails, of: sent.pupil)
        told.identity = details?.content.rows.first
        for group in export.groups {
            let granted = try granted(group, of: sent.pupil)
            let isHeld = granted?.content.rows.isEmpty == false
            guard let entry = sent.groups.first(where: { $0.group == group }) else {
                if isHeld { selection.isFull = false }
                continue
            }
            guard entry.code != nil else {
                told.cleared.append(group)
                continue
            }
            let dataClass = DataClass(rawValue: group.rawValue)
            guard let granted, isHeld else {
                if granted?.isProtected == true {
                    withheld += 1
                    continue
                }
                // A group whose key has been destroyed says nothing any more, though its pupil is there.
                let hasKey = try log.keyedHash(of: [], subject: sent.pupil, dataClass: dataClass) != nil
                if hasKey { different += 1 } else { erased += 1 }
                continue
            }
            let code = try log.keyedHash(of: granted.codedBytes, subject: sent.pupil, dataClass: dataClass)
            if code != entry.code {
                // A contact whose keys have been destroyed is missing from the links.
                if try hasErasedContact(sent.pupil, group) {
                    erased += 1
                } else if granted.isProtected {
                    withheld += 1
                } else {
                    different += 1
                }
            }
            told.groups.append(granted.content)
            told.add(granted)
        }
        told.deletedAtSource = try state.groupsDeleted(
            of: told,
            among: groups,
            at: base,
            under: export,
            for: format,
            marks: marks
        )
    }

    private func granted(_ group: DataGroup, of pupil: SubjectID) throws -> GrantedContent? {
        try GrantedContent(group, of: pupil, at: base, in: state, under: export, for: format, marks: marks)
    }

    private func hasErasedContact(_ pupil: SubjectID, _ group: DataGroup) throws -> Bool {
        guard group == .contacts, let links = try state.content(of: .contacts, of: pupil, at: base) else {
            return false
        }
        return try links.rows.contains { try state.contactDetails($0, of: pupil) == nil }
    }

    func verdict(digest: [UInt8]) -> RemadeFile.Verdict {
        if different > 0 { return .differs(different) }
        if erased > 0 { return .erased(erased) }
        if withheld > 0 { return .withheld(withheld) }
        let renderer = record.start.file.renderer
        let now = TransferRendering.version(of: format)
        guard let left = record.digest, renderer == now else {
            return .sameValues(rendererThen: renderer, rendererNow: now)
        }
        // Every value is the same and yet the bytes are not: something beside the values went into the file.
        return left == digest ? .identical : .differs(0)
    }
}
