import EventLog
import Identifiers
import Projections
import School

/// Things by the names that people type.
extension Session {
    /// The base of a key, or of a DfE number.
    ///
    /// - Throws: `baseUnknown`.
    func base(_ key: String) throws -> Base {
        let bases = try everyBase()
        let found = bases.first { $0.key == key } ?? bases.first { !key.isEmpty && $0.laestab == key }
        if let found, reaches(found.id) { return found }
        if let found { try tellForeign(found.id) }
        throw CommandError(
            .baseUnknown,
            "There is no base \(key) in this store. See what there is with `syncd base list`."
        )
    }

    /// The base of an id as it is written in hexadecimal digits; one out of reach answers like one that does not exist.
    ///
    /// - Throws: `baseUnknown`.
    func base(hex: String) throws -> Base {
        let found = try everyBase().first { $0.id.hex == hex }
        if let found, reaches(found.id) { return found }
        if let found { try tellForeign(found.id) }
        throw CommandError(.baseUnknown, "There is no such school in this store.")
    }

    /// A base by id; nil when it is not registered.
    func base(_ id: BaseID) throws -> Base? { try bases().first { $0.id == id } }

    /// Every base within reach, in the order of the keys; one that nobody has named goes by the name that its MIS tells.
    func bases() throws -> [Base] { try everyBase().filter { reaches($0.id) } }

    /// Every base, within reach or not: for rules that hold between bases, such as that a number is given once.
    func everyBase() throws -> [Base] {
        try state.read { try Self.bases(in: $0) }
    }

    /// Every base of a state, named in the same way.
    static func bases(in snapshot: borrowing Snapshot) throws -> [Base] {
        var bases = try snapshot.bases()
        for index in bases.indices where bases[index].name.isEmpty {
            bases[index].name = try snapshot.told(.name, of: bases[index].id) ?? ""
        }
        return bases
    }

    /// The keys of all bases by id.
    func baseKeys() throws -> [BaseID: String] {
        Dictionary(uniqueKeysWithValues: try bases().map { ($0.id, $0.key) })
    }

    /// The recipient of a name.
    ///
    /// - Throws: `recipientUnknown`.
    func recipient(_ name: String) throws -> Projections.Recipient { try recipient(name, asOf: nil) }

    /// The recipient of a name, as it was at a point; as it is for nil.
    ///
    /// - Throws: `recipientUnknown`.
    func recipient(_ name: String, asOf point: PastPoint?) throws -> Projections.Recipient {
        let all = try read(asOf: point, [Recipients()]) { try $0.recipients() }
        if let recipient = all.first(where: { $0.name == name }) { return recipient }
        throw CommandError(
            .recipientUnknown,
            "There \(point == nil ? "is" : "was") no recipient \(name). See what there is with `syncd recipient list`."
        )
    }

    /// The task of a name.
    ///
    /// - Throws: `taskUnknown`.
    func task(_ name: String) throws -> TransferTask {
        let all = try tasks()
        if let task = all.first(where: { $0.name == name }) { return task }
        throw CommandError(.taskUnknown, "There is no task \(name). See what there is with `syncd task list`.")
    }

    /// What the head of a base has said of a report, with the version of its stream for the next decision.
    func acceptance(of report: String, at base: BaseID) throws -> ReportAcceptance {
        let known = try state.read { try $0.acceptance(of: report, at: base) }
        return ReportAcceptance(
            base: base,
            report: report,
            version: Int(known.version),
            isInForce: known.state == .accepted,
            hasLapsed: known.state == .lapsed,
            position: known.position,
            streamVersion: try log.version(of: TransferStreams.acceptance(of: report, at: base))
        )
    }
}

extension Session {
    /// How to set the DfE number that a base lacks, with the number that its MIS tells where it tells one.
    func laestabHint(_ base: Base) throws -> String {
        let told = try state.read { try $0.told(.dfeNumber, of: base.id) }
        let command = "syncd base config \(base.key) --laestab \(told ?? "NUMBER")"
        return told.map { "Its MIS says \($0): \(command)" } ?? "Set it: \(command)"
    }
}

extension ReportAcceptance {
    /// Where it stands, in a word.
    var word: String {
        if isInForce { return "accepted (version \(version))" }
        if hasLapsed { return "lapsed with the old legal owner" }
        return isWithdrawn ? "withdrawn" : "not accepted"
    }
}

extension ReportCatalogue {
    /// The names of all reports.
    static var names: [String] {
        var names: [String] = []
        for report in reports where !names.contains(report.name) { names.append(report.name) }
        return names
    }
}
