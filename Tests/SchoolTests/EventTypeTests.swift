import Foundation
import School
import Testing

struct EventTypeTests {
    @Test("Every type of the registry has its number and name in the code, and no other")
    func registry() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let registry = try String(contentsOf: root.appending(path: "schemas/events/registry"), encoding: .utf8)
        var listed: [UInt16: String] = [:]
        for line in registry.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 3, words[0] == "type", let number = UInt16(words[1]) else { continue }
            #expect(listed[number] == nil, "number \(number) is listed twice")
            listed[number] = String(words[2])
        }
        let coded = Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0.rawValue, $0.name) })
        #expect(!listed.isEmpty && coded == listed)
    }
}
