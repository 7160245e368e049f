/// The areas of syncd-csv that the sample holds, in the order in which they are read: one file each.
///
/// `schemas/exchange/syncd-csv.md` defines them; of the optional columns those stand here that the sample fills.
enum Area: String, CaseIterable {
    case bases
    case terms
    case classes
    case staff
    case contacts
    case pupils
    case registrations
    case addresses
    case characteristics
    case sen
    case fsm
    case lookedAfter = "looked-after"
    case pupilContacts = "pupil-contacts"
    case classMemberships = "class-memberships"
    case classStaff = "class-staff"
    case calendar
    case attendanceMarks = "attendance-marks"
    case deletions

    /// The header.
    var columns: String {
        switch self {
        case .bases: "base,name,laestab,urn,year_low,year_high,head_name,head_email"
        case .terms: "base,term_key,name,type,start,end,school_year"
        case .classes: "base,class_key,name,type,subject,year_group"
        case .staff: "base,staff_key,surname,forename,title,sex,staff_number,role,role_start,email"
        case .contacts:
            "base,contact_key,surname,forename,title,sex,address_type,saon,paon,street,locality,town,postcode,"
                + "phone_1_type,phone_1,phone_2_type,phone_2,email_1_type,email_1"
        case .pupils:
            "base,pupil_key,surname,forename,birth_date,sex,upn,former_upn,no_upn_reason,middle_names,"
                + "preferred_forename,former_surname,admission_number"
        case .registrations:
            "base,pupil_key,status,entry_date,year_group,registration_group,leaving_date,leaving_reason,boarder,part_time"
        case .addresses:
            "pupil_key,address_type,saon,paon,street,locality,town,postcode,phone_1_type,phone_1,email_1_type,email_1"
        case .characteristics:
            "pupil_key,ethnicity,ethnicity_source,language_1_type,language_1,language_2_type,language_2,"
                + "medical_flag,disabilities,service_child"
        case .sen: "pupil_key,provision,start,end,need_type,need_rank"
        case .fsm: "pupil_key,start,end,country,category"
        case .lookedAfter: "pupil_key,in_care,care_authority"
        case .pupilContacts:
            "pupil_key,contact_key,priority,relationship,parental_responsibility,court_order,address_as_pupil"
        case .classMemberships: "class_key,pupil_key"
        case .classStaff: "class_key,staff_key,role"
        case .calendar: "base,date,session,open"
        case .attendanceMarks: "base,pupil_key,date,session,mark,minutes_late"
        case .deletions: "kind,key,member_key,groups"
        }
    }

    /// Windows of time and deletions are always told as a delta.
    var isDelta: Bool { self == .calendar || self == .attendanceMarks || self == .deletions }

    /// The kind that the import counts it under; nil for a part of a pupil.
    var kind: String? {
        switch self {
        case .bases: "base"
        case .terms: "term"
        case .classes: "class"
        case .staff: "teacher"
        case .contacts: "contact"
        case .classMemberships: "enrolment"
        case .classStaff: "teaching"
        case .calendar: "session"
        case .attendanceMarks: "mark"
        default: nil
        }
    }

    /// The data group of a pupil that it carries.
    var group: String? {
        switch self {
        case .pupils: "basicDetails"
        case .registrations: "registration"
        case .addresses: "address"
        case .characteristics: "characteristics"
        case .sen: "sen"
        case .fsm: "fsm"
        case .lookedAfter: "lookedAfter"
        case .pupilContacts: "contacts"
        default: nil
        }
    }

    /// The permission group that reads it.
    var permission: String {
        switch self {
        case .staff: "Personnel officer"
        case .classes, .classMemberships, .classStaff: "Class teacher"
        case .attendanceMarks: "Attendance manager"
        case .bases, .terms, .calendar: "Third party reporter"
        default: "Admissions officer"
        }
    }
}
