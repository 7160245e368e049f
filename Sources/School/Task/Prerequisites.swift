import EventLog
import Events
import Identifiers
import SwiftProtobuf

/// Something without which transfers from a school are refused (S1-28 to S1-33).
///
/// The products are those that syncd replaces: what is recorded of them is checked, and what nobody has recorded passes
/// (rulings 30).
public struct Prerequisite: Sendable, Hashable {
    /// What must be so.
    public enum Need: Sendable, Hashable {
        /// This version or a later one, part by part as numbers.
        case version([Int])
        /// It is there, or done.
        case yes
    }

    /// Its name, as it is recorded.
    public let name: String
    /// What it is.
    public let title: String
    /// What must be so.
    public let need: Need
    /// The requirement that it comes from.
    public let source: String
    /// What to do when it is not so.
    public let remedy: String

    /// All of them.
    public static let all: [Prerequisite] = [
        Prerequisite(
            name: "legacy-tasks-migrated",
            title: "the school's scheduled tasks of before are migrated",
            need: .yes,
            source: "S1-28",
            remedy: "migrate them first"
        ),
        Prerequisite(
            name: "sims",
            title: "SIMS 7.166 or later",
            need: .version([7, 166]),
            source: "S1-29",
            remedy: "have the school update SIMS"
        ),
        Prerequisite(
            name: "one",
            title: "One 3.58 or later",
            need: .version([3, 58]),
            source: "S1-02, S1-30",
            remedy: "update the authority's system"
        ),
        Prerequisite(
            name: "b2b-phase",
            title: "B2B:Student phase 2 or later",
            need: .version([2]),
            source: "S1-31",
            remedy: "have the school migrate to phase 2"
        ),
        Prerequisite(
            name: "services-manager",
            title: "SIMS Services Manager is installed and running",
            need: .yes,
            source: "S1-32",
            remedy: "have the school start it"
        ),
        Prerequisite(
            name: "provider-portal",
            title: "the One Provider Portal is installed and configured",
            need: .yes,
            source: "S1-33",
            remedy: "configure it"
        ),
    ]

    /// Whether what is recorded is enough; what is not recorded is.
    public func isMet(by value: String?) -> Bool {
        guard let value else { return true }
        switch need {
        case .yes: return value == "yes"
        case .version(let least):
            guard let version = Self.version(value) else { return false }
            for index in 0..<max(least.count, version.count) {
                let (has, needs) = (
                    index < version.count ? version[index] : 0, index < least.count ? least[index] : 0
                )
                if has != needs { return has > needs }
            }
            return true
        }
    }

    /// Refuses a task at a base that lacks something.
    ///
    /// - Parameters:
    ///   - recorded: what is known, by name.
    ///   - base: how the base is called in the message.
    /// - Throws: `SchoolError` with code `prerequisiteMissing`, naming the first that is missing.
    public static func check(_ recorded: [String: String], at base: String) throws(SchoolError) {
        for prerequisite in all where !prerequisite.isMet(by: recorded[prerequisite.name]) {
            throw SchoolError(
                .prerequisiteMissing,
                "\(base) lacks what transfers need: \(prerequisite.title) (\(prerequisite.name) is recorded as "
                    + "\(recorded[prerequisite.name] ?? "")): \(prerequisite.remedy), then record it"
            )
        }
    }

    /// Records what is known of one at a base.
    ///
    /// - Throws: `SchoolError` with code `prerequisiteInvalid` for an unknown name or a value of another form.
    public static func record(
        _ name: String,
        _ value: String,
        at base: BaseID,
        known: [String: String]
    ) throws(SchoolError) -> Decision {
        guard let found = all.first(where: { $0.name == name }) else {
            let names = all.map(\.name).joined(separator: ", ")
            throw SchoolError(.prerequisiteInvalid, "\(name) is none of \(names)")
        }
        switch found.need {
        case .yes where value != "yes" && value != "no":
            throw SchoolError(.prerequisiteInvalid, "\(name) is yes or no")
        case .version where version(value) == nil:
            throw SchoolError(.prerequisiteInvalid, "\(name) is a version like 7.166")
        default: break
        }
        guard known[name] != value else { return .unchanged("\(name) is recorded as \(value) already") }
        let message = Syncd_Events_PrerequisiteRecorded.with {
            $0.name = name
            $0.value = value
        }
        let event = NewEvent(
            type: EventType.prerequisiteRecorded.number,
            base: base,
            stream: StreamID(base),
            open: EventBytes.of(message)
        )
        return Decision(events: [event], message: "\(name) is recorded as \(value)")
    }

    private static func version(_ text: String) -> [Int]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.utf8.allSatisfy { (48...57).contains($0) } ? Int($0) : nil }
        return numbers.count == parts.count && !numbers.isEmpty ? numbers : nil
    }
}

extension SchoolError.Code {
    /// What transfers from a base need is not there.
    public static let prerequisiteMissing = Self(rawValue: "prerequisiteMissing")
    /// No such prerequisite, or no such value of one.
    public static let prerequisiteInvalid = Self(rawValue: "prerequisiteInvalid")
}
