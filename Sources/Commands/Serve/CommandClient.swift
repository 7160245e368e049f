import ArgumentParser
import Connectors
import EventLog
import Foundation
import Glibc

/// The side of the person at the keyboard: has the process's command carried out by the store's server.
enum CommandClient {
    /// Sends the process's command line to the store's server, and waits until the command has ended.
    ///
    /// What the command line names is opened here, with the rights of whoever started the command.
    ///
    /// - Returns: the exit code; nil when the store has no server.
    /// - Throws: `serverGone` when the server ended before the command.
    static func carryOut(at layout: StoreLayout, _ surroundings: Surroundings) throws -> Int32? {
        guard let socket = try PacketSocket.connect(to: layout) else { return nil }
        let streams = Console.Streams()
        var descriptors = [streams.input, streams.output, streams.errors]
        defer { descriptors.dropFirst(3).forEach { close($0) } }
        var paths: [CommandRequest.Path] = []
        for named in CallerPaths.named {
            let whole = StorePlace.absolute(named.typed, in: surroundings.directory)
            let opened = open(named.use == .input ? whole : folder(of: whole), O_RDONLY | O_CLOEXEC)
            if opened >= 0 { descriptors.append(opened) }
            var path = CommandRequest.Path(typed: named.typed, whole: whole, use: named.use, isOpen: opened >= 0)
            if path.isOpen, path.use == .input, let beside = CTFFile.companion(of: whole) {
                let opened = open(beside, O_RDONLY | O_CLOEXEC)
                if opened >= 0 {
                    descriptors.append(opened)
                    path.companion = URL(fileURLWithPath: beside).lastPathComponent
                }
            }
            paths.append(path)
        }
        let request = CommandRequest(
            program: Syncd.configuration.version,
            arguments: Array(CommandLine.arguments.dropFirst()),
            environment: surroundings.environment.filter { carried.contains($0.key) || $0.key.hasPrefix("SYNCD_") },
            directory: surroundings.directory,
            paths: paths
        )
        let bytes = try JSONEncoder().encode(request)
        guard bytes.count <= CommandRequest.bytesMax, descriptors.count <= PacketSocket.descriptorsMax else {
            throw CommandError(
                .requestTooLong,
                "The command line is too long for the store's server: give fewer names."
            )
        }
        try socket.send(Array(bytes), descriptors)
        guard let answer = socket.receive(upTo: 4096) else {
            throw CommandError(
                .serverGone,
                "The store's server ended before the command did. Run the command again: what was acknowledged is kept, and "
                    + "nothing is done twice."
            )
        }
        answer.descriptors.forEach { close($0) }
        return try JSONDecoder().decode(CommandAnswer.self, from: Data(answer.bytes)).code
    }

    /// Variables that say where the caller keeps its session file.
    private static let carried: Set<String> = ["HOME", "XDG_STATE_HOME"]

    private static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }
}
