import Foundation
import Testing

/// Made-up people whose every field is unusual, so that whatever is left of them is found.
enum Canary {
    /// What every text about them holds.
    static let marker = "zqxvkw"

    /// What an erased person's files hold, in every form in which bytes of it might lie about.
    static func forms(of text: String) -> [Data] {
        let utf8 = Data(text.utf8)
        var forms = [utf8, Data(text.uppercased().utf8)]
        forms.append(Data(text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }))
        forms.append(Data(text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }))
        forms.append(Data(utf8.map { String(format: "%02x", $0) }.joined().utf8))
        forms.append(Data(utf8.map { String(format: "%%%02X", $0) }.joined().utf8))
        // In Base64 the same text has three faces; what its neighbours leave no trace in is compared.
        for shift in 0..<3 {
            let padded = Data(repeating: 0, count: shift) + utf8
            let encoded = padded.base64EncodedString()
            let first = (shift * 8 + 5) / 6
            let last = (shift + utf8.count) * 8 / 6
            forms.append(Data(encoded.utf8.dropFirst(first).prefix(last - first)))
        }
        return forms
    }

    /// The files below folders in which any of the texts is found, in any form, with how it was found.
    static func traces(of texts: [String], below folders: [String]) throws -> [String] {
        let forms = texts.flatMap { text in Self.forms(of: text).map { (text, $0) } }
        var found: [String] = []
        for folder in folders {
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                let path = folder + "/" + name
                for (text, form) in forms where name.utf8.elementsEqual(form) || Data(name.utf8).range(of: form) != nil
                {
                    found.append("name \(name): \(text)")
                }
                guard let data = FileManager.default.contents(atPath: path) else { continue }
                for (text, form) in forms where data.range(of: form) != nil { found.append("\(name): \(text)") }
            }
        }
        return found
    }
}

/// A folder of syncd-csv files that is changed here and there.
struct CSVFolder {
    let path: String

    /// Changes the rows of a file.
    ///
    /// - Parameter body: takes each row by its columns; what it answers is written, nil leaves the row out.
    func edit(_ name: String, adding columns: [String] = [], _ body: ([String: String]) -> [String: String]?) throws {
        let file = path + "/" + name + ".csv"
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isNewline).map(
            String.init
        )
        #expect(!lines.contains { $0.contains("\"") }, "\(name) has quotes, which this does not read")
        var header = lines[0].components(separatedBy: ",")
        let old = header
        header += columns.filter { !header.contains($0) }
        var text = header.joined(separator: ",") + "\n"
        for line in lines.dropFirst() {
            let values = line.components(separatedBy: ",")
            let row = Dictionary(uniqueKeysWithValues: zip(old, values))
            guard let edited = body(row) else { continue }
            text += header.map { edited[$0] ?? "" }.joined(separator: ",") + "\n"
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }

    /// The rows of a file.
    func rows(_ name: String) throws -> [[String: String]] {
        var rows: [[String: String]] = []
        try edit(name) { row in
            rows.append(row)
            return row
        }
        return rows
    }

    /// Tells the manifest how many rows its files have.
    func count() throws {
        var counts: [String: Int] = [:]
        for area in try rows("manifest") where area["line"] == "area" && area["status"] == "read" {
            counts[area["name"] ?? ""] = try rows(area["name"] ?? "").count
        }
        try edit("manifest") { row in
            guard row["line"] == "area", let count = counts[row["name"] ?? ""] else { return row }
            return row.merging(["rows": String(count)]) { $1 }
        }
    }
}

/// Two schools of which a few pupils are unusual in every field: one with a sibling who stays, one without.
struct CanarySchool {
    let store: TestStore
    let files: CSVFolder
    /// Keys of the unusual pupils: who shares a contact with a sibling, and who does not.
    let shared: String
    let alone: String
    /// The contact whom the first shares with a pupil who stays.
    let parent: String
    /// Somebody who stays.
    let present: String
    /// What can be told of them that holds no marker: their UPNs.
    let upns: [String]

    static let base = "0012001"

    init(_ given: TestStore? = nil) throws {
        let store = try given ?? TestStore()
        let folder = store.scratch.path("export")
        try FileManager.default.copyItem(atPath: SampleSchools.shared.get().folder(1), toPath: folder)
        let files = CSVFolder(path: folder)
        let links = try files.rows("pupil-contacts")
        let byContact = Dictionary(grouping: links) { $0["contact_key"] ?? "" }
        let byPupil = Dictionary(grouping: links) { $0["pupil_key"] ?? "" }
        let here = Set(try files.rows("pupils").filter { $0["base"] == Self.base }.compactMap { $0["pupil_key"] })
        let family = try #require(
            byContact.sorted { $0.key < $1.key }.first {
                $1.count > 1 && $1.allSatisfy { here.contains($0["pupil_key"] ?? "") }
            }
        )
        let first = try #require(family.value.first?["pupil_key"])
        let single = try #require(
            byPupil.sorted { $0.key < $1.key }.first { pupil, links in
                here.contains(pupil) && pupil != first
                    && links.allSatisfy { byContact[$0["contact_key"] ?? ""]?.count == 1 }
            }
        )
        let goes = [first, single.key]
        let contacts = Set(links.filter { goes.contains($0["pupil_key"] ?? "") }.compactMap { $0["contact_key"] })
            .filter { key in byContact[key]?.allSatisfy { goes.contains($0["pupil_key"] ?? "") } == true }
        upns = try files.rows("pupils").filter { goes.contains($0["pupil_key"] ?? "") }.compactMap { $0["upn"] }
        present = try #require(here.subtracting(goes).min())
        self.store = store
        self.files = files
        shared = "P-\(Canary.marker)-1"
        alone = "P-\(Canary.marker)-2"
        parent = family.key
        try Self.mark(files, pupils: [first: shared, single.key: alone], contacts: contacts)
    }

    /// Gives pupils and contacts unusual keys, and unusual texts in every column that takes any.
    private static func mark(_ files: CSVFolder, pupils: [String: String], contacts: Set<String>) throws {
        let contactKeys = Dictionary(
            uniqueKeysWithValues: contacts.sorted().enumerated().map { ($1, "K-\(Canary.marker)-\($0)") }
        )
        var number = 0
        func texts(_ row: [String: String], _ columns: [String]) -> [String: String] {
            row.merging(
                columns.map { column in
                    number += 1
                    let isMail = column.hasPrefix("email")
                    return (column, Canary.marker + "\(number)" + (isMail ? "@example.org" : " é"))
                }
            ) { $1 }
        }
        let address = ["saon", "paon", "street", "locality", "town"]
        for file in ["attendance-marks", "class-memberships", "characteristics", "fsm", "looked-after", "sen"] {
            try files.edit(file) { $0.renamed("pupil_key", pupils) }
        }
        try files.edit("attendance-marks", adding: ["comment"]) { row in
            pupils.values.contains(row["pupil_key"] ?? "") ? texts(row, ["comment"]) : row
        }
        try files.edit("pupil-contacts") { $0.renamed("pupil_key", pupils).renamed("contact_key", contactKeys) }
        try files.edit("addresses", adding: ["email_1_type", "email_1"]) { row in
            let renamed = row.renamed("pupil_key", pupils)
            guard renamed != row else { return row }
            return texts(renamed, address + ["email_1"]).merging(["email_1_type": "Home"]) { $1 }
        }
        try files.edit("registrations", adding: ["house"]) { row in
            let renamed = row.renamed("pupil_key", pupils)
            guard renamed != row else { return row }
            return texts(renamed, ["house", "registration_group"]).merging(["entry_date": "2014-09-01"]) { $1 }
        }
        let names = [
            "surname", "forename", "middle_names", "preferred_surname", "preferred_forename", "former_surname",
            "former_forename", "title", "admission_number", "birth_place", "uci",
        ]
        try files.edit("pupils", adding: names + ["uln"]) { row in
            let renamed = row.renamed("pupil_key", pupils)
            guard renamed != row else { return row }
            // A number that breaks its rule becomes a data issue, which holds it.
            return texts(renamed, names + ["uln"])
        }
        try files.edit("contacts", adding: ["middle_names"]) { row in
            let renamed = row.renamed("contact_key", contactKeys)
            guard renamed != row else { return row }
            return texts(renamed, ["surname", "forename", "middle_names", "title", "email_1", "phone_1"] + address)
                .merging(["email_1_type": "Home"]) { $1 }
        }
        try files.count()
    }

    /// Lets the unusual pupils leave, years ago.
    func leave() throws {
        try files.edit("registrations") { row in
            guard [shared, alone].contains(row["pupil_key"] ?? "") else { return row }
            return row.merging(["leaving_date": "2018-07-20", "leaving_reason": ""]) { $1 }
        }
    }

    /// Imports the files.
    @discardableResult
    func importFiles() throws -> [String: Any] {
        let outcome = try store.run(
            ["import", "--format", "syncd-csv", "--full", files.path, "--register", "--json", "--allow-removals", "50"]
        )
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors + outcome.output) }
        return try outcome.object
    }
}

extension [String: String] {
    /// The same with a value exchanged where there is another one for it.
    func renamed(_ column: String, _ names: [String: String]) -> Self {
        guard let value = self[column], let name = names[value] else { return self }
        return merging([column: name]) { $1 }
    }
}
