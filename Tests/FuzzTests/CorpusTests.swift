import Foundation
import FuzzEntries
import Testing

/// The kept corpus: each input that taught the fuzzer something, or once broke a reader, is read again.
///
/// Names that begin with `good` must be taken and `bad` refused; any other must only not bring the reader down.
@Suite("The fuzzer's kept corpus")
struct CorpusTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../tools/fuzz/Corpus").standardizedFileURL

    private static func inputs(of entry: FuzzEntry) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: corpus.appendingPathComponent(entry.name),
            includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
    }

    @Test("every reader takes or refuses each input that is kept for it", arguments: FuzzEntry.all.map(\.name))
    func isRead(_ name: String) throws {
        let entry = try #require(FuzzEntry.named(name))
        let inputs = try Self.inputs(of: entry)
        var good = 0
        for input in inputs {
            let outcome = entry.feed([UInt8](try Data(contentsOf: input)))
            if input.lastPathComponent.hasPrefix("good") {
                #expect(outcome == .taken, "\(name)/\(input.lastPathComponent)")
                good += 1
            } else if input.lastPathComponent.hasPrefix("bad") {
                #expect(outcome != .taken, "\(name)/\(input.lastPathComponent)")
            }
        }
        #expect(good > 0, "\(name) has no input that must be taken: the reader may refuse everything unnoticed")
    }

    @Test("every folder of the corpus has a reader")
    func isKnown() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
        #expect(Set(folders) == Set(FuzzEntry.all.map(\.name)))
    }
}
