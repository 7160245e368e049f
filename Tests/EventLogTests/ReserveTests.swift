import Foundation
import Testing

@testable import EventLog

@Suite struct ReserveTests {
    @Test("On a full disk the reserve is given back and the work is done again, once")
    func full() throws {
        let store = try TestStore()
        Reserve.hold(store.layout, bytes: 4096)
        var tries = 0
        let answer = try Reserve.helping(store.layout) {
            tries += 1
            if tries == 1 { throw EventLogError(.diskFull, "no space") }
            return tries
        }
        #expect(answer == 2)
        #expect(!FileManager.default.fileExists(atPath: store.layout.reserve))
        #expect(throws: EventLogError(.diskFull, "")) {
            try Reserve.helping(store.layout) {
                tries += 1
                throw EventLogError(.diskFull, "no space")
            }
        }
        #expect(tries == 3)
    }

    @Test("Other failures do not cost the reserve")
    func other() throws {
        let store = try TestStore()
        Reserve.hold(store.layout, bytes: 4096)
        #expect(throws: EventLogError(.walDamaged, "")) {
            try Reserve.helping(store.layout) { throw EventLogError(.walDamaged, "damaged") }
        }
        #expect(FileManager.default.fileExists(atPath: store.layout.reserve))
    }
}
