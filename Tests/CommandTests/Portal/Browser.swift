import Foundation
import Glibc

/// A browser without pictures: a connection for each request, cookies kept as browsers keep them.
final class Browser {
    /// What a server answered.
    struct Answer {
        var status: Int
        var headers: [(name: String, value: String)]
        var body: String

        /// The values of a header, however it is written.
        func values(_ name: String) -> [String] {
            headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }

        /// Where it leads.
        var location: String? { values("Location").first }

        /// The key of the page's forms.
        var formKey: String? { field("csrf") }

        /// A hidden field's value.
        func field(_ name: String) -> String? {
            guard let start = body.range(of: "name=\"\(name)\" value=\"") else { return nil }
            return String(body[start.upperBound...].prefix { $0 != "\"" })
        }

        /// The page without the key of its forms, which differs by session.
        var withoutKey: String { formKey.map { body.replacingOccurrences(of: $0, with: "KEY") } ?? body }
    }

    let port: Int
    var cookies: [String: String]

    init(_ port: Int, session: String? = nil) {
        self.port = port
        cookies = session.map { ["syncd": $0] } ?? [:]
    }

    private var origin: String { "http://127.0.0.1:\(port)" }

    func get(_ path: String, _ headers: [String: String] = [:]) throws -> Answer {
        try request("GET \(path)", headers, body: nil)
    }

    /// Sends a form as a browser does, with the key that the page had.
    func post(
        _ path: String,
        _ fields: [(String, String)],
        key: String?,
        _ headers: [String: String] = [:]
    ) throws -> Answer {
        let all = fields + (key.map { [("csrf", $0)] } ?? [])
        let body = all.map { "\(Self.encoded($0.0))=\(Self.encoded($0.1))" }.joined(separator: "&")
        let usual = ["Content-Type": "application/x-www-form-urlencoded", "Origin": origin]
        return try request("POST \(path)", usual.merging(headers) { $1 }, body: body)
    }

    /// Logs in with name, password and, where the role needs one, a code.
    @discardableResult
    func login(_ name: String, _ password: String = People.password, code: String?) throws -> Answer {
        let page = try get("/login")
        let shown = try post("/login", [("name", name), ("password", password)], key: page.formKey)
        guard let code, shown.location == "/login/code" else { return shown }
        return try post("/login/code", [("code", code)], key: try get("/login/code").formKey)
    }

    private func request(_ line: String, _ headers: [String: String], body: String?) throws -> Answer {
        var text = "\(line) HTTP/1.1\r\nConnection: close\r\n"
        let host = headers["Host"] ?? "127.0.0.1:\(port)"
        text += "Host: \(host)\r\n"
        for (name, value) in headers where !value.isEmpty && name != "Host" { text += "\(name): \(value)\r\n" }
        if !cookies.isEmpty {
            text += "Cookie: " + cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ") + "\r\n"
        }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        text += "\r\n" + (body ?? "")
        let answer = try Self.parse(try Self.exchange(text, port))
        for cookie in answer.values("Set-Cookie") {
            let parts = cookie.split(separator: ";")[0].split(separator: "=", maxSplits: 1)
            cookies[String(parts[0])] = parts.count == 2 ? String(parts[1]) : nil
        }
        return answer
    }

    /// Sends bytes as they are, and reads until the server has closed; bounded in time.
    ///
    /// - Parameter pause: what happens in the middle, after the first part was sent.
    static func exchange(_ text: String, _ port: Int, after first: String = "", pause: () -> Void = {}) throws -> String
    {
        let connection = try Connection(port)
        if !first.isEmpty {
            connection.send(first)
            connection.waitUntilTaken(port)
            pause()
        }
        connection.send(text)
        return connection.receive()
    }

    static func parse(_ text: String) throws -> Answer {
        guard let end = text.range(of: "\r\n\r\n") else { throw Program.Unexpected("no answer: \(text.prefix(200))") }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { throw Program.Unexpected(lines[0]) }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let halves = line.split(separator: ":", maxSplits: 1)
            return (String(halves[0]), halves.count == 2 ? halves[1].trimmingCharacters(in: .whitespaces) : "")
        }
        return Answer(status: status, headers: headers, body: String(text[end.upperBound...]))
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

/// A connection that is used as it comes.
final class Connection {
    private let made: Int32

    init(_ port: Int) throws {
        made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard made >= 0 else { throw Program.Unexpected("no socket") }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            close(made)
            throw Program.Unexpected("nobody listens at \(port)")
        }
    }

    deinit { close(made) }

    /// Waits until the server has read what was sent, as the kernel tells; bounded in time.
    ///
    /// Otherwise it has a connection on which nothing has been asked for yet.
    func waitUntilTaken(_ port: Int) {
        var own = sockaddr_in()
        var count = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(made, $0, &count) }
        }
        let ends = [port, Int(UInt16(bigEndian: own.sin_port))].map { String(format: ":%04X", $0) }
        for _ in 0..<500 {
            let table = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? ""
            let line = table.split(separator: "\n").map { $0.split(separator: " ") }
                .first { $0.count > 4 && $0[1].hasSuffix(ends[0]) && $0[2].hasSuffix(ends[1]) }
            if line?[4].hasSuffix(":00000000") == true { return }
            usleep(10_000)
        }
    }

    /// Sends, as far as the other side reads: it may close before it has read all of too much.
    func send(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(made, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads until the other side has closed.
    func receive() -> String {
        var answer: [UInt8] = []
        var space = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(made, &space, space.count, 0)
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += space[..<count]
        }
    }
}
