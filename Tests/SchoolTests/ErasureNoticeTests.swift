import Identifiers
import School
import Testing

/// How far a recipient has come with an erasure (ruling 13).
@Suite struct ErasureNoticeTests {
    private let day: Int64 = 86_400_000_000
    private func at(_ days: Int64) -> Timestamp { Timestamp(microseconds: days * day) }

    @Test("ruling 13: owed until a file asks, then notified, and unanswered when its time is over")
    func time() {
        #expect(ErasureNotice.state(notified: nil, answer: nil, now: at(900)) == .owed)
        #expect(ErasureNotice.state(notified: at(10), answer: nil, now: at(40)) == .notified)
        let late = Timestamp(microseconds: at(40).microseconds + 1)
        #expect(ErasureNotice.state(notified: at(10), answer: nil, now: late) == .unanswered)
    }

    @Test("ruling 13: an answer counts whenever it comes, also before a file has asked")
    func answers() {
        let erased = ErasureNotice.Answer(ground: nil, until: nil, recorded: at(12))
        let kept = ErasureNotice.Answer(ground: .statutory, until: nil, recorded: at(12))
        for notified in [nil, at(10)] {
            #expect(ErasureNotice.state(notified: notified, answer: erased, now: at(99)) == .erased)
            #expect(ErasureNotice.state(notified: notified, answer: kept, now: at(99)) == .kept)
        }
    }
}
