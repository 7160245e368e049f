import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// What a backup is told of erasures that its log does not have: the beginnings of them, which hold ids and codes alone.
///
/// ```
/// base 16, position 8, length 4, the open part of an `ErasureBegun`; one after the other
/// ```
struct ErasureNotes {
    /// One person's erasure.
    struct Note {
        var base: BaseID
        var position: Position
        var begun: Syncd_Events_ErasureBegun

        /// Whose, in which order.
        var key: Data {
            begun.order + begun.erased.subject + Data(begun.erased.groups.map { UInt8(truncatingIfNeeded: $0) })
        }
    }

    /// The bytes as they lie in the backup.
    private(set) var bytes: [UInt8] = []
    private static let headBytes = 28

    /// None.
    init() {}

    /// Adds one.
    mutating func add(_ open: [UInt8], at base: BaseID, position: Position) {
        bytes += base.bytes
        withUnsafeBytes(of: position.rawValue.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(open.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes += open
    }

    /// Reads them again.
    ///
    /// - Throws: what decoding throws; `fileUnusable` for what is cut short.
    static func read(_ bytes: [UInt8]) throws -> [Note] {
        var notes: [Note] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let head = Array(rest.prefix(headBytes))
            let number = { (range: Range<Int>) in head[range].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
            guard head.count == headBytes, let base = BaseID(bytes: Data(head[..<16])),
                rest.count >= headBytes + Int(number(24..<28))
            else {
                throw CommandError(.fileUnusable, "The backup's notes of erasures are cut short. Use another backup.")
            }
            let open = rest.dropFirst(headBytes).prefix(Int(number(24..<28)))
            notes.append(
                Note(
                    base: base,
                    position: Position(number(16..<24)),
                    begun: try Syncd_Events_ErasureBegun(serializedBytes: Array(open))
                )
            )
            rest = rest.dropFirst(headBytes + open.count)
        }
        return notes
    }
}
