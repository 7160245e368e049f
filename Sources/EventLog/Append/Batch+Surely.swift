extension Batch {
    /// Appends the batch, repeating it a few times while its outcome is unknown: with its command id that is safe, and
    /// who gave the command could not repeat it.
    ///
    /// - Parameter append: the append, as `EventLog.append`.
    /// - Returns: where it stands; durable.
    /// - Throws: what the append throws; `EventLogError` with code `outcomeUnknown` after the last try.
    public func surely(_ append: (Batch) throws -> Appended) throws -> Appended {
        var triesLeft = 3
        while true {
            do {
                return try append(self)
            } catch let error as EventLogError where error.code == .outcomeUnknown && triesLeft > 0 {
                triesLeft -= 1
            }
        }
    }
}
