import CCurl

extension CurlSession {
    /// Sends a text, and takes the answer whatever its status.
    ///
    /// Over HTTPS, or plain HTTP to this machine itself.
    ///
    /// - Returns: the HTTP status and what came back.
    /// - Throws: `CurlError` when the server could not be asked.
    public func post(_ text: String, to url: String) throws -> (status: Int, answer: [UInt8]) {
        try begin(url)
        set(CURLOPT_PROTOCOLS_STR, Self.isLoopback(url) ? "http,https" : "https")
        set(CURLOPT_POST, 1)
        set(CURLOPT_COPYPOSTFIELDS, text)
        add(["Content-Type: text/plain; charset=utf-8", "Expect:"], CURLOPT_HTTPHEADER)
        let answer = try receive()
        return (syncd_curl_status(handle), answer)
    }

    /// Whether a URL is of this machine, to which nobody listens in between.
    public static func isLoopback(_ url: String) -> Bool {
        ["http://127.0.0.1", "http://[::1]", "http://localhost"].contains { host in
            guard url.hasPrefix(host) else { return false }
            let rest = url.dropFirst(host.count)
            return rest.isEmpty || rest.hasPrefix(":") || rest.hasPrefix("/")
        }
    }
}
