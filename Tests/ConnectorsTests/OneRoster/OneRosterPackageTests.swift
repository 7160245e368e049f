import School
import Testing

@testable import Connectors

@Suite("OneRoster packages")
struct OneRosterPackageTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ path: String, lenient: Bool = false) throws -> SourceError {
        do {
            _ = try OneRosterSource(path: path, lenient: lenient)
        } catch let error as SourceError {
            return error
        }
        throw ZipTests.Surprise()
    }

    @Test("a folder and an archive say the same", arguments: [OneRosterSet.bulk(), OneRosterSet.bulk11()])
    func places(set: OneRosterSet) throws {
        let other = try TemporaryFolder()
        let unpacked = try ReadSource(OneRosterSource(path: set.write(to: folder), lenient: false))
        let packed = try ReadSource(OneRosterSource(path: set.pack(to: other), lenient: false))
        #expect(unpacked.records == packed.records)
        #expect(unpacked.records.count > 10)
    }

    @Test("OneRoster 1.0 is recognised, with a manifest or without, and told what to do", arguments: [true, false])
    func version10(manifest: Bool) throws {
        var set = OneRosterSet.bulk11()
        set.properties["oneroster.version"] = "1.0"
        _ = try set.write(to: folder)
        if !manifest {
            let bare = try TemporaryFolder()
            for (name, text) in set.files where name != OneRosterManifest.file { try bare.write(text, to: name) }
            let error = try refusal(bare.path)
            #expect(error.code == .format)
            #expect(error.reason.contains("1.0") && error.reason.contains("1.1 or 1.2"))
            return
        }
        let error = try refusal(folder.path)
        #expect(error.code == .format)
        #expect(error.reason.contains("1.0") && error.reason.contains("1.1 or 1.2"))
    }

    @Test("another version, another manifest and no package at all are told apart")
    func others() throws {
        var set = OneRosterSet.bulk()
        set.properties["oneroster.version"] = "2.0"
        #expect(try refusal(set.write(to: folder)).code == .format)
        try folder.write("a,b\n", to: OneRosterManifest.file)
        #expect(try refusal(folder.path).code == .header)
        let empty = try TemporaryFolder()
        #expect(try refusal(empty.path).reason.contains("no OneRoster package"))
        #expect(try refusal(empty.file("none")).code == .missing)
        try empty.write("x", to: "roster.csv")
        #expect(try refusal(empty.file("roster.csv")).code == .archiveDamaged)
    }

    @Test("a package packed with its folder is waived when lenient")
    func inFolder() throws {
        let path = try OneRosterSet.bulk().pack(to: folder, under: "export/")
        #expect(try refusal(path).issues.map(\.reason).filter { $0.contains("[files-at-root]") }.count == 1)
        let source = try OneRosterSource(path: path, lenient: true)
        #expect(source.waived.map(\.name) == ["files-at-root"])
        #expect(try ReadSource(source).records == OneRosterSet.bulk().read().items.records)
    }

    @Test("a manifest alone says that nothing changed")
    func nothing() throws {
        var set = OneRosterSet()
        set.rows = [:]
        let (source, items) = try set.read()
        #expect(source.isDelta == nil)
        #expect(items.records.isEmpty && items.issues.isEmpty)
    }

    @Test("files about marks and resources are left alone and told")
    func unread() throws {
        var set = OneRosterSet.bulk()
        set.texts["lineItems.csv"] = "sourcedId,status\n1,\n"
        set.properties["file.lineItems"] = "bulk"
        let issues = try set.read().items.issues
        #expect(issues.map(\.file) == ["lineItems.csv"])
        #expect(issues.map(\.effect) == [.noted])
    }

    @Test("a broken entry refuses the package, lenient or not", arguments: [true, false])
    func brokenEntry(lenient: Bool) throws {
        var maker = ZipMaker(OneRosterSet.bulk().files.map { .init($0.key, $0.value) })
        let users = try #require(maker.entries.firstIndex { $0.name == Array("users.csv".utf8) })
        maker.entries[users].crc ^= 1
        let error = try refusal(folder.write(maker.bytes, to: "set.zip"), lenient: lenient)
        #expect(error.code == .archiveDamaged)
        #expect(error.file == "users.csv")
    }

    @Test("no value of a password column is looked at")
    func passwords() throws {
        var set = OneRosterSet.bulk()
        set.set(.users, 0, "password", "Hidden-1")
        set.rows[.userProfiles] = [
            [
                "sourcedId": "f1", "userSourcedId": "p1", "profileType": "x", "vendorId": "v", "credentialType": "c",
                "username": "ada.hidden", "password": "Hidden-1",
            ]
        ]
        let items = try set.read().items
        #expect(!items.records.contains { String(describing: $0).lowercased().contains("hidden") })
        #expect(items.issues.isEmpty)
    }
}
