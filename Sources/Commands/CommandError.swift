/// What a command refuses or could not do: one sentence of what is wrong and one of what to do, no personal data.
struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    struct Code: Hashable, Sendable, RawRepresentable {
        let rawValue: String
    }

    /// Which refusal.
    var code: Code
    /// What is wrong and what to do.
    var message: String
    /// What caused it.
    var cause: (any Error)?
    /// Where it was raised.
    var location: String

    init(_ code: Code, _ message: String, cause: (any Error)? = nil, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.cause = cause
        location = "\(file):\(line)"
    }

    var description: String { message }

    static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension CommandError.Code {
    /// No store was named.
    static let storeNotNamed = Self(rawValue: "storeNotNamed")
    /// A test-only setting is unknown.
    static let settingUnknown = Self(rawValue: "settingUnknown")
    /// The output could not be written.
    static let outputFailed = Self(rawValue: "outputFailed")
    /// Contacts are made the school's own in its MIS alone.
    static let contactsOfMIS = Self(rawValue: "contactsOfMIS")
    /// The store has no such base.
    static let baseUnknown = Self(rawValue: "baseUnknown")
    /// The store has no such recipient.
    static let recipientUnknown = Self(rawValue: "recipientUnknown")
    /// The task does not run now.
    static let taskInactive = Self(rawValue: "taskInactive")
    /// The store has no such task.
    static let taskUnknown = Self(rawValue: "taskUnknown")
    /// The files say that they are full, the command line that they are a delta, or the reverse.
    static let modeDisagrees = Self(rawValue: "modeDisagrees")
    /// There is no such run.
    static let runUnknown = Self(rawValue: "runUnknown")
    /// Nobody, or more than one, fits what was asked.
    static let subjectUnknown = Self(rawValue: "subjectUnknown")
    /// A folder is not there or cannot be used.
    static let folderUnusable = Self(rawValue: "folderUnusable")
    /// A position lies beyond the end of the log.
    static let positionBeyondEnd = Self(rawValue: "positionBeyondEnd")
    /// There is no such data issue.
    static let issueUnknown = Self(rawValue: "issueUnknown")
    /// A file is there already, or cannot be written.
    static let fileUnusable = Self(rawValue: "fileUnusable")
    /// The run is of a sort that is not undone.
    static let notUndoable = Self(rawValue: "notUndoable")
    /// Somebody has to say yes.
    static let notConfirmed = Self(rawValue: "notConfirmed")
    /// A secret was asked for, and nothing came.
    static let inputMissing = Self(rawValue: "inputMissing")
    /// State differs from the log.
    static let stateDiffers = Self(rawValue: "stateDiffers")
    /// No agent is installed.
    static let agentMissing = Self(rawValue: "agentMissing")
    /// The event is not parked.
    static let notParked = Self(rawValue: "notParked")
    /// There is no such order to erase, or it cannot be read.
    static let orderUnknown = Self(rawValue: "orderUnknown")
    /// An order to erase has begun, and can no longer be given up.
    static let orderBegun = Self(rawValue: "orderBegun")
    /// The school's pupil is matched with somebody else of the same source.
    static let alreadyMatched = Self(rawValue: "alreadyMatched")
    /// There is no such conflict.
    static let conflictUnknown = Self(rawValue: "conflictUnknown")
    /// Nothing of what was asked for can be erased now.
    static let nothingToErase = Self(rawValue: "nothingToErase")
    /// Somebody has not left.
    static let notALeaver = Self(rawValue: "notALeaver")
    /// The event still cannot be applied.
    static let stillParked = Self(rawValue: "stillParked")
    /// The store's socket could not be made or used.
    static let socketFailed = Self(rawValue: "socketFailed")
    /// The store's server ended before the command.
    static let serverGone = Self(rawValue: "serverGone")
    /// The command line is longer than one packet.
    static let requestTooLong = Self(rawValue: "requestTooLong")
    /// No backup can be reached that the next generation of keys could be put into.
    static let backupsAway = Self(rawValue: "backupsAway")
    /// A store that was restored, and that nobody has confirmed, does not change its keys.
    static let restoreUnconfirmed = Self(rawValue: "restoreUnconfirmed")
    /// A key file is older than the keys in use, or its key-encryption key is not there.
    static let keysOutdated = Self(rawValue: "keysOutdated")
    /// The portal cannot listen.
    static let portalFailed = Self(rawValue: "portalFailed")
    /// What is asked for needs a server on the store.
    static let serverMissing = Self(rawValue: "serverMissing")
    /// Another command changes the store.
    static let busy = Self(rawValue: "busy")
    /// A source tells of other schools than one's own, or is not known.
    static let sourceForeign = Self(rawValue: "sourceForeign")
    /// There is no such grant.
    static let grantUnknown = Self(rawValue: "grantUnknown")
}
