import Identifiers
import School

/// A class as it may leave, with what it depends on.
public struct GrantedClass: Sendable, Hashable {
    /// A class, course or term, and what is granted of it.
    public struct Thing: Sendable, Hashable {
        /// The thing.
        public var id: SubjectID
        /// What may leave.
        public var content: GroupContent

        init(_ held: HeldMembership.Thing, under export: ApprovedExport) {
            id = held.id
            content = export.admitted(held.content)
        }
    }

    /// The class.
    public var details: Thing
    /// Its course; nil when the school's system has none.
    public var course: Thing?
    /// Its terms, in the order in which the class names them.
    public var terms: [Thing]

    init(_ held: HeldMembership, under export: ApprovedExport) {
        details = Thing(held.schoolClass, under: export)
        course = held.course.map { Thing($0, under: export) }
        terms = held.terms.map { Thing($0, under: export) }
    }

    /// Everything of it that may leave.
    var contents: [GroupContent] { ([details] + [course].compactMap(\.self) + terms).map(\.content) }
}

/// A membership that the recipient may have and that is no more.
public struct FormerMembership: Sendable, Hashable {
    /// The membership.
    public var id: SubjectID
    /// Its class.
    public var schoolClass: GrantedClass
    /// The class is no more, either.
    public var isOfFormerClass: Bool
}

extension GrantedContent {
    /// Lets memberships and their classes through the gate.
    init(_ memberships: [HeldMembership], under export: ApprovedExport) {
        content = GroupContent(.classMembership, [])
        for membership in memberships {
            var row = export.admitted(GroupContent(.classMembership, [membership.row])).rows.first ?? FieldRow()
            // Not sent: they join the row to its id and to the class until both are written.
            row[.memberKey] = membership.id.hex
            row[.classKey] = membership.schoolClass.id.hex
            content.rows.append(row)
            classes[membership.schoolClass.id.hex] = GrantedClass(membership, under: export)
        }
    }
}
