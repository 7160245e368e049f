import CPackets
import EventLog
import Glibc

/// One end of a connection between a command and the store's server: packets that arrive whole, with descriptors.
struct PacketSocket: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Takes over a descriptor.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// A socket that is not connected yet.
    static func unconnected() throws -> PacketSocket {
        let made = socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw failed("a socket could not be made") }
        return PacketSocket(made)
    }

    /// Connects to the server of a store.
    ///
    /// - Returns: nil when nobody listens there.
    static func connect(to layout: StoreLayout) throws -> PacketSocket? {
        let folder = open(layout.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        let made = try unconnected()
        let result = try withAddress(folder) { Glibc.connect(made.descriptor, $0, $1) }
        guard result == 0 else { return nil }
        return made
    }

    /// Listens in a store's folder, for its owner's account alone.
    ///
    /// The caller owns the store, so a socket that is there was left by a server that was killed.
    static func listening(at layout: StoreLayout) throws -> PacketSocket {
        unlink(layout.socket)
        let folder = open(layout.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failed("the store's folder could not be opened") }
        defer { close(folder) }
        let made = try unconnected()
        // Before the name stands there: nobody connects in between.
        guard fchmod(made.descriptor, 0o600) == 0,
            try withAddress(folder, { bind(made.descriptor, $0, $1) }) == 0,
            chmod(layout.socket, 0o600) == 0,
            listen(made.descriptor, backlog) == 0
        else { throw failed("the store's socket could not be made") }
        return made
    }

    /// Connections that wait to be taken.
    private static let backlog: Int32 = 64

    /// A socket's name has 108 bytes at most: one in a deep folder is named through the folder's descriptor.
    private static func withAddress<R>(
        _ folder: Int32,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> R
    ) throws -> R {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "/proc/self/fd/\(folder)/socket".utf8) }
        return try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Takes the next connection; nil when the listener is shut down.
    func accept() -> PacketSocket? {
        while true {
            let taken = syncd_packets_accept(descriptor)
            if taken >= 0 { return PacketSocket(taken) }
            // Too many descriptors, or a caller that has gone: others come.
            guard [EINTR, ECONNABORTED, EMFILE, ENFILE, ENOMEM].contains(errno) else { return nil }
            if errno != EINTR { usleep(10_000) }
        }
    }

    /// Ends reading and writing, so that whoever waits on it is woken.
    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// The user of the operating system at the other end, as the kernel tells it.
    func peer() throws -> uid_t {
        var user: uid_t = 0
        guard syncd_packets_peer(descriptor, &user) == 0 else {
            throw Self.failed("the caller's account could not be read")
        }
        return user
    }

    /// Tells whether the other end has gone; holds while the socket does.
    var goneCheck: @Sendable () -> Bool {
        { [descriptor] in
            var look = pollfd(fd: descriptor, events: 0, revents: 0)
            return poll(&look, 1, 0) > 0 && Int32(look.revents) & (POLLHUP | POLLERR) != 0
        }
    }

    private static func failed(_ what: String) -> CommandError {
        CommandError(
            .socketFailed,
            "\(what) (\(String(cString: strerror(errno)))): check the store's folder and its rights"
        )
    }
}

extension PacketSocket {
    /// Descriptors that go with one packet at most, as the kernel limits them.
    static let descriptorsMax = 253

    /// Sends a packet.
    func send(_ bytes: [UInt8], _ descriptors: [Int32] = []) throws {
        let sent = syncd_packets_send(descriptor, bytes, bytes.count, descriptors, descriptors.count)
        guard sent == bytes.count else { throw Self.failed("the other end did not take a packet") }
    }

    /// Waits for a packet.
    ///
    /// - Returns: its bytes and descriptors, which are the caller's to close; nil when the other end has gone, or has sent
    ///   more than was asked for.
    func receive(upTo limit: Int) -> (bytes: [UInt8], descriptors: [Int32])? {
        var bytes = [UInt8](repeating: 0, count: limit)
        var descriptors = [Int32](repeating: -1, count: Self.descriptorsMax)
        var count = 0
        let received = syncd_packets_receive(descriptor, &bytes, limit, &descriptors, Self.descriptorsMax, &count)
        guard received > 0 else {
            descriptors.prefix(count).forEach { close($0) }
            return nil
        }
        return (Array(bytes.prefix(received)), Array(descriptors.prefix(count)))
    }
}
