import Foundation
import Identifiers

/// Reads the sixteen bytes of an identifier in a decoded message.
///
/// - Throws: `malformedEvent` when there are more or fewer.
func identifier<Kind>(
    _ bytes: Data,
    _ type: Identifier<Kind>.Type = Identifier<Kind>.self
) throws(ProjectionError) -> Identifier<Kind> {
    guard let identifier = Identifier<Kind>(bytes: bytes) else {
        throw ProjectionError(.malformedEvent, "an identifier in an event does not have 16 bytes")
    }
    return identifier
}

/// Reads identifiers that stand one after the other.
func identifiers<Kind>(_ bytes: Data) throws(ProjectionError) -> [Identifier<Kind>] {
    var found: [Identifier<Kind>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        found.append(try identifier(Data(rest.prefix(16))))
        rest = rest.dropFirst(16)
    }
    return found
}
