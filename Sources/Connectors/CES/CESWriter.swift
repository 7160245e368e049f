import School

/// Writes a transfer file, pupil by pupil, in constant memory but for the manifest's lines.
///
/// The same values give the same bytes. It holds no rule of acceptance, but begins no file without leave, which only
/// the acceptance rules give (invariant 7).
public struct CESWriter {
    /// The version of this rendering; it changes whenever the same values would give other bytes.
    public static let rendererVersion: UInt32 = 3

    private let header: CESHeader
    private let sink: ([UInt8]) throws -> Void
    private var xml = CESXML()
    private var elements = 0
    private var lines: [CESManifest.Pupil] = []

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - header: the facts of the header.
    ///   - export: the leave to write; what is written has gone through its gate.
    ///   - sink: takes the bytes in chunks, in order; what it throws is passed on.
    /// - Throws: `RenderError` with code `forbiddenCharacter` when the header cannot be written.
    public init(
        header: CESHeader,
        under export: ApprovedExport,
        sink: @escaping ([UInt8]) throws -> Void
    ) throws {
        self.header = header
        self.sink = sink
        xml.append(raw: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CTfile>\n")
        try xml.append(header.element, depth: 1)
        xml.append(raw: "  <CTFpupilData>\n")
    }

    /// Writes one pupil; a notice goes into the manifest alone.
    ///
    /// - Throws: `RenderError` when the pupil cannot be written as asked; the file is of no use then.
    public mutating func write(_ pupil: CESPupil) throws {
        try pupil.check()
        if pupil.hasElement {
            elements += 1
            try xml.append(Self.element(of: pupil, source: header.source), depth: 2)
            if xml.bytes.count >= 65_536 { try sink(xml.drain()) }
        }
        lines.append(CESManifest.Pupil(pupil, element: pupil.hasElement ? elements : nil))
    }

    /// Ends the file.
    ///
    /// - Returns: the manifest's line of each pupil, in the order of writing.
    /// - Throws: what the sink throws.
    public consuming func finish() throws -> [CESManifest.Pupil] {
        xml.append(raw: "  </CTFpupilData>\n</CTfile>\n")
        try sink(xml.drain())
        return lines
    }

    /// The `Pupil` element: parts of all groups in the order of the file, those of BasicDetails under one roof.
    private static func element(of pupil: CESPupil, source: CESParty) throws -> CESElement {
        var parts = try pupil.groups.flatMap { try CESGroups.parts(of: $0, pupil: pupil, source: source) }
        if !pupil.groups.contains(where: { $0.group == .basicDetails }) {
            parts += CESGroups.identity(pupil.identity)
        }
        parts.sort { $0.slot.rawValue < $1.slot.rawValue }
        let details = parts.filter(\.slot.isBasicDetail).map(\.element)
        let before = parts.filter { $0.slot.rawValue < CESSlot.formerUPN.rawValue }.map(\.element)
        let after = parts.filter { $0.slot.rawValue > CESSlot.enrolmentStatus.rawValue }.map(\.element)
        return CESElement("Pupil", before + [CESElement("BasicDetails", ifAny: details)].compactMap(\.self) + after)
    }
}
