import Identifiers
import LMDB
import School

extension Snapshot {
    /// What a school's MIS tells of the school itself; nil for nothing.
    public func told(_ field: Field, of base: BaseID) throws -> String? {
        try group(.baseDetails, of: SubjectID(base))?.content?.rows.first?[field]
    }

    /// What a school is called: by whoever configured it, else by its MIS, else its key.
    public func name(of base: Base) throws -> String {
        guard base.name.isEmpty else { return base.name }
        return try told(.name, of: base.id) ?? base.key
    }
}
