import SwiftProtobuf

/// Open parts as bytes.
enum EventBytes {
    /// Encodes a message of `schemas/events`.
    static func of(_ message: some Message) -> [UInt8] {
        do {
            return try message.serializedBytes()
        } catch {
            // Encoding fails for a missing required field or a payload above 2 GiB: proto3 has none of the one, and
            // the callers cut their lists long before the other.
            preconditionFailure("a message of our own could not be encoded: \(error)")
        }
    }
}
