/// Code sets of classes, terms and sessions.
extension CodeSet {
    /// Kind of class.
    public static let classType = CodeSet("class type", codes: "registration teaching")
    /// Kind of term.
    public static let termType = CodeSet("term type", codes: "year term half_term")
    /// Half of a school day.
    public static let sessionHalf = CodeSet("session", codes: "AM PM")
}
