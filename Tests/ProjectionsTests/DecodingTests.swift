import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf
import SyncdTesting
import Testing

@testable import Projections

/// The hand-written reader of the two frequent messages, judged by the generated code.
struct DecodingTests {
    @Test(
        "A part's content has the canonical bytes of the same rows, for random rows",
        arguments: [1, 2, 3] as [UInt64]
    )
    func canonical(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let rows = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                FieldRow(
                    (0..<Int.random(in: 0...6, using: &random)).map { _ in
                        FieldRow.Entry(
                            Field.allCases.randomElement(using: &random) ?? .surname,
                            String(repeating: "é", count: Int.random(in: 0...200, using: &random))
                        )
                    }
                )
            }
            let content = GroupContent(.address, rows)
            let event = try EventBuilder().changed(
                .pupil,
                SubjectID(high: 1, low: 2),
                at: .zero,
                key: "key",
                [content],
                change: .cleared
            )
            let log = ReferenceLog()
            try log.append(event)
            let change = try EntityChange(try log.events(after: .origin, limit: 1)[0])
            let told = try #require(change.parts.first?.told)
            #expect(told.content == content.canonicalBytes)
            #expect(GroupContent(canonicalBytes: told.content) == content)
            #expect(told.change == 1)
            #expect(told.misKey == Array("key".utf8))
            #expect(change.kind == EntityKind.pupil.rawValue)
            #expect(change.source == EventBuilder().source && change.run == EventBuilder().run)
        }
    }

    @Test("Cut or random bytes are read as the generated code reads them, or refused; never a crash")
    func hostile() throws {
        var random = SplitMix64(seed: 4)
        let content = GroupContent(.address, [FieldRow([.init(.town, "Exampleton"), .init(.postcode, "ZZ99 1WZ")])])
        let whole: [UInt8] = try EventBuilder.part(content, key: "k", .set).serializedBytes()
        for _ in 0..<3000 {
            var bytes = Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
            if !bytes.isEmpty, Bool.random(using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let part = RecordedPart(
                keyID: .zero,
                generation: 1,
                dataClass: DataClass(rawValue: 2),
                sealedLength: 0,
                subject: SubjectID(high: 1, low: 1),
                plaintext: bytes
            )
            guard let told = try? GroupChange(part, of: .zero).told else { continue }
            // Whatever the generated code also takes must mean the same.
            guard let message = try? Syncd_Events_GroupPart(serializedBytes: bytes) else { continue }
            #expect(told.misKey == Array(message.misKey.utf8))
        }
    }

    @Test("Every type of the registry has a payload that can be decoded from nothing but its defaults")
    func everyType() throws {
        for type in EventType.allCases {
            let event = NewEvent(type: EventTypeNumber(rawValue: type.rawValue), base: .zero, stream: .zero)
            let log = ReferenceLog()
            try log.append(event)
            #expect(try DecodedEvent(try log.events(after: .origin, limit: 1)[0]).type == type)
        }
    }
}
