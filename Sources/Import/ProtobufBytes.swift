import Foundation
import Identifiers
import SwiftProtobuf

extension Identifier {
    /// The sixteen bytes, as protobuf takes them.
    var data: Data { Data(bytes) }
}

extension Message {
    /// The serialised message.
    func bytes() throws -> [UInt8] { try serializedBytes() }
}
