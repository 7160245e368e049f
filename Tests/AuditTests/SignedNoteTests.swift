import Audit
import Sealing
import Testing

@Suite("Checkpoints as signed notes")
struct SignedNoteTests {
    /// The example that the audit design works out: secret key 00…1f, the eight published leaves.
    private static let example = """
        audit.example/school-1234
        8
        XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

        \u{2014} audit.example/school-1234 bU2yiBU7+VGIl/Kknv731LKgRK2nyjaGf7+Zcf4Z17RBLJDYtHsiYJHkX9Q3nvc2ghSnlEKubau0VU+5PfT8yQXfIAk=

        """
    private static let verifier = "audit.example/school-1234+6d4db288+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

    private let key: NamedSigningKey

    init() throws {
        key = NamedSigningKey(name: "audit.example/school-1234", key: try SigningKey(seed: (0..<32).map { UInt8($0) }))
    }

    @Test("the worked example comes out to the last character")
    func published() throws {
        let head = TreeHead(
            origin: "audit.example/school-1234",
            size: 8,
            root: try #require(Digest(bytes: Base64.bytes("XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=") ?? []))
        )
        #expect(key.verifier.written == Self.verifier)
        #expect(SignedNote(signing: head.text, with: [key]).written == Self.example)
        let read = try SignedNote(reading: Self.example)
        #expect(read.isSigned(by: [key.verifier]))
        #expect(try TreeHead(reading: read.text) == head)
    }

    @Test("no character of a checkpoint can be changed unnoticed")
    func changed() throws {
        let written = Array(Self.example)
        for place in written.indices {
            var other = written
            other[place] = written[place] == "A" ? "B" : "A"
            let read = try? SignedNote(reading: String(other))
            #expect(read?.isSigned(by: [key.verifier]) != true, "character \(place)")
        }
    }

    @Test("a known key's wrong signature spoils a note, an unknown key's counts for nothing")
    func several() throws {
        let other = NamedSigningKey(name: "somebody", key: try SigningKey(seed: [UInt8](repeating: 3, count: 32)))
        let text = try SignedNote(reading: Self.example).text
        var note = SignedNote(signing: text, with: [key, other])
        #expect(note.isSigned(by: [key.verifier]) && note.isSigned(by: [other.verifier]))
        note.signatures[1].bytes[9] ^= 1
        #expect(note.isSigned(by: [key.verifier]))
        #expect(!note.isSigned(by: [key.verifier, other.verifier]))
        #expect(!note.isSigned(by: []))
        #expect(try SignedNote(reading: note.written) == note)
    }

    @Test(
        "what is no checkpoint is refused",
        arguments: [
            "", "\n", "a\n1\nb\n", "a\n1\n\n\n", "origin\n8\nAAAA\n\n\u{2014} name AAAA",
            "origin\n8\nAAAA\n\n- name AAAAAAAA\n", "origin\n8\r\nAAAA\n\n\u{2014} name AAAAAAAA\n",
            "origin\n8\nAAAA\n\n\u{2014} name+ AAAAAAAA\n", "origin\n8\nAAAA\n\n\u{2014} name AAAA AAAA\n",
        ]
    )
    func refused(_ written: String) {
        #expect(throws: AuditError(.malformed, "")) {
            let note = try SignedNote(reading: written)
            _ = try TreeHead(reading: note.text)
        }
    }

    @Test("sizes have one spelling", arguments: ["08", "+8", "-1", "8 ", "", "18446744073709551616"])
    func sizes(_ size: String) {
        #expect(throws: AuditError(.malformed, "")) {
            try TreeHead(reading: "origin\n\(size)\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")
        }
    }
}
