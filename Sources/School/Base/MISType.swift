/// Which management information system a school runs (S0-24, S0-25).
///
/// The raw value stands in events for ever.
public enum MISType: String, Sendable, Hashable, CaseIterable {
    /// Capita SIMS, on the school's server.
    case sims
    /// SIMS Primary, the service on the web.
    case simsPrimary = "sims_primary"
    /// Arbor.
    case arbor
    /// Bromcom.
    case bromcom
    /// ScholarPack.
    case scholarpack
    /// Any other.
    case other

    /// Its name for people.
    public var words: String {
        switch self {
        case .sims: "Capita SIMS"
        case .simsPrimary: "SIMS Primary"
        case .arbor: "Arbor"
        case .bromcom: "Bromcom"
        case .scholarpack: "ScholarPack"
        case .other: "another MIS"
        }
    }
}
