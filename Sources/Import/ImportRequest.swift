import Projections
import School

/// What a person asks of an import.
public struct ImportRequest: Sendable {
    /// How the files are to be understood.
    public enum Mode: String, Sendable {
        /// Everything that the files cover: what is not in them is gone.
        case full
        /// Only what changed: nothing is gone but what the files say.
        case delta
    }

    /// The source's name; nil for the format's default (rulings 2).
    public var source: String?
    /// Full or delta; never guessed.
    public var mode: Mode
    /// Only rows of this base.
    public var base: String?
    /// Registers bases that are not known yet.
    public var registersBases: Bool
    /// The most removals of each kind that a person has allowed.
    public var allowedRemovals: Int?
    /// The most pupils that a person has allowed to be strangers to a known source.
    public var allowedStrangers: Int?
    /// Takes pupils missing from a full export for leavers: for schools that export no leaving dates (rulings 21).
    public var absentMeansLeft: Bool
    /// Shows what would happen and appends nothing.
    public var isDryRun: Bool
    /// Settings of the format that change what the files mean, such as the order of dates.
    public var formatSettings: [String: String]

    /// Makes a request.
    public init(
        source: String? = nil,
        mode: Mode,
        base: String? = nil,
        registersBases: Bool = false,
        allowedRemovals: Int? = nil,
        allowedStrangers: Int? = nil,
        absentMeansLeft: Bool = false,
        isDryRun: Bool = false,
        formatSettings: [String: String] = [:]
    ) {
        self.source = source
        self.mode = mode
        self.base = base
        self.registersBases = registersBases
        self.allowedRemovals = allowedRemovals
        self.allowedStrangers = allowedStrangers
        self.absentMeansLeft = absentMeansLeft
        self.isDryRun = isDryRun
        self.formatSettings = formatSettings
    }

    /// The settings that change what an import does, as one text: the same text, the same outcome.
    var canonicalSettings: String {
        var lines = [
            "mode=\(mode.rawValue)", "base=\(base ?? "")", "register=\(registersBases)",
            "removals=\(allowedRemovals.map(String.init) ?? "")",
            "strangers=\(allowedStrangers.map(String.init) ?? "")", "left=\(absentMeansLeft)",
        ]
        lines += formatSettings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return lines.joined(separator: "\n")
    }
}
