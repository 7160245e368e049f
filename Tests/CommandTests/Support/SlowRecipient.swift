import Foundation
import Testing

/// A recipient's real HTTPS server that answers nothing before it is told to.
final class SlowRecipient {
    private let scratch: Scratch
    private let process = Process()
    /// Where its files are put.
    let url: String

    /// Starts it.
    ///
    /// - Parameter folder: takes what arrives, once it may.
    init(into folder: String) throws {
        scratch = try Scratch()
        let made = try Program.run(
            URL(fileURLWithPath: "/usr/bin/openssl"),
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost", "-keyout", scratch.path("key"), "-out", scratch.path("cert"),
            ]
        )
        guard made.code == 0 else { throw Program.Unexpected(made.errors) }
        try Data("right\n".utf8).write(to: URL(fileURLWithPath: scratch.path("token")))
        try Data(Self.program.utf8).write(to: URL(fileURLWithPath: scratch.path("server.py")))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [scratch.path("server.py"), scratch.path(""), folder]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var said = ""
        while !said.contains("\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Program.Unexpected("the recipient's server did not begin") }
            said += String(decoding: more, as: UTF8.self)
        }
        url = "https://localhost:\(said.prefix { $0.isNumber })/in"
    }

    // It has inherited that SIGTERM is blocked.
    deinit { kill(process.processIdentifier, SIGKILL) }

    /// The options that lead a recipient's record here.
    var options: [String] { ["--https", url, "--known", scratch.path("cert"), "--key", scratch.path("token")] }

    /// Waits until so many files are on their way.
    func waitForArrivals(_ count: Int) throws {
        for _ in 0..<3_000 {
            let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path(""))
            if names.count(where: { $0.hasPrefix("arrived-") }) >= count { return }
            usleep(20_000)
        }
        throw Program.Unexpected("nothing arrived in a minute")
    }

    /// Lets it answer.
    func letGo() throws { try Data().write(to: URL(fileURLWithPath: scratch.path("go"))) }

    private static let program = """
        import http.server, os, ssl, sys, time
        root, folder = sys.argv[1], sys.argv[2]
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status):
                self.send_response(status); self.send_header("Content-Length", "0"); self.end_headers()
            def do_PUT(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                name = os.path.basename(self.path)
                open(os.path.join(root, "arrived-" + name), "w").close()
                while not os.path.exists(os.path.join(root, "go")): time.sleep(0.02)
                if os.path.exists(os.path.join(folder, name)): return self.answer(412)
                with open(os.path.join(folder, name), "wb") as file: file.write(body)
                self.answer(201)
            def do_HEAD(self):
                self.answer(200 if os.path.exists(os.path.join(folder, os.path.basename(self.path))) else 404)
            def log_message(self, *_): pass
        server = http.server.ThreadingHTTPServer(("localhost", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(root, "cert"), os.path.join(root, "key"))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
}
