import ArgumentParser
import EventLog
import Foundation
import Glibc
import Identifiers
import Portal
import Sealing
import Synchronization
import Transfer

/// Carries out, on the store that this process owns, what other processes ask for (log.md section 3).
///
/// Each caller has a thread; one that goes away, or whose command fails, harms no other.
final class CommandServer: Sendable {
    private let store: OpenStore
    private let listener: Listener
    private let turn = WriteTurn()
    private let atWork = DispatchGroup()
    private let stopping = Atomic(false)

    /// True once the server is to stop.
    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// The socket, in a class so that threads can share it.
    private final class Listener: Sendable {
        let socket: PacketSocket
        init(_ socket: consuming PacketSocket) { self.socket = socket }
    }

    /// A connection on its way to its thread.
    private final class Caller: Sendable {
        let socket: PacketSocket
        init(_ socket: consuming PacketSocket) { self.socket = socket }
    }

    /// Begins to take commands for a store.
    ///
    /// - Throws: `socketFailed`.
    init(_ store: OpenStore) throws {
        self.store = store
        listener = Listener(try PacketSocket.listening(at: store.place.layout))
        Thread.detachNewThread { [self] in
            while let socket = listener.socket.accept() {
                let caller = Caller(socket)
                atWork.enter()
                Thread.detachNewThread { [self] in
                    defer { atWork.leave() }
                    serve(caller.socket)
                }
            }
        }
    }

    /// Does work of the server's own on a thread of its own, which `stop` waits for like for a command.
    func begin(_ work: @escaping @Sendable () -> Void) {
        atWork.enter()
        Thread.detachNewThread { [atWork] in
            defer { atWork.leave() }
            work()
        }
    }

    /// Does work of the server's own that changes the store, in its turn.
    ///
    /// - Throws: `busy` when another has the turn; what the work throws.
    func alone(_ purpose: String, _ work: (any RunTurn) throws -> Void) throws {
        try turn.take(purpose, waiting: 0, work)
    }

    /// The portal's way to the store, in the same turn as commands.
    func desk(_ console: Console, _ surroundings: Surroundings) -> PortalDesk {
        PortalDesk(store: store, turn: turn, console: console, surroundings: surroundings)
    }

    /// What is told to those who watch over the server.
    func watch(_ counts: PortalCounts, _ surroundings: Surroundings) -> StoreWatch {
        StoreWatch(
            store: store,
            turn: turn,
            counts: counts,
            isStopping: { self.isStopping },
            clock: { surroundings.now() },
            began: surroundings.now()
        )
    }

    /// Takes no more commands, and waits for those at work.
    ///
    /// - Parameter seconds: how long to wait.
    /// - Returns: false when some have not ended by then.
    func stop(waiting seconds: Int) -> Bool {
        stopping.store(true, ordering: .releasing)
        unlink(store.place.layout.socket)
        listener.socket.shutDown()
        return atWork.wait(timeout: .now() + .seconds(seconds)) == .success
    }

    private func serve(_ socket: borrowing PacketSocket) {
        guard let packet = socket.receive(upTo: CommandRequest.bytesMax) else { return }
        defer { packet.descriptors.forEach { close($0) } }
        // Who does not even bring three streams is no syncd, and there is nowhere to tell it.
        guard packet.descriptors.count >= Self.streams, let user = try? socket.peer() else { return }
        let code: Int32
        if let request = try? JSONDecoder().decode(CommandRequest.self, from: Data(packet.bytes)),
            request.paths.reduce(0, { $0 + $1.descriptors }) == packet.descriptors.count - Self.streams
        {
            let isGone = socket.goneCheck
            code = carryOut(request, packet.descriptors, by: user) { self.isStopping || isGone() }
        } else {
            code = Self.refuseVersion(Console(json: false, streams: Self.streams(packet.descriptors)))
        }
        guard let answer = try? JSONEncoder().encode(CommandAnswer(code: code)) else { return }
        // A caller that has gone has its command done all the same.
        try? socket.send(Array(answer))
    }

    /// Standard input, output and error.
    private static let streams = 3

    private func carryOut(
        _ request: CommandRequest,
        _ descriptors: [Int32],
        by user: uid_t,
        until isOver: @escaping @Sendable () -> Bool
    ) -> Int32 {
        let streams = Self.streams(descriptors)
        let plain = Console(json: false, streams: streams)
        guard request.program == Syncd.configuration.version else { return Self.refuseVersion(plain) }
        let surroundings = Surroundings(
            environment: request.environment,
            account: Surroundings.account(of: user),
            directory: request.directory
        )
        do {
            let files = try CallerFiles(request.paths, descriptors.dropFirst(Self.streams), in: scratch())
            let command = try CallerPaths.$carried.withValue(files.found) { try Syncd.parseAsRoot(request.arguments) }
            guard let command = command as? any StoreCommand else {
                plain.remark(
                    "syncd: This command is not one that a store's server carries out. Stop `syncd serve` first."
                )
                return 1
            }
            let console = Console(json: command.global.json, streams: streams, names: files.names)
            return try command.carryOut(on: store, console, surroundings, in: turn, until: isOver)
        } catch {
            plain.remark(Syncd.fullMessage(for: error))
            return Syncd.exitCode(for: error).rawValue
        }
    }

    private static func streams(_ descriptors: [Int32]) -> Console.Streams {
        Console.Streams(input: descriptors[0], output: descriptors[1], errors: descriptors[2])
    }

    private static func refuseVersion(_ console: Console) -> Int32 {
        console.remark(
            "syncd: The store's server is another version of syncd than this. Stop and start `syncd serve`, then run the "
                + "command again."
        )
        return 1
    }

    private func scratch() -> String {
        var randomness = SystemRandomness()
        let id: CommandID = .random(using: &randomness)
        return store.place.layout.temporary + "/caller-\(id)"
    }
}

extension StoreCommand {
    /// Does the work on a store that a server holds.
    ///
    /// - Parameter isOver: the caller has gone, or the server stops.
    /// - Returns: the exit code.
    func carryOut(
        on store: OpenStore,
        _ console: Console,
        _ surroundings: Surroundings,
        in turn: WriteTurn,
        until isOver: @escaping @Sendable () -> Bool
    ) throws -> Int32 {
        let isBeside = goesBesideDeliveries
        let session = Session(
            on: store,
            global,
            console: console,
            surroundings: surroundings,
            changing: { Self.onlyReads ? turn.holder : nil },
            asking: { ask in Self.onlyReads ? ask() : turn.stepAside(Self.purpose, besideDeliveries: isBeside, ask) }
        )
        session.isOver = isOver
        return try console.end {
            if Self.onlyReads {
                try session.admit(CommandWords.of(Self.self))
                return try run(in: session)
            }
            // Whoever takes a right away has to wait for the turn, too: what admits a command holds until it has ended.
            let tell = { (obstacle: String) in
                console.progress("Waiting up to \(Counts.of(self.global.wait, "second")) for \(obstacle).")
            }
            try turn.take(Self.purpose, waiting: global.wait, besideDeliveries: isBeside, onWait: tell) { mine in
                console.endProgress()
                session.turn = mine
                // Not while a file is on its way that may hold the erased: the next command goes on.
                if !turn.isDelivering { try session.goOnWithErasure() }
                try session.admit(CommandWords.of(Self.self))
                try run(in: session)
            }
        }
    }
}
