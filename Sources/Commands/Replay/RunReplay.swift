struct RunReplay {
    var number: UInt64
    var folder: String?
    var reason: String
    func perform(in session: Session) throws {}
}
