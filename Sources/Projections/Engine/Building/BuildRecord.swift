import EventLog
import Foundation

/// What a generation under construction is to become, and how far it has come: the file `BUILD` in its folder.
///
/// With it a killed build is taken up again. The folder is not synced, so it is of use only while the same kernel runs:
/// after a power cut the boot id is another, and the build begins anew.
struct BuildRecord: Codable, Equatable, Sendable {
    /// A projection in a version.
    struct Part: Codable, Equatable, Sendable {
        var name: String
        var version: UInt32

        init(_ projection: any Projection) { (name, version) = (projection.name, projection.version) }
    }

    /// The kernel's life in which it was begun.
    var boot: String
    var log: String
    var epoch: UInt32
    /// Filled from the log.
    var rebuilt: [Part]
    /// Copied from the live generation.
    var kept: [Part]
    /// The live generation that it is to follow; 0 for none.
    var follows: Int
    /// The kept ones have been copied.
    var isCopied = false
    /// It has come to its end, and waits to be accepted.
    var isCompared = false
    /// Applied so far.
    var position: UInt64 = 0
    /// Where the log ended.
    var end: UInt64 = 0
    /// Comparisons made on the way.
    var reviews: [ProjectionReview] = []

    static let file = "BUILD"

    /// True when a build of this record goes on as one of the other.
    func continues(_ other: BuildRecord) -> Bool {
        boot == other.boot && log == other.log && epoch == other.epoch && rebuilt == other.rebuilt
            && kept == other.kept && follows == other.follows
    }

    /// How much of the log has been applied, from 0 to 100.
    var percent: Int { end == 0 ? 0 : Int(min(position, end) * 100 / end) }

    /// The life of the kernel that runs now.
    static func boot() -> String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        // Without it no build is ever taken up again.
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? UUID().uuidString
    }
}
