/// What a pupil is recognised by where a file has no key of the sender's own system (rulings 6).
public struct PupilIdentity: Sendable, Hashable {
    /// UPN.
    public var upn: String?
    /// Legal surname.
    public var surname: String?
    /// Legal forename.
    public var forename: String?
    /// Birth date, `yyyy-MM-dd`.
    public var birthDate: String?
    /// Sex.
    public var sex: String?

    /// The identity that basic details tell.
    public init(_ row: FieldRow) {
        upn = row[.upn]
        surname = row[.surname]
        forename = row[.forename]
        birthDate = row[.birthDate]
        sex = row[.sex]
    }

    /// Birth date, family name, given name and sex, without capitals; nil for what is not told.
    private var four: [String?] { [birthDate, surname?.lowercased(), forename?.lowercased(), sex] }

    /// The four as one text; nil unless all are told.
    public var allFour: String? {
        let told = four.compactMap(\.self)
        return told.count == 4 ? told.joined(separator: "\u{1F}") : nil
    }

    /// True when at least three of the four are told by both and equal.
    public func agrees(with other: PupilIdentity) -> Bool {
        zip(four, other.four).count { $0 != nil && $0 == $1 } >= 3
    }
}

/// The pupils of one source, as they are known before a file is read.
public protocol KnownPupils: Sendable {
    /// How a pupil of this key is known; nil when the source has told of none.
    func identity(ofKey key: String) throws -> PupilIdentity?
    /// Keys of the pupils who have this UPN.
    func keys(upn: String) throws -> [String]
    /// Keys of the pupils with these birth date, names and sex (`PupilIdentity.allFour`).
    func keys(allFour: String) throws -> [String]
    /// What is known of a group of a pupil or contact; nil when nothing is.
    func content(of group: DataGroup, _ kind: EntityKind, key: String) throws -> GroupContent?
}

/// Which pupil of a source a file means.
public enum PupilMatch: Sendable, Equatable {
    /// One who is known under this key.
    case known(String)
    /// One who is not known yet, and is from now on under this key.
    case new(String)
    /// Nobody can say: the pupil waits, for this reason.
    case waits(String)

    /// Finds the pupil: by the sender's own id; else by UPN and three of birth date, surname, forename and sex; else by
    /// all four; never by UPN alone (rulings 6).
    ///
    /// - Parameters:
    ///   - id: the sender's id of the pupil; nil in a file without such.
    ///   - told: what the file says.
    ///   - formerUPN: the number before the present one.
    ///   - known: the source's pupils.
    public static func find(
        id: String?,
        _ told: PupilIdentity,
        formerUPN: String?,
        in known: some KnownPupils
    ) throws -> PupilMatch {
        if let id, try known.identity(ofKey: id) != nil { return .known(id) }
        if let upn = told.upn {
            let holders = try known.keys(upn: upn)
            if let match = try only(holders, agreeing: told, in: known) { return match }
            guard holders.isEmpty else {
                return .waits(
                    "has the UPN of a pupil who is known with another name, birth date or sex: correct the one that is "
                        + "wrong, then import again"
                )
            }
        }
        if let formerUPN, let match = try only(try known.keys(upn: formerUPN), agreeing: told, in: known) {
            return match
        }
        if let four = told.allFour {
            let holders = try known.keys(allFour: four)
            if let first = holders.first, holders.count == 1 { return .known(first) }
            guard holders.isEmpty else { return .waits(several) }
        }
        return try new(id: id, told, in: known)
    }

    private static let several =
        "fits more than one pupil who is known: give the pupil's UPN in the file, then import again"

    private static func only(
        _ keys: [String],
        agreeing told: PupilIdentity,
        in known: some KnownPupils
    ) throws -> PupilMatch? {
        let fitting = try keys.filter { try known.identity(ofKey: $0)?.agrees(with: told) == true }
        guard let first = fitting.first else { return nil }
        return fitting.count == 1 ? .known(first) : .waits(several)
    }

    private static func new(id: String?, _ told: PupilIdentity, in known: some KnownPupils) throws -> PupilMatch {
        guard told.surname != nil, told.forename != nil, told.birthDate != nil else {
            return .waits(
                id == nil
                    ? "has neither a UPN that is known nor surname, forename and birth date: nobody can say who it is"
                    : "is not known here, and the file tells no surname, forename and birth date: ask the school for a "
                        + "snapshot (task run --snapshot)"
            )
        }
        guard let key = id ?? told.upn ?? told.allFour else {
            return .waits("has no UPN and no sex: nobody can say who it is when the next file comes")
        }
        guard try known.identity(ofKey: key) == nil else {
            return .waits("has a UPN that another pupil had when first told: give the former UPN in the file")
        }
        return .new(key)
    }
}
