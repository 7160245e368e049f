import ArgumentParser

/// Why somebody opens personal data: a sentence that the log keeps, so it must say something.
enum ReadingReason {
    /// Refuses a reason without words.
    static func check(_ reason: String) throws {
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason needs the reason in words.") }
    }
}
