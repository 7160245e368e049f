import Identifiers
import Projections
import School

/// How far each school has come: the phase, and what is missing (S0-01).
struct OnboardingReport {
    private let schools: [(base: Base, onboarding: Onboarding)]

    /// More schools than these are counted by phase, and not listed.
    private static let listed = 10

    /// Reads how far schools have come.
    init(_ bases: [Base], in session: Session) throws {
        let withTasks = Set(try session.state.read { try $0.tasks() }.flatMap(\.bases))
        schools = try bases.map { base in
            let offers = try session.offers(to: base.id)
            let onboarding = Onboarding(
                acceptedReports: offers.count { $0.state == .accepted },
                hasAgent: try session.state.read { try $0.agent(at: base.id) } != nil,
                hasTask: withTasks.contains(base.id)
            )
            return (base, onboarding)
        }
    }

    /// For people.
    var lines: [String] {
        guard schools.count > Self.listed else {
            return schools.map { "  Phase     \($0.base.key): \($0.onboarding.words)" }
        }
        return [Onboarding.Phase.consent, .deployment, .complete].compactMap { phase in
            let count = schools.count { $0.onboarding.phase == phase }
            return count == 0 ? nil : "  Phase     \(phase.rawValue): \(Counts.of(count, "school"))"
        }
    }

    /// For machines.
    var json: JSON {
        .array(
            schools.map { base, onboarding in
                [
                    "base": .string(base.key), "phase": .string(onboarding.phase.rawValue),
                    "missing": .array(onboarding.missing.map(JSON.string)),
                ]
            }
        )
    }
}
