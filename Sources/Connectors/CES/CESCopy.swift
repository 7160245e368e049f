import Foundation
import School

/// A recipient's copy, in the shape of `schemas/exchange/ces.md` section 6: what a school expects the other side to
/// hold, for comparison.
public struct CESCopy: Codable, Equatable, Sendable {
    /// One pupil.
    public struct Pupil: Codable, Equatable, Sendable {
        /// `current`, or the last change that ended it: left, absent, outOfReach, sharingEnded, deletedAtSource, erased.
        public var state: String
        /// For each group the texts of its elements by path; a group without any is left out.
        public var groups: [String: [String: String]]

        /// Makes a pupil.
        public init(state: String, groups: [String: [String: String]]) {
            self.state = state
            self.groups = groups
        }
    }

    /// By the school that sent, as file names write it, then by the recipient's id of the pupil.
    ///
    /// A pupil at two schools is told by both, each with its own registration.
    public var schools: [String: [String: Pupil]]

    /// Makes a copy.
    public init(schools: [String: [String: Pupil]] = [:]) { self.schools = schools }

    /// One group as a file carries it: the text of each element by its path under `Pupil`.
    ///
    /// - Throws: `RenderError` as the writer would for this group.
    public static func paths(
        of content: GroupContent,
        pupil: CESPupil,
        source: CESParty
    ) throws -> [String: String] {
        var paths: [String: String] = [:]
        for part in try CESGroups.parts(of: content, pupil: pupil, source: source) {
            part.element.flatten(under: part.slot.isBasicDetail ? "BasicDetails/" : "", into: &paths)
        }
        // The file has no element for it: the manifest tells it.
        if content.group == .basicDetails { paths["noUPNReason"] = CESManifest.Pupil.noUPNReason(content.rows.first) }
        return paths
    }

    /// A pupil with these groups and nothing else, as a recipient holds them after one file.
    ///
    /// - Throws: `RenderError` as the writer would for this pupil.
    public static func pupil(_ pupil: CESPupil, source: CESParty) throws -> Pupil {
        var groups: [String: [String: String]] = [:]
        for content in pupil.groups {
            let paths = try paths(of: content, pupil: pupil, source: source)
            if !paths.isEmpty { groups[content.group.name] = paths }
        }
        let state =
            switch pupil.change {
            case .new, .changed, .keyChanged: "current"
            default: pupil.change.rawValue
            }
        return Pupil(state: state, groups: groups)
    }

    /// JSON with sorted keys, indented, ending in a line feed.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
