import EventLog
import Foundation
import Identifiers
import Projections
import School
import SyncdTesting
import Testing
import Transfer

@Suite("A past run's file is made again from the log")
struct RerunTests {
    @Test("byte for byte, data and manifest, whatever has happened since")
    func identical() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        let first = try store.run()
        try store.tell(1, SchoolStore.details("Byron", upn: "T001100024019"))
        let second = try store.run()
        try store.tell(2, SchoolStore.registration([.leavingDate: "2024-08-31"]))
        let third = try store.run(store.snapshot)
        try store.withdraw()
        let fourth = try store.run()

        for outcome in [first, second, third, fourth] {
            #expect(outcome.state == .exported)
            let start = try store.start(of: outcome)
            let made = try Rerun(log: store.log, states: store.states).make(run: start)
            #expect(made.verdict == .identical)
            let paths = outcome.files.map { store.folder.path("out") + "/" + ($0.split(separator: "/").last ?? "") }
            #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: paths[0]))) == made.data)
            #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: paths[1]))) == made.manifest)
        }
        #expect(store.folder.list("store/tmp").isEmpty)
    }

    @Test("a run that made no file, and a number that is no run, are refused")
    func refused() throws {
        let store = try SchoolStore()
        let held = try store.run()
        #expect(held.state == .held)
        let rerun = Rerun(log: store.log, states: store.states)
        for number in [store.log.durableEnd, Position(1), .origin, store.log.durableEnd.next] {
            #expect(throws: TransferError(.noSuchRun, "")) { try rerun.make(run: number) }
        }
    }
}

extension SchoolStore {
    /// Where a run began.
    func start(of outcome: RunOutcome) throws -> Position {
        try state.catchUp()
        return try state.read { try $0.taskRun(outcome.run)?.startedAt ?? .origin }
    }
}
