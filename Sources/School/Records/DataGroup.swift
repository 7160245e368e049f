/// A data group: the unit of change tracking, acceptance, hash cache, erasure and keys alike (rulings 15).
///
/// The raw value is also the data class of the keys. It is stored, never reused, and stands in
/// `schemas/events/registry`.
public enum DataGroup: UInt16, CaseIterable, Sendable, Hashable {
    /// Names, birth date, sex, UPN and other identifiers of a pupil.
    case basicDetails = 1
    /// A pupil's addresses, phones and e-mail.
    case address = 2
    /// A pupil's links to contacts: priority, relationship, parental responsibility, flags.
    case contacts = 3
    /// A pupil's registration at the base: status, year, groups, admission, leaving.
    case registration = 4
    /// Special educational needs: provision history and needs.
    case sen = 5
    /// Free school meals: dated instances.
    case fsm = 6
    /// Looked-after status.
    case lookedAfter = 7
    /// Ethnicity, languages, medical flag, disabilities and other special-category items.
    case characteristics = 8
    /// Attendance marks.
    case attendance = 9
    /// Class memberships.
    case classMembership = 10
    /// Assessment results.
    case attainment = 11
    /// User names and other account facts of a pupil.
    case account = 12
    /// A contact's names, phones, e-mails and address.
    case contactDetails = 20
    /// A member of staff: names, title, numbers.
    case staffDetails = 30
    /// Which classes a member of staff takes.
    case teachingAssignment = 31
    /// A class: title, subject, course, term.
    case classDetails = 40
    /// A course.
    case courseDetails = 41
    /// An academic year or term.
    case termDetails = 42
    /// Sessions of the calendar.
    case calendar = 43
    /// A school's own details.
    case baseDetails = 50
    /// Digests of files, readable only while everyone in the run is.
    case runDigest = 100
    /// Names of actors and readers, reasons, refusals (rulings 16).
    case audit = 101
    /// What a row or value holds that could not be taken in.
    case dataIssue = 102
    /// The name of a person or machine that has an account.
    case accountDetails = 103
    /// Hashes of passwords and tokens, and secrets of one-time codes.
    case credentials = 104
    /// What a parent or the pupil has permitted.
    case pupilConsent = 105
    /// Nothing is sealed under it: its keys code what tells an erased person who is told again.
    case suppression = 110
    /// What the MIS says of a pupil whose address is restricted, or who was adopted (rulings 11).
    case protection = 260
    /// The same as the school says it here, where its MIS cannot.
    case ownProtection = 261

    /// The name in JSON output, in manifests and in messages.
    public var name: String { String(describing: self) }
}
