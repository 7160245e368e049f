import Foundation
import Glibc
import LMDB

/// A folder for one test, removed with everything in it when the test is over.
struct Scratch: ~Copyable {
    let folder: String

    init() throws {
        var template = Array("/tmp/lmdb-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw LMDBError(.other, "cannot make a folder") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    var file: String { folder + "/data.mdb" }

    func open(_ options: Environment.Options = .init()) throws -> Environment {
        try Environment(file: file, options: options)
    }
}

/// Reads a whole file.
func contents(of file: String) -> [UInt8] {
    let descriptor = open(file, O_RDONLY)
    defer { close(descriptor) }
    var facts = stat()
    guard descriptor >= 0, fstat(descriptor, &facts) == 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: Int(facts.st_size)) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
}

/// Writes a whole file.
func write(_ bytes: [UInt8], to file: String) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}

/// A key of eight bytes, in number order.
func key(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt64(number).bigEndian) { [UInt8]($0) } }

/// Numbers that look random and are the same for a seed: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
