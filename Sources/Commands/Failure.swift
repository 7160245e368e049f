import Access
import Audit
import Connectors
import EventLog
import Foundation
import Import
import LMDB
import Projections
import School
import Sealing
import Transfer

/// An error as a person reads it: a code for machines and one or two plain sentences.
///
/// Each module says in its own errors what is wrong and what to do; what none of them foresaw is told without its
/// content, since nobody has checked that it holds no personal data.
struct Failure {
    /// The code.
    var code: String
    /// What is wrong and what to do.
    var message: String
    /// Each breach by itself, where files have many.
    var issues: [RowIssue] = []
    /// How many more there were.
    var issuesOmitted = 0

    /// Breaches told one by one to people; machines get all that the error holds.
    private static let issuesShown = 100

    /// The error as machines read it.
    var json: JSON {
        var members: [JSON.Member] = [
            .init(name: "code", value: .string(code)), .init(name: "message", value: .string(message)),
        ]
        if !issues.isEmpty {
            members.append(.init(name: "issues", value: .array(issues.map(Self.breach))))
            members.append(.init(name: "issuesOmitted", value: JSON(issuesOmitted)))
        }
        return ["error": .object(members)]
    }

    private static func breach(_ issue: RowIssue) -> JSON {
        [
            "file": .string(issue.file), "line": JSON(issue.line), "field": .string(issue.field),
            "reason": .string(issue.reason),
        ]
    }

    /// The error as people read it: the message, then the breaches, one a line.
    var lines: [String] {
        let shown = issues.prefix(Self.issuesShown)
        let more = issues.count - shown.count + issuesOmitted
        let rest =
            more > 0
            ? ["… and \(Counts.of(more, "more")): --json tells the first \(Counts.grouped(issues.count))."] : []
        return ["syncd: \(message)"] + shown.map(\.text) + rest
    }

    init(_ error: any Error) {
        switch error {
        case let error as CommandError: self.init(error.code.rawValue, error.message)
        case let error as AccessError: self.init(error.code.rawValue, error.message)
        case let error as AuditError: self.init(error.code.rawValue, error.message)
        case let error as EventLogError: self.init(error.code.rawValue, error.message)
        case let error as LMDBError: self.init("storage", error.description)
        case let error as SealingError: self.init("sealing", error.description)
        case let error as SchoolError: self.init(error.code.rawValue, error.message)
        case let error as SourceError:
            self.init(error.code.rawValue, verbatim: error.description)
            (issues, issuesOmitted) = (error.issues, error.issuesOmitted)
        case let error as ImportError: self.init(error.code.rawValue, error.message)
        case let error as ProjectionError: self.init(error.code.rawValue, error.message)
        case let error as TransferError: self.init(error.code.rawValue, error.message)
        case let error as RenderError: self.init(error.code.rawValue, error.description)
        case let error as CocoaError:
            self.init("file", "\(error.localizedDescription) Check the disk and who may write there, then try again.")
        default:
            self.init(
                "unexpected",
                "Something unforeseen went wrong (\(type(of: error))). Nothing that was acknowledged is lost; "
                    + "run the command again, and report it if it stays."
            )
        }
    }

    private init(_ code: String, _ message: String) {
        self.init(code, verbatim: message.first.map { $0.uppercased() + message.dropFirst() } ?? message)
    }

    /// A message that begins with a file's name, which must stay as it is written.
    private init(_ code: String, verbatim sentence: String) {
        self.code = code
        self.message = sentence.last.map { ".!?".contains($0) } ?? true ? sentence : sentence + "."
    }
}
