import Connectors
import School

/// The names of a run's data file and of the manifest beside it.
public struct TransferFileName: Sendable, Hashable, CustomStringConvertible {
    /// The data file.
    public let description: String

    /// Takes a data file's name, as the log has it.
    init(_ name: String) { description = name }

    /// Names the file of a run.
    ///
    /// - Throws: `laestabMissing` when the base has no number, or one that names no file.
    init(_ format: TransferFormat, _ number: FileNumber, _ parties: TransferParties) throws {
        let sequence = Int(number.sequence)
        let name: String? =
            switch format {
            case .ces: parties.cesName(sequence)?.description
            case .oneroster: parties.oneRosterName(sequence)?.description
            }
        guard let name else {
            throw TransferError(
                .laestabMissing,
                "\(parties.source) and \(parties.destination) do not name a file: check both numbers"
            )
        }
        description = name
    }

    /// The manifest.
    public var manifest: String {
        let stem = description.lastIndex(of: ".").map { description[..<$0] } ?? description[...]
        return "\(stem).manifest.json"
    }
}

/// From which school to whom, as file names say it.
struct TransferParties: Sendable {
    let source: CESParty
    let destination: CESParty

    /// Reads both numbers.
    ///
    /// - Throws: `laestabMissing`.
    init(from school: SendingSchool, to party: TransferParty) throws {
        guard let laestab = school.laestab, !laestab.isEmpty else {
            throw TransferError(
                .laestabMissing,
                "\(school.name) has no LAESTAB, which names its files: set it with `syncd base config --laestab`"
            )
        }
        guard let source = CESParty(laestab), let destination = CESParty(party.description) else {
            throw TransferError(.laestabMissing, "\(laestab) and \(party) do not name a file: check both numbers")
        }
        (self.source, self.destination) = (source, destination)
    }

    func cesName(_ sequence: Int) -> CESFileName? {
        CESFileName(source: source, destination: destination, sequence: sequence)
    }

    func oneRosterName(_ sequence: Int) -> OneRosterFileName? {
        OneRosterFileName(source: source, destination: destination, sequence: sequence)
    }
}
