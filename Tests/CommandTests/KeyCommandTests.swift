import Foundation
import Testing

/// The key-encryption key kept by commands (ruling 14): age from Debian, through a pair of commands.
@Suite struct KeyCommandTests {
    /// A vault of files that age has encrypted.
    private struct Vault {
        let folder: String
        let read: String
        let write: String

        init(_ scratch: Scratch) throws {
            folder = try scratch.folder("vault")
            let identity = scratch.path("identity.txt")
            let sh = URL(fileURLWithPath: "/bin/sh")
            let made = try Program.run(
                sh,
                ["-c", "age-keygen -o \(identity) 2>/dev/null && age-keygen -y \(identity)"]
            )
            guard made.code == 0 else { throw Program.Unexpected("age-keygen: \(made.errors)") }
            let recipient = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let file = "\(folder)/$SYNCD_KEY_LOG.$SYNCD_KEY_GENERATION.age"
            read = "age -d -i \(identity) \(file)"
            write =
                "case $SYNCD_KEY_VERB in create) age -r \(recipient) -o \(file);; destroy) rm -f \(file);; *) exit 2;; esac"
        }

        var names: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
        }
    }

    @Test(
        "ruling 14: a store whose key is kept by a pair of commands: made, erased in, copied to a custodian, restored"
    )
    func pair() throws {
        let school = try CanarySchool(TestStore(initialised: false))
        let store = school.store
        let vault = try Vault(store.scratch)
        try store.succeed("init", "--key-read", vault.read, "--key-write", vault.write)
        #expect(!FileManager.default.fileExists(atPath: store.path + ".keys"))
        #expect(try vault.names.count == 1)
        try school.importFiles()
        let (backup, custodian) = (try store.scratch.folder("backup"), try store.scratch.folder("custodian"))
        try store.succeed("backup", backup)
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.succeed(
            "subject",
            "erase",
            school.alone,
            "--base",
            CanarySchool.base,
            "--reason",
            "x",
            "--now",
            "--confirm",
            "1"
        )
        #expect(try vault.names.count == 1 && vault.names[0].hasSuffix(".2.age"))
        try store.succeed("keys", "copy", custodian)
        #expect(try store.succeed("keys", "status").output.contains("the store's own commands"))
        try FileManager.default.removeItem(atPath: store.path)
        let restored = try store.run(["restore", backup, store.path])
        #expect(restored.code == 0, "\(restored.errors)")
        try store.succeed("projections", "verify")
        #expect(try store.refusal("pupil", "show", school.alone, "--reason", "x") == "subjectUnknown")
        // A custodian's copy opens it, too.
        let held = try Program.run(["status", "--store", store.path, "--key-dir", custodian])
        #expect(held.code == 0, "\(held.errors)")
    }

    @Test("ruling 14: a command that reads alone is refused, and nothing is made")
    func alone() throws {
        let store = try TestStore(initialised: false)
        for arguments in [["--key-read", "true"], ["--key-write", "true"], ["--key-destroy", "true"]] {
            let outcome = try store.run(["init"] + arguments)
            #expect(outcome.code == 64 && outcome.errors.contains("--key-write"), "\(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: store.path))
        let mute = try store.run(["init", "--key-read", "false", "--key-write", "cat >/dev/null"])
        #expect(mute.code == 1 && !FileManager.default.fileExists(atPath: store.path), "\(mute.output)")
    }

    @Test("A wrong or missing key is told before anything is written")
    func wrong() throws {
        let store = try TestStore(initialised: false)
        let vault = try Vault(store.scratch)
        try store.succeed("init", "--key-read", vault.read, "--key-write", vault.write)
        try store.importDay(1)
        let name = try #require(try vault.names.first)
        let file = vault.folder + "/" + name
        let other = try TestStore(initialised: false)
        let another = try Vault(other.scratch)
        try other.succeed("init", "--key-read", another.read, "--key-write", another.write)
        let before = try files(store.path)
        // Another store's key, encrypted for this vault.
        let foreign = try Program.run(
            URL(fileURLWithPath: "/bin/sh"),
            [
                "-c", "head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \\n' | age -r $(age-keygen -y $1) > $2", "sh",
                store.scratch.path("identity.txt"), file + ".new",
            ]
        )
        #expect(foreign.code == 0, "\(foreign.errors)")
        try FileManager.default.moveItem(atPath: file, toPath: file + ".kept")
        try FileManager.default.moveItem(atPath: file + ".new", toPath: file)
        #expect(try store.refusal("status") == "keyWrong")
        try FileManager.default.removeItem(atPath: file)
        #expect(try store.refusal("status") == "keyMissing")
        #expect(try files(store.path) == before)
        try FileManager.default.moveItem(atPath: file + ".kept", toPath: file)
        try store.succeed("projections", "verify")
    }

    /// The bytes of every file but the lock, in which stands who has the store.
    private func files(_ folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasSuffix("lock") {
            found[name] = FileManager.default.contents(atPath: folder + "/" + name)
        }
        return found
    }
}
