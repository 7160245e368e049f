import EventLog
import Foundation
import Identifiers
import Projections

/// Custodians' copies of the key-encryption key, and which of them are of an older generation (ruling 14).
struct KeyCustody {
    /// The generation in use.
    let generation: UInt32
    /// When it came to be; nil for the first.
    let changed: Timestamp?
    /// The copies, by the places where they lie.
    let copies: [(place: SubjectID, copy: KeyMoment)]

    /// How many copies there are to be.
    static let copiesWanted = 2
    /// The time until an erasure is complete: how long an old copy may stand.
    static let daysToRenew = 30

    init(of session: Session) throws {
        generation = session.log.keyGeneration
        (changed, copies) = try session.state.read { (try $0.keysChanged()?.when, try $0.keyCopies()) }
    }

    /// True for a copy of a generation before.
    func isOld(_ copy: KeyMoment) -> Bool { copy.generation < generation }

    /// Until when old copies are to be renewed.
    var renewBy: Timestamp? {
        changed.map { Timestamp(microseconds: $0.microseconds + Int64(Self.daysToRenew) * 86_400_000_000) }
    }

    /// What is to be done, a sentence each.
    var warnings: [String] {
        var warnings: [String] = []
        let old = copies.count { isOld($0.copy) }
        if old > 0 {
            let day = renewBy.map { LondonTime.date(LondonTime.day($0)) } ?? "now"
            warnings.append(
                "\(Counts.of(old, "custodian's copy", "custodians' copies")) of the key older than the last change of keys: renew "
                    + "by \(day) with `syncd keys copy DIR`, which destroys the old one."
            )
        }
        if copies.count < Self.copiesWanted {
            let missing = Self.copiesWanted - copies.count
            warnings.append(
                "\(Counts.of(missing, "custodian's copy", "custodians' copies")) of the key missing: a store without its key is "
                    + "lost. Make one with `syncd keys copy DIR`."
            )
        }
        return warnings
    }

    /// The id of a custodian's place, which lies there in a file of its own; drawn when it is first used.
    static func place(in folder: String, of session: Session) throws -> SubjectID {
        let file = folder + "/" + session.log.logID.hex + ".place"
        if let text = try? String(contentsOfFile: file, encoding: .utf8),
            let id = SubjectID(hex: String(text.prefix(32)))
        {
            return id
        }
        let id: SubjectID = session.draw()
        guard FileManager.default.createFile(atPath: file, contents: Data((id.hex + "\n").utf8)) else {
            throw CommandError(.fileUnusable, "\(file) cannot be written. Name a folder that can be.")
        }
        return id
    }
}
