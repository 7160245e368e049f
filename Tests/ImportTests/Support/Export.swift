import Foundation
import SyncdTesting

/// A set of syncd-csv files of made-up schools, as a test writes it.
struct Export {
    /// The schools that the manifest lists.
    var bases: [String]
    var isFull = true
    var producedAt = "2025-09-02T17:30:00Z"
    /// Header and rows of each file, by area.
    private(set) var files: [String: [String]] = [:]
    /// Areas that the account might not read.
    var denied: [String] = []

    private static let headers = [
        "bases": "base,name",
        "pupils": "base,pupil_key,surname,forename,birth_date,sex,upn,former_upn,no_upn_reason",
        "registrations": "base,pupil_key,status,entry_date,leaving_date",
        "sen": "pupil_key,provision,start,end,need_type,need_rank",
        "contacts": "base,contact_key,surname,forename",
        "pupil-contacts": "pupil_key,contact_key,priority,relationship,parental_responsibility,court_order,no_contact",
        "addresses": "pupil_key,address_line_1,address_line_2,address_line_3",
        "classes": "base,class_key,name,type",
        "class-memberships": "class_key,pupil_key",
        "calendar": "base,date,session,open",
        "attendance-marks": "pupil_key,base,date,session,mark,former_mark,amendment_reason,amended_on,amended_by,"
            + "amender_post",
        "protection": "pupil_key,restricted_address,adopted",
        "results": "pupil_key,stage,subject,result",
        "deletions": "kind,key,member_key,groups",
    ]

    /// Files of schools with their own rows, and empty files of the areas named.
    init(_ bases: String..., areas: [String] = ["bases", "pupils"], isFull: Bool = true) {
        self.bases = bases
        self.isFull = isFull
        for area in areas { files[area] = [] }
        if areas.contains("bases") { for base in bases { add("bases", "\(base),School \(base)") } }
    }

    /// Adds a row to an area's file.
    mutating func add(_ area: String, _ rows: String...) { files[area, default: []] += rows }

    /// Takes an area's file away.
    mutating func drop(_ area: String) { files[area] = nil }

    /// Replaces an area's rows.
    mutating func set(_ area: String, _ rows: [String]) { files[area] = rows }

    /// A pupil's own row.
    mutating func pupil(
        _ key: String,
        at base: String,
        surname: String = "Abara",
        birth: String = "2017-03-14",
        upn: String = ""
    ) {
        add("pupils", "\(base),\(key),\(surname),Ikenna,\(birth),M,\(upn),,")
    }

    /// Many pupils with keys that begin alike.
    mutating func pupils(_ prefix: String, _ numbers: ClosedRange<Int>, at base: String) {
        for number in numbers { pupil("\(prefix)\(number)", at: base) }
    }

    /// A spell at a base.
    mutating func registration(_ key: String, at base: String, _ status: String, leaving: String = "") {
        add("registrations", "\(base),\(key),\(status),2021-09-02,\(leaving)")
    }

    /// A mark of a pupil at the first of the bases.
    mutating func mark(_ key: String, _ date: String, _ half: String, _ code: String) {
        add("attendance-marks", "\(key),\(bases[0]),\(date),\(half),\(code),,,,,")
    }

    /// Writes the files with their manifest.
    func write(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var lines = [
            "line,name,value,status,mode,rows,account,groups", "property,format,syncd-csv,,,,,",
            "property,version,1,,,,,", "property,source,made-up,,,,,", "property,produced_at,\(producedAt),,,,,",
        ]
        lines += bases.map { "base,\($0),,,,,," }
        for (area, rows) in files.sorted(by: { $0.key < $1.key }) {
            let mode = isFull && !["deletions", "attendance-marks", "calendar"].contains(area) ? "full" : "delta"
            lines.append("area,\(area),\(area).csv,read,\(mode),\(rows.count),,")
            let text = ([Self.headers[area] ?? ""] + rows).joined(separator: "\n") + "\n"
            try text.write(toFile: folder + "/\(area).csv", atomically: true, encoding: .utf8)
        }
        lines += denied.map { "area,\($0),,denied,,,," }
        let manifest = lines.joined(separator: "\n") + "\n"
        try manifest.write(toFile: folder + "/manifest.csv", atomically: true, encoding: .utf8)
    }
}
