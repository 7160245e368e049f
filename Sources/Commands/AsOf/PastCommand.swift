import ArgumentParser
import EventLog
import Identifiers
import Projections
import Transfer

/// From when state is shown.
struct AsOfOption: ParsableArguments {
    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?
}

/// A command that shows state whole, now or as it was known.
///
/// All that it reads of state is read of the past: nothing in it needs to know. Who may look, and what is kept back for a
/// child's safety, is of now. One that opens a person's record finds the person, and writes the look down, before.
protocol PastCommand: StoreCommand {
    /// From when.
    var moment: AsOfOption { get }

    /// Shows what there is, or was.
    func show(in session: Session) throws
}

extension PastCommand {
    static var onlyReads: Bool { true }

    func run(in session: Session) throws { try session.showing(asOf: moment.asOf) { try show(in: session) } }
}

/// State as it was known, made aside.
struct PastState {
    /// The last position that counts.
    var point: PastPoint
    /// What the log had led to by then.
    var state: State
}

extension Session {
    /// Does something with state as it is, or as it was known; the past costs the log up to there.
    ///
    /// - Throws: `positionBeyondEnd` for a moment that the log does not know.
    func showing(asOf moment: Moment?, _ body: () throws -> Void) throws {
        guard let moment else { return try body() }
        let point = try point(moment)
        try console.say(point.sentence)
        try transferStates.withState(asOf: point.position, projections: AllProjections.list) { state in
            past = PastState(point: point, state: state)
            defer { past = nil }
            try body()
        }
    }

    /// Refuses somebody of whom nothing was known at the moment that is shown.
    ///
    /// - Throws: `subjectUnknown`.
    func requireShown(_ person: Entity) throws {
        guard past != nil, try state.read({ try $0.entity(person.id) }) == nil else { return }
        throw CommandError.unknownThen
    }

    /// The last position that what is shown takes in.
    var shownEnd: Position { past?.point.position ?? log.durableEnd }

    /// The instant of which what is shown is.
    var shownNow: Timestamp { past?.point.recordedAt ?? now }
}

extension CommandError {
    /// Of somebody nothing was known at the moment that is asked about.
    static var unknownThen: CommandError {
        CommandError(
            .subjectUnknown,
            "Nothing was known of this pupil then. Choose a later --as-of; `syncd history` shows when the first was told."
        )
    }
}
