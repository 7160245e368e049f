import Connectors
import School
import Testing

/// A set of syncd-csv files: the example of `schemas/exchange/syncd-csv.md`, with what a test adds or changes.
struct SyncdCSVSet {
    var files: [String: String] = [
        "bases": "base,name,laestab\n8201079,Larkfield Primary School,8201079\n",
        "pupils": """
        base,pupil_key,surname,forename,birth_date,sex,upn,no_upn_reason
        8201079,P-000412,Abara,Ikenna,2017-03-14,M,L001107921412,
        8201079,P-000588,Abara,Adaeze,2021-01-30,F,,UN1

        """,
        "registrations": """
        base,pupil_key,status,entry_date,year_group,registration_group
        8201079,P-000412,C,2021-09-02,4,4A
        8201079,P-000588,C,2025-09-01,R,RA

        """,
        "contacts": """
        base,contact_key,surname,forename,title,sex,paon,street,town,postcode,phone_1_type,phone_1,email_1
        8201079,K-00311,Abara,Temperance,Mrs,F,14,Fennel Row,Ampthill,MK45 2ZZ,M,07700 900311,t.abara@example.org

        """,
        "pupil-contacts": """
        pupil_key,contact_key,priority,relationship,parental_responsibility,address_as_pupil
        P-000412,K-00311,1,PAM,true,true
        P-000588,K-00311,1,PAM,true,true

        """,
        "sen": "pupil_key,provision,start,end,need_type,need_rank\nP-000412,K,2024-01-08,,,\nP-000412,,,,SLCN,1\n",
        "attendance-marks":
            "base,pupil_key,date,session,mark,minutes_late\n8201079,P-000412,2025-09-02,AM,L,12\n",
    ]
    /// Lines added to the manifest.
    var manifestLines = ["area,staff,,denied,,,svc-syncd,Admissions officer", "area,fsm,,absent,,,,"]
    var mode = "full"
    /// Replaces the manifest's line of an area.
    var rows: [String: Int] = [:]
    var header = "line,name,value,status,mode,rows,account,groups"
    var properties = [
        "property,format,syncd-csv,,,,,", "property,version,1,,,,,", "property,source,larkfield-sims,,,,,",
        "property,produced_at,2025-09-02T17:30:00Z,,,,,", "base,8201079,,,,,,",
    ]

    init(_ changes: [String: String] = [:]) {
        files.merge(changes) { $1 }
    }

    var manifest: String {
        var lines = [header] + properties
        for (area, text) in files.sorted(by: { $0.key < $1.key }) {
            let count = rows[area] ?? text.split(separator: "\n").count - 1
            let said = ["attendance-marks", "calendar", "deletions"].contains(area) ? "delta" : mode
            lines.append("area,\(area),\(area).csv,read,\(said),\(count),svc-syncd,Third party reporter")
        }
        return (lines + manifestLines).joined(separator: "\r\n") + "\r\n"
    }

    func write(to folder: TemporaryFolder) throws {
        try folder.write(manifest, to: "manifest.csv")
        for (area, text) in files { try folder.write(text, to: area + ".csv") }
    }

    /// Reads the whole set.
    func read() throws -> ReadSource {
        let folder = try TemporaryFolder()
        try write(to: folder)
        return try ReadSource(SyncdCSVFolder(path: folder.path))
    }
}
