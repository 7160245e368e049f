import EventLog
import Foundation
import Identifiers
import Sealing

/// Where a consumer of changes stands: opaque to it, and good for one log, one epoch and one selection (design.md 7).
///
/// ```
/// version 1, log 16, epoch 4, position 8, known 8, binding 16, then inside a window: upper 8, place 8, kind 1, entity 16;
/// then the first 4 bytes of SHA-256 over all that
/// ```
/// As text it is base64url without padding. It is no secret and no leave: whoever shows one still needs the right to ask.
public struct ChangeCursor: Sendable, Hashable {
    /// A place inside a window whose pages have not all been read.
    struct Place: Sendable, Hashable {
        /// The window's inclusive upper bound, fixed when its first page was read.
        var upper: Position
        /// The version of the last line that was looked at.
        var version: Position
        /// Of a line that stands in the list of everyone: the number of its kind; else zero.
        var kind: UInt8
        /// The entity of that line.
        var entity: SubjectID
    }

    static let bindingBytes = 16
    private static let form: UInt8 = 1
    private static let headBytes = 53
    private static let placeBytes = 33
    private static let checkBytes = 4

    /// The log.
    let log: LogID
    /// The log's epoch.
    let epoch: UInt32
    /// The exclusive lower bound of the window that is read, or comes next.
    let lower: Position
    /// The position at which what the consumer holds was last exactly what stood in the log; before `lower` when the log
    /// went on while the window before was read.
    let known: Position
    /// What the selection hashes to.
    let binding: [UInt8]
    /// Where in a window; nil between windows.
    let place: Place?

    init(log: LogID, epoch: UInt32, lower: Position, known: Position, binding: [UInt8], place: Place? = nil) {
        self.log = log
        self.epoch = epoch
        self.lower = lower
        self.known = known
        self.binding = binding
        self.place = place
    }

    /// Reads a cursor that was given out as text.
    ///
    /// - Throws: `cursorUnreadable`.
    public init(_ text: String) throws {
        guard let bytes = Self.bytes(of: text), bytes.first == Self.form,
            [Self.headBytes, Self.headBytes + Self.placeBytes].contains(bytes.count - Self.checkBytes),
            Self.check(bytes.dropLast(Self.checkBytes)) == Array(bytes.suffix(Self.checkBytes))
        else {
            throw TransferError(
                .cursorUnreadable,
                "this is no cursor of syncd, or a part of it is missing: give all of what \"next\" said, "
                    + "or begin anew without a cursor"
            )
        }
        let numbers = { (offset: Int, count: Int) in
            bytes[offset..<offset + count].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        log = LogID(high: numbers(1, 8), low: numbers(9, 8))
        epoch = UInt32(numbers(17, 4))
        lower = Position(numbers(21, 8))
        known = Position(numbers(29, 8))
        binding = Array(bytes[37..<Self.headBytes])
        guard bytes.count > Self.headBytes + Self.checkBytes else {
            place = nil
            return
        }
        place = Place(
            upper: Position(numbers(53, 8)),
            version: Position(numbers(61, 8)),
            kind: bytes[69],
            entity: SubjectID(high: numbers(70, 8), low: numbers(78, 8))
        )
    }

    /// The cursor as consumers keep it.
    public var text: String {
        var bytes: [UInt8] = [Self.form] + log.bytes
        bytes.append(bigEndian: epoch)
        bytes.append(bigEndian: lower.rawValue)
        bytes.append(bigEndian: known.rawValue)
        bytes += binding
        if let place {
            bytes.append(bigEndian: place.upper.rawValue)
            bytes.append(bigEndian: place.version.rawValue)
            bytes.append(place.kind)
            bytes += place.entity.bytes
        }
        bytes += Self.check(bytes[...])
        return Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func bytes(of text: String) -> [UInt8]? {
        var plain = text.replacing("-", with: "+").replacing("_", with: "/")
        plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        return Data(base64Encoded: plain).map { [UInt8]($0) }
    }

    private static func check(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var hash = SHA256()
        return Array(hash.digest(of: Array(bytes)).bytes.prefix(checkBytes))
    }
}

extension ChangeCursor {
    /// Refuses a cursor that cannot be answered truly (conventions.md section 3).
    ///
    /// - Throws: `cursorOfAnotherLog`, `cursorOfAnotherEpoch`, `cursorBeyondEnd`, `cursorTooOld`,
    ///   `cursorOfAnotherSelection`, each with what to do.
    func check(_ selection: FeedSelection, log: LogID, epoch: UInt32, available: ChangeRange) throws {
        let anew = "begin anew without a cursor, and take what comes for everything that there is"
        guard self.log == log else {
            throw TransferError(.cursorOfAnotherLog, "this cursor is of another store: use it there, or \(anew)")
        }
        guard self.epoch == epoch else {
            throw TransferError(
                .cursorOfAnotherEpoch,
                "this cursor is of epoch \(self.epoch) and the store, restored since, is in \(epoch): \(anew)"
            )
        }
        guard max(lower, place?.upper ?? lower) <= available.newest, known <= lower else {
            throw TransferError(
                .cursorBeyondEnd,
                "this cursor stands at \(place?.upper ?? lower), and the log ends at \(available.newest): "
                    + "the store has lost what the cursor has seen; \(anew)"
            )
        }
        guard known >= available.oldest else {
            throw TransferError(
                .cursorTooOld,
                "this cursor stands at \(known), and what happened up to \(available.oldest) is no longer kept: \(anew)"
            )
        }
        guard binding == selection.binding else {
            throw TransferError(
                .cursorOfAnotherSelection,
                "this cursor was given out for another consumer, school, report, cohort, or other classes or fields: "
                    + "ask as then, or \(anew)"
            )
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
