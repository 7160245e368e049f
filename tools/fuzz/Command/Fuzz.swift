import Foundation
import FuzzEntries

#if FUZZING
    /// Drives the fuzzer; it comes with the toolchain (`-sanitize=fuzzer`).
    @_silgen_name("LLVMFuzzerRunDriver")
    func runDriver(
        _ count: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ feed: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
    ) -> Int32

    /// Called with each input; the fuzzer's own main looks for it by this name, though it is not used.
    @_cdecl("LLVMFuzzerTestOneInput")
    func feed(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
        _ = Fuzz.entry?.feed(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }
#endif

/// `fuzz ENTRY …`: under the fuzzer, its arguments follow; otherwise files, each fed once and told of.
@main
enum Fuzz {
    /// The entry that is fed, for a callback that can hold no context.
    nonisolated(unsafe) fileprivate static var entry: FuzzEntry?

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let name = arguments.first, let chosen = FuzzEntry.named(name) else {
            let names = FuzzEntry.all.map { "  \($0.name): \($0.about)" }.joined(separator: "\n")
            fail("usage: fuzz ENTRY FILE…, for example: fuzz csv tools/fuzz/Corpus/csv/good-plain\n\(names)", 64)
        }
        entry = chosen
        run(Array(arguments.dropFirst()))
    }

    private static func fail(_ message: String, _ code: Int32) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(code)
    }

    #if FUZZING
        private static func run(_ arguments: [String]) -> Never {
            var copies: [UnsafeMutablePointer<CChar>?] = (["fuzz"] + arguments).map { strdup($0) } + [nil]
            var count = Int32(copies.count - 1)
            let code = copies.withUnsafeMutableBufferPointer { buffer -> Int32 in
                guard var start = buffer.baseAddress else { return 1 }
                return runDriver(&count, &start, feed)
            }
            exit(code)
        }
    #else
        private static func run(_ files: [String]) -> Never {
            for file in files {
                guard let bytes = FileManager.default.contents(atPath: file) else {
                    fail("fuzz: \(file) cannot be read", 1)
                }
                print("\(file): \(entry?.feed([UInt8](bytes)) ?? .taken)")
            }
            exit(0)
        }
    #endif
}
