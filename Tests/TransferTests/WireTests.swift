import Connectors
import EventLog
import Foundation
import Glibc
import Identifiers
import Projections
import School
import SyncdTesting
import Testing

@testable import Transfer

/// A real OpenSSH server on the loopback, with a key of its own and one key that may log in.
final class SSHServer {
    let folder: TemporaryStore
    let port: UInt16
    private let process = Process()

    init() throws {
        folder = try TemporaryStore()
        port = try Self.freePort()
        for name in ["host", "user", "stranger"] {
            try Self.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", folder.path(name)])
        }
        try FileManager.default.createDirectory(atPath: folder.path("in"), withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: folder.path("user.pub"), toPath: folder.path("authorized"))
        let host = try String(contentsOfFile: folder.path("host.pub"), encoding: .utf8)
        try write("[127.0.0.1]:\(port) \(host)", to: "known")
        let other = try String(contentsOfFile: folder.path("stranger.pub"), encoding: .utf8)
        try write("[127.0.0.1]:\(port) \(other)", to: "known-other")
        try write(
            """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(folder.path("host"))
            AuthorizedKeysFile \(folder.path("authorized"))
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PidFile none
            Subsystem sftp internal-sftp
            """,
            to: "config"
        )
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/sshd")
        process.arguments = ["-D", "-e", "-f", folder.path("config")]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        try Self.waitForServer(on: port)
    }

    deinit { process.terminate() }

    var url: String { "sftp://\(NSUserName())@127.0.0.1:\(port)\(folder.path("in"))" }

    var delivered: [String] { folder.list("in") }

    private func write(_ text: String, to name: String) throws {
        try (text + "\n").write(toFile: folder.path(name), atomically: true, encoding: .utf8)
    }

    static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(program)")
    }

    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        try #require(isBound)
        return UInt16(bigEndian: address.sin_port)
    }

    /// Asks until somebody listens: a server that never does fails the first transfer, and says so.
    static func waitForServer(on port: UInt16) throws {
        for _ in 0..<500 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = loopback(port)
            let isOpen = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isOpen { return }
            usleep(20_000)
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// Delivery over the wire, to real servers.
@Suite(.serialized) struct WireTests {
    private func store(_ change: (inout School.Recipient) -> Void) throws -> SchoolStore {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        var recipient = store.recipient
        change(&recipient)
        try edit(store, recipient)
        return store
    }

    private func edit(_ store: SchoolStore, _ recipient: School.Recipient) throws {
        let version = try store.log.version(of: StreamID(recipient.id))
        let before = try store.states.read(reaching: store.log.durableEnd) { try $0.recipient(recipient.id) }
        let decision = try #require(before).edit(
            to: recipient,
            nominated: "Grace Hopper",
            as: SubjectID(high: 77, low: version),
            owner: store.owner,
            streamVersion: version
        )
        try store.append(decision)
    }

    private func complete(_ recipient: inout School.Recipient) {
        recipient.record.impactAssessment = "https://example.org/dpia.html"
        recipient.record.privacyStatement = "privacy.pdf"
        recipient.record.supportContact = "https://example.org/support"
        recipient.record.isNominated = true
    }

    private func run(_ store: SchoolStore) throws -> RunOutcome {
        store.clock.advance(seconds: 60)
        return try store.runner(delivery: { Deliveries.way(to: $0) }).run(task: store.changedData, base: store.base)
    }

    @Test("SFTP: both files arrive under their names, the manifest last, and then the cursor moves")
    func sftp() throws {
        let server = try SSHServer()
        let store = try store { recipient in
            (recipient.way, recipient.folder) = (.sftp, server.url)
            (recipient.known, recipient.credential) = (server.folder.path("known"), server.folder.path("user"))
            complete(&recipient)
        }
        let outcome = try run(store)
        #expect(outcome.state == .exported, "\(outcome.reason)")
        #expect(server.delivered == ["8201079_CES_820LLLL_001.manifest.json", "8201079_CES_820LLLL_001.xml"])
        #expect(try store.cursor() == outcome.upper)
        #expect(try run(store).state == .nothingToSend)
    }

    @Test("SFTP: a server whose key is another one than is known gets nothing, nor one that does not know our key")
    func strangers() throws {
        let server = try SSHServer()
        for (known, key, words) in [
            ("known-other", "user", "not the one that is known"), ("known", "stranger", "does not let us in"),
        ] {
            let store = try store { recipient in
                (recipient.way, recipient.folder) = (.sftp, server.url)
                (recipient.known, recipient.credential) = (server.folder.path(known), server.folder.path(key))
                complete(&recipient)
            }
            let outcome = try run(store)
            #expect(outcome.state == .failed && outcome.reason.contains(words), "\(outcome.reason)")
            #expect(try store.lastRun()?.code == "deliveryFailed")
            #expect(try server.delivered == [] && store.cursor() == .origin)
        }
    }

    @Test("SFTP: nothing is written over: a name that is there fails the run, and the next takes the next number")
    func taken() throws {
        let server = try SSHServer()
        let store = try store { recipient in
            (recipient.way, recipient.folder) = (.sftp, server.url)
            (recipient.known, recipient.credential) = (server.folder.path("known"), server.folder.path("user"))
            complete(&recipient)
        }
        let other = server.folder.path("in/8201079_CES_820LLLL_001.xml")
        try "other".write(toFile: other, atomically: true, encoding: .utf8)
        #expect(try run(store).state == .failed)
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "other")
        #expect(try run(store).state == .exported)
        #expect(server.delivered.contains("8201079_CES_820LLLL_002.manifest.json"))
    }

    @Test(
        "S2-16, S2-19, S2-20, S2-21, S2-22, S2-23: a recipient whose record is incomplete gets nothing over the wire: held, with what is missing"
    )
    func incomplete() throws {
        let server = try SSHServer()
        let store = try store { recipient in
            (recipient.way, recipient.folder) = (.sftp, server.url)
            (recipient.known, recipient.credential) = (server.folder.path("known"), server.folder.path("user"))
            recipient.record.isNominated = true
        }
        let outcome = try run(store)
        #expect(outcome.state == .held && outcome.reason.contains("privacy statement"))
        #expect(try server.delivered == [] && store.cursor() == .origin)
        var whole = try #require(
            try store.states.read(reaching: store.log.durableEnd) { try $0.recipient(store.recipient.id) }
        )
        complete(&whole)
        try edit(store, whole)
        #expect(try run(store).state == .exported)
    }

    @Test("HTTPS: files are put with the token, and only an answer that acknowledges them moves the cursor")
    func https() throws {
        let folder = try TemporaryStore()
        let port = try SSHServer.freePort()
        try FileManager.default.createDirectory(atPath: folder.path("in"), withIntermediateDirectories: false)
        try SSHServer.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost", "-keyout", folder.path("key"), "-out", folder.path("cert"),
            ]
        )
        try "right\n".write(toFile: folder.path("token"), atomically: true, encoding: .utf8)
        try "wrong\n".write(toFile: folder.path("wrong"), atomically: true, encoding: .utf8)
        try Self.server.write(toFile: folder.path("server.py"), atomically: true, encoding: .utf8)
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        server.arguments = [folder.path("server.py"), folder.path(""), "\(port)"]
        (server.standardOutput, server.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try server.run()
        defer { kill(server.processIdentifier, SIGKILL) }
        try SSHServer.waitForServer(on: port)
        let url = "https://localhost:\(port)/in"
        let store = try store { recipient in
            (recipient.way, recipient.folder, recipient.known) = (.https, url, folder.path("cert"))
            recipient.credential = folder.path("wrong")
            complete(&recipient)
        }
        let refused = try run(store)
        #expect(refused.state == .failed && refused.reason.contains("token"), "\(refused.reason)")
        #expect(try store.cursor() == .origin && folder.list("in") == [])
        var recipient = try #require(
            try store.states.read(reaching: store.log.durableEnd) { try $0.recipient(store.recipient.id) }
        )
        recipient.credential = folder.path("token")
        try edit(store, recipient)
        let outcome = try run(store)
        #expect(outcome.state == .exported, "\(outcome.reason)")
        #expect(folder.list("in").count == 2)
        recipient.known = ""
        try edit(store, recipient)
        try store.tell(1, SchoolStore.address("12 Wire Road"))
        #expect(try run(store).reason.contains("not the one that is known"), "the certificate is of nobody known")
    }

    /// Takes PUT of what is new with the right token.
    private static let server = """
        import http.server, os, ssl, sys
        root, port = sys.argv[1], int(sys.argv[2])
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status):
                self.send_response(status); self.send_header("Content-Length", "0"); self.end_headers()
            def do_PUT(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers["Authorization"] != "Bearer right": return self.answer(401)
                path = os.path.join(root, "in", os.path.basename(self.path))
                if os.path.exists(path): return self.answer(412)
                with open(path, "wb") as file: file.write(body)
                self.answer(201)
            def do_HEAD(self):
                self.answer(200 if os.path.exists(os.path.join(root, "in", os.path.basename(self.path))) else 404)
            def log_message(self, *_): pass
        server = http.server.HTTPServer(("localhost", port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(root, "cert"), os.path.join(root, "key"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.serve_forever()
        """
}
