import Foundation
import Testing

@testable import Commands

/// The head's page over TLS, with a certificate made for the test.
@Suite struct PortalTLSTests {
    /// Makes a certificate of this machine's own, and its key.
    private static let making = """
        import datetime, ipaddress, sys
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "school.example.org")])
        now = datetime.datetime.now(datetime.timezone.utc)
        made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
                .not_valid_after(now + datetime.timedelta(days=1))
                .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
                .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
                .sign(key, hashes.SHA256()))
        open(sys.argv[1], "wb").write(made.public_bytes(serialization.Encoding.PEM))
        open(sys.argv[2], "wb").write(key.private_bytes(serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        """

    /// Asks for the login over TLS, and then with a version that is too old.
    private static let asking = """
        import http.client, json, ssl, sys
        context = ssl.create_default_context(cafile=sys.argv[1])
        connection = http.client.HTTPSConnection("127.0.0.1", int(sys.argv[2]), context=context, timeout=30)
        connection.request("GET", "/login")
        answer = connection.getresponse()
        told = {"status": answer.status, "cookie": answer.getheader("Set-Cookie"),
                "hsts": answer.getheader("Strict-Transport-Security"), "tls": connection.sock.version()}
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version, old.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, ssl.TLSVersion.TLSv1_1
        try:
            http.client.HTTPSConnection("127.0.0.1", int(sys.argv[2]), context=old, timeout=30).request("GET", "/login")
            told["old"] = True
        except OSError:
            told["old"] = False
        print(json.dumps(told))
        """

    @Test(
        "over TLS cookies bear the prefix of their host, browsers are told to stay with TLS, and old versions are refused"
    )
    func secure() throws {
        let python = URL(fileURLWithPath: "/usr/bin/python3")
        let store = try TestStore(served: false)
        let (certificate, key) = (store.scratch.path("school.pem"), store.scratch.path("school.key"))
        let made = try Program.run(python, ["-c", Self.making, certificate, key])
        #expect(made.code == 0, "\(made.errors)")
        let server = try TestServer(
            of: store.path,
            ["--portal", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key]
        )
        let port = try server.port(after: "https://127.0.0.1:")
        let asked = try Program.run(python, ["-c", Self.asking, certificate, String(port)])
        let told = try asked.object
        #expect(told["status"] as? Int == 200, "\(asked.errors)")
        let cookie = try #require(told["cookie"] as? String)
        #expect(cookie.hasPrefix("__Host-syncd-visit=") && cookie.contains("; Secure") && cookie.contains("; HttpOnly"))
        #expect((told["hsts"] as? String)?.contains("max-age=") == true)
        #expect(["TLSv1.2", "TLSv1.3"].contains(told["tls"] as? String) && told["old"] as? Bool == false)
        // Who speaks plainly gets nothing that is a page.
        let plain = try Browser.exchange("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", port)
        #expect(!plain.contains("HTTP/1.1 200"))
        try server.stop()
        // A key that belongs to another certificate is told when the server starts.
        _ = try Program.run(python, ["-c", Self.making, store.scratch.path("other.pem"), key])
        let wrong = try store.run([
            "serve", "--portal", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key, "--json",
        ])
        #expect(wrong.code == 1 && wrong.output.contains("fileUnusable"))
    }

    @Test("a port that another program has is told with what to do, and the store is closed in order")
    func portInUse() throws {
        let store = try TestStore(served: false)
        let server = try TestServer(of: store.path, ["--portal", "127.0.0.1:0"])
        let port = try server.port(after: "http://127.0.0.1:")
        let second = try TestStore(served: false)
        let outcome = try second.run(["serve", "--portal", "127.0.0.1:\(port)", "--json"])
        #expect(outcome.code == 1 && outcome.output.contains("portalFailed"))
        try second.succeed("status")
        try server.stop()
    }
}
