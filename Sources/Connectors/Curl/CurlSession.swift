import CCurl
import Foundation
import Glibc

/// One connection's worth of transfers to one server, by libcurl: SFTP with a key, or HTTPS with a token.
///
/// Not for sharing between threads: it belongs to the delivery that made it. Over SFTP a server whose key is not in the
/// known-hosts file is refused; over HTTPS one whose certificate cannot be verified.
public final class CurlSession {
    /// How the server is known, and how it knows us.
    public enum Credentials: Sendable, Hashable {
        /// Path of the known-hosts file, path of the private key.
        case key(knownHosts: String, key: String)
        /// A bearer token; path of the certificates to trust in place of the system's, or empty.
        case token(String, trusted: String)
        /// None: what goes over is public and signed.
        case none
    }

    let handle: UnsafeMutableRawPointer
    private let credentials: Credentials
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    /// Seconds until a connection is given up, and in which at least one byte must pass.
    private static let patience = 30

    /// Makes a session; nothing is connected yet.
    ///
    /// - Throws: `CurlError` with code `setup`.
    public init(_ credentials: Credentials) throws {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw CurlError(.setup, "libcurl could not be set up: check that it is installed")
        }
        self.handle = handle
        self.credentials = credentials
    }

    deinit {
        freeLists()
        curl_easy_cleanup(handle)
    }

    private static let isReady: Bool = {
        // A server that goes away in the middle of a write must end the transfer, not the process: with NOSIGNAL, which
        // threads need, curl leaves that to us.
        signal(SIGPIPE, SIG_IGN)
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()

    /// Sends a file.
    ///
    /// - Parameters:
    ///   - path: the local file.
    ///   - url: where it goes.
    ///   - then: SFTP commands that follow in the same session, such as a rename.
    ///   - headers: HTTP headers.
    /// - Returns: the HTTP status; 0 over SFTP.
    /// - Throws: `CurlError`; without one the server has acknowledged the file, and over SFTP each command.
    @discardableResult
    public func send(_ path: String, to url: String, then: [String] = [], headers: [String] = []) throws -> Int {
        guard let file = fopen(path, "rb") else {
            throw CurlError(.fileUnreadable, "the file to be delivered could not be read")
        }
        defer { fclose(file) }
        try begin(url)
        set(CURLOPT_UPLOAD, 1)
        fseeko(file, 0, SEEK_END)
        _ = syncd_curl_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(ftello(file)))
        rewind(file)
        _ = syncd_curl_function(handle, CURLOPT_READFUNCTION) { buffer, size, count, file in
            guard let file else { return 0 }
            return fread(buffer, size, count, file.assumingMemoryBound(to: FILE.self))
        }
        _ = syncd_curl_pointer(handle, CURLOPT_READDATA, file)
        add(then, CURLOPT_POSTQUOTE)
        add(headers, CURLOPT_HTTPHEADER)
        _ = try receive()
        return syncd_curl_status(handle)
    }

    /// Fetches what stands at a URL; of an SFTP folder (a URL that ends with a slash) the names in it.
    public func fetch(_ url: String) throws -> [UInt8] {
        try begin(url)
        set(CURLOPT_DIRLISTONLY, 1)
        return try receive()
    }

    /// Whether there is something at an HTTPS URL: its status.
    public func status(of url: String) throws -> Int {
        try begin(url)
        set(CURLOPT_NOBODY, 1)
        _ = try receive()
        return syncd_curl_status(handle)
    }

    /// Carries out SFTP commands in a folder.
    public func command(_ commands: [String], in url: String) throws {
        try begin(url)
        set(CURLOPT_NOBODY, 1)
        add(commands, CURLOPT_QUOTE)
        _ = try receive()
    }

    func begin(_ url: String) throws {
        curl_easy_reset(handle)
        freeLists()
        set(CURLOPT_URL, url)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT, Self.patience)
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, Self.patience)
        switch credentials {
        case .key(let knownHosts, let key):
            set(CURLOPT_PROTOCOLS_STR, "sftp")
            set(CURLOPT_SSH_KNOWNHOSTS, knownHosts)
            set(CURLOPT_SSH_PRIVATE_KEYFILE, key)
            set(CURLOPT_SSH_AUTH_TYPES, syncd_curl_public_key)
        case .token(let token, let trusted):
            set(CURLOPT_PROTOCOLS_STR, "https")
            set(CURLOPT_HTTPAUTH, syncd_curl_bearer)
            set(CURLOPT_XOAUTH2_BEARER, token)
            if !trusted.isEmpty { set(CURLOPT_CAINFO, trusted) }
        case .none: set(CURLOPT_PROTOCOLS_STR, "https")
        }
    }

    /// Performs what was set, and gathers what comes back.
    func receive() throws -> [UInt8] {
        let gathered = GatheredBytes()
        _ = syncd_curl_function(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, target in
            guard let bytes, let target else { return 0 }
            let gathered = Unmanaged<GatheredBytes>.fromOpaque(target).takeUnretainedValue()
            let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
            gathered.bytes.append(contentsOf: buffer)
            return gathered.bytes.count > GatheredBytes.most ? 0 : size * count
        }
        _ = syncd_curl_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(gathered).toOpaque())
        let code = withExtendedLifetime(gathered) { curl_easy_perform(handle) }
        guard code == CURLE_OK else { throw Self.error(code) }
        return gathered.bytes
    }

    private static func error(_ code: CURLcode) -> CurlError {
        let words = String(cString: curl_easy_strerror(code)).lowercased()
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            return CurlError(
                .stranger,
                "the server is not the one that is known (\(words)): compare its key or certificate with what its "
                    + "owner says, then put it into the file of known ones"
            )
        case CURLE_LOGIN_DENIED, CURLE_REMOTE_ACCESS_DENIED:
            return CurlError(
                .loginRefused,
                "the server does not let us in (\(words)): check the user, the key, and who may write there"
            )
        case CURLE_QUOTE_ERROR, CURLE_REMOTE_FILE_NOT_FOUND, CURLE_UPLOAD_FAILED, CURLE_REMOTE_FILE_EXISTS, CURLE_SSH:
            return CurlError(.refused, "the server refused (\(words)): check the folder and who may write there")
        default:
            return CurlError(.unreachable, "the server could not be reached, or broke off (\(words)): try again later")
        }
    }

    func set(_ option: CURLoption, _ value: Int) { _ = syncd_curl_long(handle, option, value) }

    func set(_ option: CURLoption, _ value: String) { _ = syncd_curl_text(handle, option, value) }

    func add(_ lines: [String], _ option: CURLoption) {
        guard !lines.isEmpty else { return }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) ?? list }
        guard let list else { return }
        lists.append(list)
        _ = syncd_curl_pointer(handle, option, list)
    }

    private func freeLists() {
        for list in lists { curl_slist_free_all(list) }
        lists = []
    }
}

/// Bytes that come back.
private final class GatheredBytes {
    /// More is no list of names and no manifest.
    static let most = 256 << 20

    var bytes: [UInt8] = []
}
