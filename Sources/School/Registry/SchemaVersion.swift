import EventLog
import Events
import SwiftProtobuf

extension EventType {
    /// The version of the payload's schema that this program writes; it reads all from 1 on, for ever.
    ///
    /// A version goes up when a field comes to mean something else, or when what was in one field is in another. A field that
    /// is new and may be missing needs none.
    public var schemaVersion: UInt16 { UInt16(1 + steps.count) }

    /// What makes a payload of one version one of the next: from 1 to 2 first.
    private var steps: [([UInt8]) throws -> [UInt8]] {
        switch self {
        case .transferFailed: [TransferFailedVersions.endingInWords]
        default: []
        }
    }

    /// The open part of an event in the schema of this program.
    ///
    /// - Parameters:
    ///   - open: the open part as it stands in the log.
    ///   - version: the schema version that its leaf tells.
    /// - Returns: nil for a version that this program does not know: a newer one wrote it.
    /// - Throws: what the decoder throws of a payload that is not what its type says.
    public func currentOpenPart(_ open: [UInt8], version: UInt16) throws -> [UInt8]? {
        let steps = steps
        guard version >= 1, version <= steps.count + 1 else { return nil }
        return try steps.dropFirst(Int(version) - 1).reduce(open) { try $1($0) }
    }
}

/// Versions of `TransferFailed`.
private enum TransferFailedVersions {
    /// From 1 to 2: how the run ended stood there in the words of the task log.
    static func endingInWords(_ open: [UInt8]) throws -> [UInt8] {
        var message = try Syncd_Events_TransferFailed(serializedBytes: open)
        message.ending =
            switch message.state {
            case "Held": .held
            case "Cancelled": .cancelled
            default: .failed
            }
        message.state = ""
        return try message.serializedBytes()
    }
}
