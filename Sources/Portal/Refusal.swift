import Access
import HTTPTypes

/// Why a page is not shown or a form not taken: what the person reads, without a word of what lies within.
public struct Refusal: Error, Sendable {
    /// Kinds of refusals, each with its status.
    public enum Kind: Sendable {
        /// Nobody is logged in, or the session has ended.
        case notLoggedIn
        /// The role does not allow it.
        case forbidden
        /// There is no such page, or not for this person.
        case notFound
        /// What was looked at has changed meanwhile.
        case changed
        /// Another is changing the store.
        case busy
        /// Too many attempts.
        case tooMany
        /// A name, a password or a code is wrong.
        case wrong
        /// The form is not one of this portal's, or out of date.
        case foreignForm
        /// The request cannot be read.
        case unreadable
        /// More was sent than a form can hold.
        case tooLong
        /// Something unforeseen.
        case failed
    }

    /// Which.
    public var kind: Kind
    /// What is wrong and what to do, for the person.
    public var sentence: String

    /// Makes a refusal.
    public init(_ kind: Kind, _ sentence: String) { (self.kind, self.sentence) = (kind, sentence) }

    static let notFound = Refusal(.notFound, "There is no such page here, or it is not yours to see.")
    static let foreignForm = Refusal(
        .foreignForm,
        "This form is out of date or does not come from this site. Open the page again, and fill it in there."
    )
    static let notLoggedIn = Refusal(.notLoggedIn, "You are not logged in, or your session has ended.")

    var status: HTTPResponse.Status {
        switch kind {
        case .notLoggedIn: .seeOther
        case .forbidden, .foreignForm: .forbidden
        case .notFound: .notFound
        case .changed: .conflict
        case .busy: .serviceUnavailable
        case .tooMany: .tooManyRequests
        case .wrong: .unprocessableContent
        case .unreadable: .badRequest
        case .tooLong: .contentTooLarge
        case .failed: .internalServerError
        }
    }

    var title: String {
        switch kind {
        case .notLoggedIn: "Log in"
        case .forbidden: "Not allowed"
        case .notFound: "Not found"
        case .changed: "This has changed"
        case .busy: "Try again in a moment"
        case .tooMany: "Wait a little"
        case .wrong: "That was not right"
        case .foreignForm: "Open the page again"
        case .unreadable: "Not understood"
        case .tooLong: "Too long"
        case .failed: "Something went wrong"
        }
    }
}

extension Refusal {
    /// The refusal of the gate, as the person reads it.
    public init(_ error: AccessError) {
        switch error.code {
        case .notLoggedIn: self = .notLoggedIn
        case .accessRefused:
            self.init(
                .forbidden,
                "Your role does not allow this. Only the head teacher or a head proxy can decide here."
            )
        case .tooManyAttempts: self.init(.tooMany, Self.capitalised(error.message))
        case .loginRefused:
            self.init(.wrong, "The name, the password, the code or the invitation is wrong, or no longer holds.")
        default: self.init(.failed, "Your account cannot be read at present. Tell your operator.")
        }
    }

    private static func capitalised(_ text: String) -> String {
        (text.first.map { $0.uppercased() + text.dropFirst() } ?? text) + "."
    }
}
