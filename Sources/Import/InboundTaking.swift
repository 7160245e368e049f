import EventLog
import Events
import Identifiers
import Projections
import School

/// What another source tells, made the school's own: by a rule, or because somebody accepted it (ruling 6).
public enum InboundTaking {
    /// The event that gives the school's own pupil a group's new content, under the pupil's own source and key: the
    /// school's MIS may tell it otherwise at its next export.
    ///
    /// - Parameter run: a number drawn for what is taken together.
    public static func event(_ ours: Entity, _ groups: [GroupContent], run: RunID) throws -> NewEvent {
        try EventComposer(source: ours.source, run: run).changed(
            .pupil,
            key: ours.key,
            id: ours.id,
            owner: nil,
            base: ours.base,
            groups: groups.map { EventComposer.GroupChange(group: $0.group, change: .set, rows: $0.rows) }
        )
    }
}
