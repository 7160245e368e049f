import Connectors
import EventLog
import Events
import Identifiers
import Import
import Projections
import School
import SwiftProtobuf

/// Transfer files: for whom they are, whose pupils they tell, and whether it is their turn.
extension ImportFiles {
    /// What the command line says of a transfer file.
    struct Asked {
        /// The source's name.
        var source: String?
        /// The key of the base.
        var base: String?
        /// Who we are.
        var destination: String?
    }

    /// Opens a transfer file.
    ///
    /// - Throws: the format's refusal; `SourceError` with code `destination` when the file is for somebody else, and with
    ///   `sequence` when it is older than what is held or one before it is missing; `modeDisagrees`.
    static func transfer(
        _ path: String,
        _ mode: ImportRequest.Mode,
        _ asked: Asked,
        in session: Session
    ) throws -> ImportFiles {
        let file = try CTFFile(path: path, reading: ReadingProcess.reading(session))
        let bases = try session.bases()
        try requireDestination(file, asked, bases, isAuthority: try session.isAuthority())
        try requireMode(file, mode)
        let school = try base(of: file, asked, bases)
        let inbound = try inbound(file, school, asked, in: session)
        let base = inbound?.sender ?? school
        let store = LiveImportStore(log: session.log, state: session.state)
        let name = asked.source ?? inbound?.name ?? base
        let source = try store.source(named: name)?.id
        try requireTurn(file, source, session.log)
        var files = ImportFiles(
            source: CTFSource(file, base: base, known: StoredPupils(store, source: source)),
            defaultSource: name,
            settings: [:],
            // A file whose sender is known by its manifest, under that sender's own name, is no other school's.
            strangersAllowed: file.transfer != nil && asked.source == nil ? Int.max : nil
        )
        files.inbound = inbound
        return files
    }

    /// What an authority tells of pupils whom the school's own MIS tells of, too; nil for any other file (ruling 6).
    private static func inbound(
        _ file: CTFFile,
        _ school: String,
        _ asked: Asked,
        in session: Session
    ) throws -> InboundSource? {
        guard asked.source == nil, try !session.isAuthority() else { return nil }
        // What another log holds of the school goes to it under the school's own number.
        let isReturned =
            file.header.source == file.header.school
            && file.transfer.map { $0.log != session.log.logID.hex } ?? false
        guard file.header.source.isAuthority || isReturned else { return nil }
        let hasOwn = try session.state.read { snapshot in
            guard let base = try snapshot.base(forKey: school) else { return false }
            return try snapshot.sources().contains { source in
                try source.name != school && InboundSource(name: source.name) == nil
                    && snapshot.bases(of: source.id).contains(base.id)
                    || source.name == school && source.format != Format.ctf.rawValue
            }
        }
        return hasOwn ? InboundSource(sender: file.header.source.authority + "LLLL", base: school) : nil
    }

    /// Refuses a file that is for somebody else, naming both codes (domain.md 5.2).
    private static func requireDestination(
        _ file: CTFFile,
        _ asked: Asked,
        _ bases: [Base],
        isAuthority: Bool
    ) throws {
        let told = file.header.destination
        let own = asked.destination.map { [$0.uppercased()] } ?? codes(bases, isAuthority: isAuthority)
        // Whoever finds the pupil may take the file, and says for which school.
        if told == CTFHeader.unknownDestination, asked.base != nil { return }
        guard !own.contains(told) else { return }
        let shown = own.prefix(5).joined(separator: ", ") + (own.count > 5 ? " and \(own.count - 5) more" : "")
        let reason =
            own.isEmpty
            ? "is for \(told), and this store does not know its own code yet: say who you are with --destination CODE"
            : "is for \(told), and this store is \(shown): nothing was taken in. Send it where it belongs; if "
                + "\(told) is you, say so with --destination \(told)"
        throw SourceError(.destination, file: file.name, field: "Header/DestSchool", reason)
    }

    /// The codes of a store: its schools' numbers; an authority's are those of the authorities that they belong to.
    private static func codes(_ bases: [Base], isAuthority: Bool) -> [String] {
        let schools = bases.compactMap { base in
            [base.laestab, base.key].lazy.compactMap(CESParty.init).first { !$0.isAuthority }
        }
        guard isAuthority else { return schools.map(\.description) }
        return Set(schools.map { $0.authority + "LLLL" }).sorted()
    }

    /// Full and delta must agree with the file.
    private static func requireMode(_ file: CTFFile, _ mode: ImportRequest.Mode) throws {
        let says: (String, ImportRequest.Mode)?
        if let transfer = file.transfer {
            says = transfer.isSnapshot ? ("a snapshot", .full) : ("of changed data", .delta)
        } else {
            // Full may mean: all of one pupil who moves. As a delta it does no harm.
            says = file.header.isFull ? nil : ("partial", .delta)
        }
        guard let says, says.1 != mode else { return }
        throw CommandError(
            .modeDisagrees,
            "The file says that it is \(says.0). Run the import with --\(says.1.rawValue), or bring the right file."
        )
    }

    /// The key of the base whose pupils the file tells: the one with the school's number, or with one that the school had
    /// before, or that number.
    private static func base(of file: CTFFile, _ asked: Asked, _ bases: [Base]) throws -> String {
        guard let school = file.header.school?.description else {
            if let base = asked.base { return base }
            throw SourceError(
                .header,
                file: file.name,
                field: "Header/DestSchool",
                "does not tell which school the pupils are at: say so with --base KEY"
            )
        }
        let former = file.header.source == file.header.school ? file.transfer?.formerSenders.reversed() ?? [] : []
        let known = ([school] + former).lazy.compactMap { number in
            bases.first { $0.laestab == number } ?? bases.first { $0.key == number }
        }
        return known.first?.key ?? school
    }

    /// Refuses a file that is older than what is held, or that leaves a gap (`schemas/exchange/ces.md` section 4).
    private static func requireTurn(_ file: CTFFile, _ source: SourceID?, _ log: EventLog) throws {
        guard let transfer = file.transfer else { return }
        let held = try source.map { try transfer.heldPosition(of: $0, in: log) } ?? 0
        do throws(SchoolError) {
            try transfer.check(held: held)
        } catch {
            throw SourceError(.sequence, file: file.name, error.message, cause: error)
        }
    }
}

extension Session {
    /// True for an authority's store.
    func isAuthority() throws -> Bool {
        var isAuthority = false
        try log.read(LogQuery(type: EventType.storeCreated.number)) { event in
            isAuthority = try Syncd_Events_StoreCreated(serializedBytes: event.open).owner == .authority
            return false
        }
        return isAuthority
    }
}
