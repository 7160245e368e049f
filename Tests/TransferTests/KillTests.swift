import Connectors
import EventLog
import Foundation
import Identifiers
import Projections
import School
import SyncdTesting
import Synchronization
import Testing
import Transfer

/// Delivers into a folder, and does something at a moment on the way.
struct WatchedDelivery: Delivery {
    enum Moment: CaseIterable, Sendable {
        case before
        case betweenDataAndManifest
        case after
    }

    let folder: String
    let moment: Moment
    let act: @Sendable () throws -> Void

    func deliver(_ package: TransferPackage, with leave: ApprovedDelivery) throws {
        if moment == .before { try act() }
        if moment == .betweenDataAndManifest {
            // What a folder delivery has done when the data is there and the manifest is not.
            try FileManager.default.copyItem(atPath: package.dataPath, toPath: folder + "/" + package.data)
            let passing = folder + "/." + package.manifest + ".part"
            _ = FileManager.default.createFile(atPath: passing, contents: Data([0x7B]))
            try act()
        }
        if moment != .betweenDataAndManifest { try FolderDelivery(folder: folder).deliver(package, with: leave) }
        if moment == .after { try act() }
    }

    func clean(_ package: TransferPackage) throws -> DeliveryRemains {
        try FolderDelivery(folder: folder).clean(package)
    }
}

@Suite("Killed or failed anywhere, the next run is right")
struct KillTests {
    private struct Broken: Error, CustomStringConvertible {
        let description = "the way to the recipient is broken"
    }

    @Test(
        "invariant 6: killed at any step of the delivery, the run is ended as interrupted and its changes go again",
        arguments: [0, 1, 2]
    )
    private func killed(step: Int) throws {
        let moment = WatchedDelivery.Moment.allCases[step]
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        let killed = Mutex<SchoolStore?>(nil)
        let out = store.folder.path("out")
        let runner = store.runner { _ in
            WatchedDelivery(folder: out, moment: moment) {
                let copy = try store.killed()
                killed.withLock { $0 = copy }
            }
        }
        _ = try? runner.run(task: store.changedData, base: store.base)
        let after = try #require(killed.withLock { $0 })

        let outcome = try after.run()
        #expect(outcome.state == .exported)
        #expect(outcome.lower == .origin)
        #expect(outcome.files.first?.hasSuffix("_002.xml") == true)
        let whole = moment == .after ? ["001.manifest.json", "001.xml"] : []
        #expect(after.delivered == (whole + ["002.manifest.json", "002.xml"]).map { "8201079_CES_820LLLL_" + $0 })
        #expect(after.waiting.isEmpty)
        var runs: [TaskRun] = []
        try after.state.catchUp()
        try after.state.read { snapshot in
            try snapshot.taskRuns(at: after.base) { run in
                runs.append(run)
                return true
            }
        }
        #expect(runs.map(\.state) == [.failed, .exported])
        #expect(runs[0].code == RunEnd.interrupted)
        // Finished files without a trace at the recipient's may have been taken by it.
        #expect(runs[0].mayHaveLeft == (moment != .betweenDataAndManifest))
        let again = try after.manifest(outcome)
        #expect(again.pupils.count == 2)
        if moment == .after {
            // A recipient who has read both knows each pupil by one name.
            let first = try after.manifest(named: "8201079_CES_820LLLL_001.manifest.json")
            #expect(Set(first.pupils.map(\.recipientId)) == Set(again.pupils.map(\.recipientId)))
            let made = try Rerun(log: after.log, states: after.states).make(run: runs[0].startedAt)
            let version = CESWriter.rendererVersion
            #expect(made.verdict == .sameValues(rendererThen: version, rendererNow: version))
            #expect(try after.bytes(named: made.name) == made.data)
        }
        #expect(try after.run().state == .nothingToSend)
    }

    @Test("a failed delivery leaves nothing behind, keeps the cursor, and says why", arguments: [0, 1])
    private func failed(step: Int) throws {
        let moment = WatchedDelivery.Moment.allCases[step]
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        let out = store.folder.path("out")
        let runner = store.runner { _ in WatchedDelivery(folder: out, moment: moment) { throw Broken() } }
        let outcome = try runner.run(task: store.changedData, base: store.base)
        #expect(outcome.state == .failed)
        #expect(outcome.reason.contains("broken"))
        #expect(store.delivered.isEmpty && store.waiting.isEmpty)
        #expect(try store.cursor() == .origin)
        #expect(try store.lastRun()?.exception == outcome.reason)
        #expect(try store.manifest(try store.run()).pupils.count == 2)
    }

    @Test("rulings 25: a name that the folder holds already is refused, what is there stays, the next number is free")
    func nameTaken() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        let stranger = store.folder.path("out/8201079_CES_820LLLL_001.xml")
        _ = FileManager.default.createFile(atPath: stranger, contents: Data("not ours".utf8))
        let outcome = try store.run()
        #expect(outcome.state == .failed)
        #expect(outcome.reason.contains("holds 8201079_CES_820LLLL_001.xml already"))
        #expect(try String(contentsOfFile: stranger, encoding: .utf8) == "not ours")
        let next = try store.run()
        #expect(next.state == .exported && next.files.first?.hasSuffix("_002.xml") == true)
    }

    @Test("a folder that is not there fails the run: a share that is not mounted is not taken for an empty one")
    func noFolder() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        try FileManager.default.removeItem(atPath: store.folder.path("out"))
        #expect(try store.run().state == .failed)
        #expect(!FileManager.default.fileExists(atPath: store.folder.path("out")))
    }

    @Test("after 999 comes 001 of the next epoch, whichever task takes the number")
    func wrap() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        let stream = TransferStreams.transfers(from: store.base, to: store.recipient.party)
        let old = TransferRun(
            id: RunID(high: 1, low: 1),
            task: store.snapshot,
            base: store.base,
            recipient: store.recipient.id,
            stream: stream,
            lower: .origin,
            upper: Position(1)
        )
        let file = TransferFileFacts(
            number: FileNumber(sequence: 999, epoch: 1),
            name: "8201079_CES_820LLLL_999.xml",
            renderer: 1,
            isSnapshot: true,
            renderedAt: store.clock.now
        )
        guard case .granted(let export) = try store.acceptance().approval(isSharing: false) else {
            Issue.record("the acceptance is in force")
            return
        }
        try store.append(RunEvents.started(old, file, [], under: export))
        let outcome = try store.run()
        #expect(outcome.files.first?.hasSuffix("8201079_CES_820LLLL_001.xml") == true)
        let transfers = try store.states.read(reaching: store.log.durableEnd) { try $0.transfers(in: stream) }
        #expect(transfers.lastNumber == FileNumber(sequence: 1, epoch: 2))
    }
}
