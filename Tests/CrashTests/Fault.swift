import Foundation

/// One disturbance of a command.
enum Fault: Sendable, CustomStringConvertible {
    /// SIGKILL so many seconds after the start.
    case killed(after: Double)
    /// What the shim does: the values of its `FAULT_…` variables.
    case injected([String: String])

    var description: String {
        switch self {
        case .killed(let seconds): "SIGKILL after \(seconds) s"
        case .injected(let settings):
            settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
    }

    /// SIGKILL before and after each file operation.
    static func kills(_ counts: OperationCounts) -> [Fault] {
        (0..<counts.total).flatMap { number in
            ["before", "after"].map {
                .injected(["FAULT_MODE": "kill", "FAULT_WHEN": $0, "FAULT_NTH": "\(number + 1)"])
            }
        }
    }

    /// Each error at each write and sync, once; and at every third from there on.
    static func errors(_ counts: OperationCounts) -> [Fault] {
        ["write", "commit", "copy", "sync", "dirsync"].flatMap { kind in
            ["EIO", "ENOSPC", "short", "torn"].flatMap { error -> [Fault] in
                let hasLength = !kind.hasSuffix("sync")
                if ["short", "torn"].contains(error), !hasLength { return [] }
                let forGood = all(kind, error, sticky: "1", counts).enumerated().filter { $0.offset % 3 == 0 }
                return all(kind, error, sticky: "0", counts) + (error == "torn" ? [] : forGood.map(\.element))
            }
        }
    }

    /// A torn write at each write.
    static func tornWrites(_ counts: OperationCounts) -> [Fault] { all("write", "torn", sticky: "0", counts) }

    /// SIGKILL at random instants of a run that takes so many seconds undisturbed.
    static func randomKills(_ count: Int, of seconds: Double) -> [Fault] {
        var generator = SeededGenerator(seed: CrashSet.seed)
        return (0..<count).map { _ in .killed(after: .random(in: 0.0005...max(0.001, seconds), using: &generator)) }
    }

    private static func all(_ kind: String, _ error: String, sticky: String, _ counts: OperationCounts) -> [Fault] {
        (0..<(counts.byClass[kind] ?? 0)).map { number in
            .injected([
                "FAULT_MODE": "error", "FAULT_CLASS": kind, "FAULT_ERROR": error, "FAULT_STICKY": sticky,
                "FAULT_NTH": "\(number + 1)",
            ])
        }
    }
}

/// The shim's counts file (`struct counts` in `tools/faults/shim/state.c`).
struct OperationCounts: Sendable {
    /// All operations below the root.
    var total: Int
    /// Faults injected.
    var hits: Int
    /// By the shim's names of classes.
    var byClass: [String: Int]
    /// The first operation that was disturbed.
    var firstHit: String

    private static let classes = [
        "write", "commit", "sync", "dirsync", "truncate", "allocate", "create", "rename", "unlink", "mkdir", "rmdir",
        "link", "copy",
    ]

    /// Reads the file; all zero when the program ended before it made one.
    init(_ file: URL) throws {
        let numbers = 3 + Self.classes.count
        let bytes = (try? Data(contentsOf: file)).map { [UInt8]($0) } ?? []
        let values = (0..<numbers).map { index in
            bytes.dropFirst(index * 8).prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        total = values[0]
        hits = values[2]
        byClass = Dictionary(uniqueKeysWithValues: zip(Self.classes, values[3...]))
        firstHit = String(decoding: bytes.dropFirst(numbers * 8).prefix { $0 != 0 }, as: UTF8.self)
    }
}
