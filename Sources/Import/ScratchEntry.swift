import EventLog
import Identifiers
import School

extension Scratch {
    /// What the files say of one entity.
    struct Entry: Equatable {
        /// What it is.
        var kind: EntityKind
        /// The entity: the mirror's, or one drawn for it.
        var id: SubjectID
        /// The base that its own row names; before that row, the one where it is known.
        var base: BaseID
        var flags: Flags
        /// File and line of its own row.
        var place: Place
        /// What the files said of each group, registrations apart.
        var groups: [DataGroup: GroupState] = [:]
        /// The registrations of a pupil that the files tell, and the base that the pupil's own row names.
        var registrations: [RegistrationState] = []

        init(kind: EntityKind, id: SubjectID, base: BaseID, flags: Flags = [], place: Place) {
            self.kind = kind
            self.id = id
            self.base = base
            self.flags = flags
            self.place = place
        }
    }

    /// Truths about an entity.
    struct Flags: OptionSet, Hashable {
        let rawValue: UInt16
        /// The source has told of it before.
        static let isKnown = Flags(rawValue: 1)
        /// It is present in the source's mirror.
        static let isPresent = Flags(rawValue: 2)
        /// Its own row is taken in.
        static let hasRow = Flags(rawValue: 4)
        /// A row about it is held back: it is not gone.
        static let isMentioned = Flags(rawValue: 8)
        /// A row that tells all of it is held back: all that is known of it stays.
        static let isKept = Flags(rawValue: 16)
        /// Two rows of its own say different things: none is taken in.
        static let isTwofold = Flags(rawValue: 32)
        /// The MIS says that it deleted the whole of it.
        static let isDeleted = Flags(rawValue: 64)
        /// The run is limited to another base.
        static let isLeftOut = Flags(rawValue: 128)
        /// Its own row names another base than the one where it is known, which changes it by itself (rulings 35).
        static let isElsewhere = Flags(rawValue: 256)
    }

    /// Where an entity is, and what is true of it.
    struct Sight {
        var id: SubjectID
        var base: BaseID
        var flags: Flags
        /// File and line of its own row.
        var place: Place

        /// Its own row stands: it is in the files for certain.
        var stands: Bool { flags.contains(.hasRow) && !flags.contains(.isTwofold) }
    }

    /// A file, by its number in the run, and a line.
    struct Place: Hashable {
        var file: UInt16
        var line: UInt32

        /// The file's number as events have it: from 1.
        var fileNumber: UInt32 { file == UInt16.max ? 0 : UInt32(file) + 1 }
    }

    /// What the files said of one group.
    struct GroupState: Equatable {
        enum Saying: UInt8 {
            /// Content.
            case told
            /// Something that is held back: what is known stays.
            case held
            /// That the MIS deleted it.
            case deleted
        }

        var saying: Saying
        var hash = ContentHash(high: 0, low: 0)
        /// The content is not what the mirror has.
        var differs = false
        var place: Place
    }

    /// What the files said of a pupil's registration at one base.
    struct RegistrationState: Equatable {
        enum Saying: UInt8 {
            /// The pupil's own row names the base, and no registration is told there.
            case claimed
            /// Content.
            case told
            /// Something that is held back: what is known stays.
            case held
        }

        var base: BaseID
        /// The second registration that it is if the pupil's home is elsewhere: the mirror's, or one drawn for it.
        var id: SubjectID
        var saying: Saying
        var isActive = false
        /// The content says that the pupil has left.
        var hasLeft = false
        /// The first day on the register, where the content tells it.
        var entry: CalendarDate?
        var hash = ContentHash(high: 0, low: 0)
        var place: Place
    }
}

extension Scratch.Entry {
    /// Its own row stands: it is in the files for certain.
    var stands: Bool { flags.contains(.hasRow) && !flags.contains(.isTwofold) }

    /// Something about it is in the files, whether it could be read or not: it is not missing from them.
    var isInFiles: Bool { !flags.isDisjoint(with: [.hasRow, .isMentioned]) }

    /// It is in the source and will stay, or come, as the files go in.
    var isThere: Bool { stands || (flags.contains(.isPresent) && !flags.contains(.isDeleted)) }

    /// The group's content comes from this row.
    func tells(_ group: DataGroup, at place: Scratch.Place) -> Bool {
        guard let state = groups[group] else { return false }
        return state.saying == .told && state.place == place
    }

    /// What the files say of the registration at a base.
    func registration(at base: BaseID) -> Scratch.RegistrationState? { registrations.first { $0.base == base } }

    /// Remembers what the files say of the registration at a base.
    mutating func set(_ state: Scratch.RegistrationState) {
        if let index = registrations.firstIndex(where: { $0.base == state.base }) {
            registrations[index] = state
        } else {
            registrations.append(state)
        }
    }
}
