import ArgumentParser
import EventLog
import Foundation
import Glibc
import Identifiers
import Sealing
import Synchronization

/// Carries out, on the store that this process owns, what other processes ask for (log.md section 3).
///
/// Each caller has a thread; one that goes away, or whose command fails, harms no other.
final class CommandServer: Sendable {
    private let store: OpenStore
    private let listener: Listener
    private let turn = WriteTurn()
    private let atWork = DispatchGroup()

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

    /// Does work of the server's own that changes the store, in its turn.
    func alone<R>(_ purpose: String, waiting seconds: Int, _ work: () throws -> R) throws -> R {
        try turn.take(purpose, waiting: seconds, work)
    }

    /// Takes no more commands, and waits for those at work.
    ///
    /// - Parameter seconds: how long to wait.
    /// - Returns: false when some have not ended by then.
    func stop(waiting seconds: Int) -> Bool {
        unlink(store.place.layout.socket)
        listener.socket.shutDown()
        return atWork.wait(timeout: .now() + .seconds(seconds)) == .success
    }

    private func serve(_ socket: borrowing PacketSocket) {
        guard let packet = socket.receive(upTo: CommandRequest.bytesMax) else { return }
        defer { packet.descriptors.forEach { close($0) } }
        guard packet.descriptors.count >= Self.streams, let user = try? socket.peer(),
            let request = try? JSONDecoder().decode(CommandRequest.self, from: Data(packet.bytes)),
            request.paths.count(where: \.isOpen) == packet.descriptors.count - Self.streams
        else { return }
        let code = carryOut(request, packet.descriptors, by: user)
        guard let answer = try? JSONEncoder().encode(CommandAnswer(code: code)) else { return }
        // A caller that has gone has its command done all the same.
        try? socket.send(Array(answer))
    }

    /// Standard input, output and error.
    private static let streams = 3

    private func carryOut(_ request: CommandRequest, _ descriptors: [Int32], by user: uid_t) -> Int32 {
        let streams = Console.Streams(input: descriptors[0], output: descriptors[1], errors: descriptors[2])
        let plain = Console(json: false, streams: streams)
        guard request.program == Syncd.configuration.version else {
            plain.remark(
                "syncd: The store's server is another version of syncd than this. Stop and start `syncd serve`, then run the "
                    + "command again."
            )
            return 1
        }
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
            return try command.carryOut(on: store, console, surroundings, in: turn)
        } catch {
            plain.remark(Syncd.fullMessage(for: error))
            return Syncd.exitCode(for: error).rawValue
        }
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
    /// - Returns: the exit code.
    func carryOut(
        on store: OpenStore,
        _ console: Console,
        _ surroundings: Surroundings,
        in turn: WriteTurn
    ) throws -> Int32 {
        let session = Session(on: store, global, console: console, surroundings: surroundings) {
            Self.onlyReads ? turn.holder : nil
        }
        return try console.end {
            try session.admit(CommandWords.of(Self.self))
            if Self.onlyReads { return try run(in: session) }
            try turn.take(Self.purpose, waiting: global.wait) {
                try session.goOnWithErasure()
                try run(in: session)
            }
        }
    }
}
