import EventLog

/// The rows that read a store of all events, and the one that reads an index.
extension TestBed {
    /// Bytes of a leaf, log.md section 1.
    static let leafLength = 208
    /// Bytes of a part's row, log.md section 1.
    static let rowLength = 40

    /// `replay_leaves`: a warm scan of all leaves, checked.
    func replayLeaves() throws -> Contest {
        let sqlite = try loadedSQLite()
        let lmdb = try loadedLMDB()
        let checksum = ChecksumAlone(bytesPerEvent: Self.leafLength, total: sizes.bytesAlone)
        var contest = Contest(row: .replayLeaves, repeats: sizes.readingRepeats)
        contest.limit = .steps([Contestant("checksum of the leaves alone") { try scanRate(checksum.run) }])
        if let log = try loadedLog() {
            contest.value = Contestant("log") { [self] in try scanRate(of: sizes.events, log.scanLeaves) }
        }
        contest.peer = Contestant("SQLite, header touched") { [self] in
            try scanRate(of: sizes.events, sqlite.scan)
        }
        contest.others = [
            Contestant("LMDB alone, header touched") { [self] in try scanRate(of: sizes.events, lmdb.scan) }
        ]
        return contest
    }

    /// `replay_open`: a warm scan, checked, opened and decoded, on one core.
    func replayOpen() throws -> Contest {
        var contest = Contest(row: .replayOpen, repeats: sizes.readingRepeats)
        let log = try loadedLog()
        let bytes = try log.map { try $0.recordBytes() / sizes.events } ?? TestBed.recordLength(&maker)
        let checksum = ChecksumAlone(bytesPerEvent: bytes, total: sizes.bytesAlone)
        let decoding = try DecodeAlone(total: sizes.bytesAlone / 4, maker: maker)
        let opening = try OpenAlone(total: sizes.bytesAlone, people: sizes.people, maker: maker)
        contest.limit = .steps([
            Contestant("checksum") { try scanRate(checksum.run) },
            Contestant("open") { try scanRate(opening.run) },
            Contestant("decode") { try scanRate(decoding.run) },
        ])
        if let log {
            contest.value = Contestant("log") { [self] in
                try scanRate(of: sizes.events) { try log.replay { try decode($0) } }
            }
        }
        return contest
    }

    /// `bytes_per_event`: the LMDB file over the records' own bytes.
    func bytesPerEvent() throws -> Contest {
        let events = Double(sizes.events)
        let sqlite = try loadedSQLite()
        let lmdb = try loadedLMDB()
        var contest = Contest(row: .bytesPerEvent, repeats: 1)
        if let log = try loadedLog() {
            contest.value = Contestant("log") { try Double(log.fileBytes()) / events }
            contest.limit = .steps([Contestant("records") { try Double(log.recordBytes()) / events }])
        }
        contest.peer = Contestant("SQLite") { try Double(sqlite.fileBytes()) / events }
        contest.others = [Contestant("LMDB alone, indexed") { try Double(lmdb.fileBytes()) / events }]
        return contest
    }

    /// `changed_100`: 100 changes among many pupils; the peer is the same among few.
    func changed100() throws -> Contest {
        let changes = 100
        var contest = Contest(row: .changed100, repeats: sizes.readingRepeats, limit: .fixed(20, "20 us"))
        guard let makeSelection = linked.makeSelection else { return contest }
        func contestant(_ pupils: Int) throws -> Contestant {
            let selection = try makeSelection(
                folder("changes-of-\(pupils)"),
                folder("changes-of-\(pupils)-keys"),
                pupils,
                changes
            )
            return Contestant("\(figure(Double(pupils))) pupils") { [sizes] in
                let rate = try rate(for: sizes.seconds / 4) {
                    let found = try selection.select()
                    guard found == changes else { throw BenchError(.wrongAnswer, "selected \(found) changes") }
                }
                return 1_000_000 / rate
            }
        }
        contest.value = try contestant(sizes.pupils.many)
        contest.peer = try contestant(sizes.pupils.few)
        return contest
    }

    /// Bytes of one made event as a record: leaf, open part, one row, ciphertext and tag (log.md section 1).
    private static func recordLength(_ maker: inout EventMaker) throws -> Int {
        let event = try maker.event()
        return leafLength + event.open.count + rowLength + event.plaintext.count + 16
    }
}

/// Events a second of a second pass: the first one warms what the second one reads.
///
/// - Parameters:
///   - expected: how many events a pass must answer; nil when any number is right.
///   - pass: reads everything once and answers how many events it saw.
func scanRate(of expected: Int? = nil, _ pass: () throws -> Int) throws -> Double {
    _ = try pass()
    var count = 0
    let time = try seconds { count = try pass() }
    if let expected, count != expected { throw BenchError(.wrongAnswer, "read \(count) events of \(expected)") }
    return Double(count) / time
}
