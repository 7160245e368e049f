import EventLog
import Foundation
import Glibc
import Identifiers
import Sealing

/// Key-encryption keys that commands of the operator's keep: a vault, a token, a second machine.
///
/// Each command is run by `/bin/sh -c` with three variables: `SYNCD_KEY_VERB` (`get`, `create` or `destroy`), `SYNCD_KEY_LOG`
/// (32 hexadecimal digits) and `SYNCD_KEY_GENERATION`. `get` prints the key, 64 hexadecimal digits; `create` gets it on
/// standard input and must refuse one that is there; `destroy` must end with 0 also when there is none. Anything but exit
/// code 0 is a failure. A key never stands on a command line or in the environment.
struct KeyCommands: KeyEncryptionKeySource {
    /// The commands.
    struct Lines: Sendable, Equatable {
        /// Gives a key.
        var read: String
        /// Keeps a new key.
        var write: String
        /// Destroys a key; the command that keeps them when it is not given.
        var destroy: String

        /// Names the commands.
        init(read: String, write: String, destroy: String? = nil) {
            (self.read, self.write, self.destroy) = (read, write, destroy ?? write)
        }

        private static let first = "syncd-key-source 1"
        private static let words = ["read ", "write ", "destroy "]

        /// The lines as a store remembers them.
        var told: [String] { [Self.first, "read " + read, "write " + write, "destroy " + destroy] }

        /// Reads the lines that a store remembers; nil for none.
        ///
        /// - Throws: `newerFormat` for what this program does not know.
        init?(told lines: [String]) throws {
            guard !lines.isEmpty else { return nil }
            guard lines.count == 4, lines[0] == Self.first,
                zip(lines.dropFirst(), Self.words).allSatisfy({ $0.hasPrefix($1) })
            else {
                throw EventLogError(.newerFormat, "the store's key is kept in a way of a newer syncd: use that version")
            }
            let found = zip(lines.dropFirst(), Self.words).map { String($0.dropFirst($1.count)) }
            (read, write, destroy) = (found[0], found[1], found[2])
        }
    }

    private let lines: Lines
    private let randomness: any RandomBytes
    /// Bytes that a command may print: a key, and a line end or two.
    private static let outputMax = 4096

    /// Names the commands; nothing is run yet.
    init(_ lines: Lines, randomness: any RandomBytes) { (self.lines, self.randomness) = (lines, randomness) }

    /// Asks the read command for the key of a generation.
    ///
    /// - Throws: `keyMissing` when the command fails, `keyWrong` when what it prints is no key.
    func get(log: LogID, generation: UInt32) throws -> SymmetricKey {
        let answer = try run(lines.read, "get", log, generation)
        guard answer.code == 0 else {
            throw EventLogError(
                .keyMissing,
                "the command that reads the key of generation \(generation) ended with \(answer.code): see that it can reach "
                    + "where keys are kept, or bring the key back there from a custodian's copy"
            )
        }
        guard let key = Self.key(answer.output) else {
            throw EventLogError(
                .keyWrong,
                "the command that reads the key of generation \(generation) did not print 64 hexadecimal digits"
            )
        }
        return key
    }

    /// Makes a key at random, has it kept, and reads it back.
    ///
    /// - Throws: `keyExists` when there is one already; `file` when it could not be kept.
    func create(log: LogID, generation: UInt32) throws -> SymmetricKey {
        guard try run(lines.read, "get", log, generation).code != 0 else {
            throw EventLogError(
                .keyExists,
                "there is a key of generation \(generation) already; a key is never overwritten"
            )
        }
        let key = SymmetricKey(randomness: randomness)
        var digits = key.withUnsafeBytes {
            $0.flatMap { byte in Array((byte < 16 ? "0" : "").utf8) + Array(String(byte, radix: 16).utf8) }
        }
        defer { for index in digits.indices { digits[index] = 0 } }
        let kept = try run(lines.write, "create", log, generation, input: digits + [UInt8(ascii: "\n")])
        guard kept.code == 0 else {
            throw EventLogError(.file, "the command that writes keys ended with \(kept.code): nothing was changed")
        }
        let readBack = try get(log: log, generation: generation)
        let isSame = key.withUnsafeBytes { one in readBack.withUnsafeBytes { one.elementsEqual($0) } }
        guard isSame else {
            throw EventLogError(
                .keyWrong,
                "what the command that reads keys gives is not what the one that writes was given"
            )
        }
        return readBack
    }

    /// Has the key of a generation destroyed, and sees that it is gone.
    func destroy(log: LogID, generation: UInt32) throws {
        let gone = try run(lines.destroy, "destroy", log, generation)
        guard gone.code == 0 else {
            throw EventLogError(
                .file,
                "the command that destroys keys ended with \(gone.code): the key of generation \(generation) may still be there"
            )
        }
        guard try run(lines.read, "get", log, generation).code != 0 else {
            throw EventLogError(
                .file,
                "the key of generation \(generation) is still there after the command that destroys it: see to that command"
            )
        }
    }

    private static func key(_ output: [UInt8]) -> SymmetricKey? {
        let digits = output.filter { !($0 == 10 || $0 == 13 || $0 == 32) }
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: 64, by: 2) {
            guard let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return try? bytes.withUnsafeBytes { try SymmetricKey(copying: $0[...]) }
    }

    /// Runs a command, and waits for it.
    private func run(
        _ line: String,
        _ verb: String,
        _ log: LogID,
        _ generation: UInt32,
        input: [UInt8] = []
    ) throws -> (code: Int32, output: [UInt8]) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "SYNCD_KEY_VERB": verb, "SYNCD_KEY_LOG": log.hex, "SYNCD_KEY_GENERATION": "\(generation)",
        ]) { $1 }
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        // What it complains of may hold what it was given: only its exit code is told.
        process.standardError = FileHandle.nullDevice
        try process.run()
        // One that does not read its input closes the pipe: that is its affair.
        try? standardInput.fileHandleForWriting.write(contentsOf: Data(input))
        try? standardInput.fileHandleForWriting.close()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, [UInt8](said.prefix(Self.outputMax)))
    }
}
