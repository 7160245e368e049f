import Foundation
import School

/// A recipient's copy, in the shape of `schemas/exchange/ces.md` section 6: what a school expects the other side to
/// hold, for comparison.
public struct CESCopy: Codable, Equatable, Sendable {
    /// One pupil.
    public struct Pupil: Codable, Equatable, Sendable {
        /// The school that sent the pupil, as file names write it.
        public var source: String
        /// `current`, or the last change that ended it: left, absent, outOfReach, sharingEnded, deletedAtSource, erased.
        public var state: String
        /// For each group the texts of its elements by path; a group without any is left out.
        public var groups: [String: [String: String]]

        /// Makes a pupil.
        public init(source: CESParty, state: String, groups: [String: [String: String]]) {
            self.source = source.description
            self.state = state
            self.groups = groups
        }
    }

    /// By the recipient's id of the pupil.
    public var pupils: [String: Pupil]

    /// Makes a copy.
    public init(pupils: [String: Pupil] = [:]) { self.pupils = pupils }

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
        return Pupil(source: source, state: state, groups: groups)
    }

    /// JSON with sorted keys, indented.
    public func json() throws -> [UInt8] { try CESManifest.encode(self) }
}
