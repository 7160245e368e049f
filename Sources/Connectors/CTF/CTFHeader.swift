import School

/// What the header of a transfer file says.
public struct CTFHeader: Sendable, Hashable {
    /// Who sends.
    public let source: CESParty
    /// Whom it is for, as the file writes it: a school's seven digits, an authority with `LLLL`, `XXXXXXX` for unknown.
    public let destination: String
    /// True when the file says that it is full.
    public let isFull: Bool

    /// A file for whoever finds the pupil.
    public static let unknownDestination = "XXXXXXX"

    init(_ header: CTFElement, file: String) throws(SourceError) {
        func fault(_ field: String, _ reason: String) -> SourceError {
            SourceError(.header, file: file, field: "Header/\(field)", reason)
        }
        if let doubled = header.doubled { throw fault(doubled.name, "stands twice") }
        guard let source = header.first(.sourceSchool), let from = CESParty(Self.code(source)) else {
            throw fault("SourceSchool", "must name the sender: LEA with three digits, Estab with four digits or LLLL")
        }
        guard let destination = header.first(.destSchool) else {
            throw fault("DestSchool", "is missing: nobody can say whom the file is for")
        }
        let code = Self.code(destination).uppercased()
        guard code.utf8.count == 7, code == Self.unknownDestination || CESParty(code) != nil else {
            throw fault("DestSchool", "must name the receiver: LEA with three digits, Estab with four digits or LLLL")
        }
        switch CanonicalText.of(header.text(.qualifier)).lowercased() {
        case "full": isFull = true
        case "partial", "": isFull = false
        default: throw fault("DocumentQualifier", "must be full or partial")
        }
        self.source = from
        self.destination = code
    }

    /// The school whose pupils the file tells of: the sender, when an authority or another system of the same school
    /// is to have them; else the school that they go to.
    public var school: CESParty? {
        guard let destination = CESParty(destination) else { return nil }
        return destination.isAuthority ? (source.isAuthority ? nil : source) : destination
    }

    /// True when what the file says of registrations and attendance is of the school itself, not of the one before it.
    var tellsOwnSchool: Bool { source.isAuthority || source == school }

    static func code(_ element: CTFElement) -> String {
        CanonicalText.of(element.text(.authority)) + CanonicalText.of(element.text(.establishment))
    }
}

extension CESParty {
    /// True for an authority itself.
    public var isAuthority: Bool { establishment == "LLLL" }
}
