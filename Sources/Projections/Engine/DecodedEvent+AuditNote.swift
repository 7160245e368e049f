import EventLog
import Events
import School
import SwiftProtobuf

extension DecodedEvent {
    /// The note of class audit that the event carries: who, or why; nil when it has none, or its key has been destroyed.
    ///
    /// - Throws: what decoding throws.
    var auditNote: Syncd_Events_AuditNote? {
        get throws {
            let part = recorded.parts.first { $0.dataClass.rawValue == DataGroup.audit.rawValue }
            return try part?.plaintext.map { try Syncd_Events_AuditNote(serializedBytes: $0) }
        }
    }
}
