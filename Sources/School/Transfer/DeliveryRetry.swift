/// How often and when a delivery that failed is tried again: for delivery only, since what a rule keeps in stays in.
public enum DeliveryRetry {
    /// Codes of ends that another attempt may mend: the way to the recipient, or the machine.
    public static let codes: Set<String> = ["deliveryFailed", "fileFailed", "nameTaken", RunEnd.interrupted]

    /// Seconds until the next attempt, after the first, second and further failures; then a person must look.
    public static let waits = [60, 300, 900, 3600]

    /// Seconds to wait; nil when it is not tried again.
    ///
    /// - Parameters:
    ///   - failures: how often it has failed by now.
    ///   - code: why it failed last.
    public static func wait(afterFailures failures: Int, code: String) -> Int? {
        guard codes.contains(code), failures >= 1, failures <= waits.count else { return nil }
        return waits[failures - 1]
    }
}
