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

    init(_ error: any Error) {
        switch error {
        case let error as CommandError: self.init(error.code.rawValue, error.message)
        case let error as EventLogError: self.init(error.code.rawValue, error.message)
        case let error as LMDBError: self.init("storage", error.description)
        case let error as SealingError: self.init("sealing", error.description)
        case let error as SchoolError: self.init(error.code.rawValue, error.message)
        case let error as SourceError: self.init(error.code.rawValue, verbatim: error.description)
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
