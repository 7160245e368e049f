/// A reader of bytes from outside, as the fuzzer and the kept corpus feed it.
///
/// A reader may take the bytes or refuse them with an error of its module. It must not trap, hang, or grow with what the
/// bytes claim.
public struct FuzzEntry: Sendable {
    /// What became of the bytes.
    public enum Outcome: Equatable, Sendable {
        /// They were read to the end.
        case taken
        /// They were refused, and why; the fuzzer goes on.
        case refused(String)
    }

    /// Its name: what the fuzzer is told, and the folder of its corpus.
    public let name: String
    /// What it reads, for a person.
    public let about: String
    private let read: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, _ about: String, _ read: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.about = about
        self.read = read
    }

    /// Feeds it.
    public func feed(_ bytes: [UInt8]) -> Outcome {
        do {
            try read(bytes)
            return .taken
        } catch {
            return .refused(String(describing: error))
        }
    }

    /// All of them.
    public static let all: [FuzzEntry] = tables + logFormats + payloads + manifests + transfers

    /// The one of a name.
    public static func named(_ name: String) -> FuzzEntry? { all.first { $0.name == name } }
}
