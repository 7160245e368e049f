/// The kinds of things that have identifiers.
///
/// Each is an empty type: it exists only to tell them apart.
public enum Kinds {
    /// A life-long log, made by `init`.
    public enum Log {}
    /// A base: one school as the log partitions its trees and keys, or the store's own owner.
    public enum Base {}
    /// The events of one thing.
    public enum Stream {}
    /// Who caused an event; a name is never in it.
    public enum Actor {}
    /// One append call, repeated safely.
    public enum Command {}
    /// A person or thing whose data a sealed part holds.
    public enum Subject {}
    /// One data key.
    public enum Key {}
    /// A source: one MIS database.
    public enum Source {}
    /// One run of an import or a task.
    public enum Run {}
    /// A recipient of transfer files.
    public enum Recipient {}
    /// A scheduled task.
    public enum Task {}
    /// A data issue.
    public enum Issue {}
    /// An order to erase.
    public enum Order {}
}

/// Names a log.
public typealias LogID = Identifier<Kinds.Log>
/// Names a base.
public typealias BaseID = Identifier<Kinds.Base>
/// Names a stream.
public typealias StreamID = Identifier<Kinds.Stream>
/// Names an actor.
public typealias ActorID = Identifier<Kinds.Actor>
/// Names a command.
public typealias CommandID = Identifier<Kinds.Command>
/// Names a subject of sealed data: a pupil, a contact, a member of staff, a class.
public typealias SubjectID = Identifier<Kinds.Subject>
/// Names a data key.
public typealias KeyID = Identifier<Kinds.Key>
/// Names a source.
public typealias SourceID = Identifier<Kinds.Source>
/// Names a run.
public typealias RunID = Identifier<Kinds.Run>
/// Names a recipient.
public typealias RecipientID = Identifier<Kinds.Recipient>
/// Names a task.
public typealias TaskID = Identifier<Kinds.Task>
/// Names a data issue.
public typealias IssueID = Identifier<Kinds.Issue>
/// Names an order to erase.
public typealias OrderID = Identifier<Kinds.Order>
