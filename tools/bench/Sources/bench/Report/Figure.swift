import Foundation

/// A figure as people read it: three digits and a unit of thousands or millions.
func figure(_ number: Double) -> String {
    switch abs(number) {
    case 1_000_000...: String(format: "%.2fM", number / 1_000_000)
    case 10_000...: String(format: "%.1fk", number / 1_000)
    case 1_000...: String(format: "%.0f", number)
    case 100...: String(format: "%.1f", number)
    default: String(format: "%.2f", number)
    }
}

/// A median with its least and greatest; a dash for none.
func figure(_ spread: Spread?) -> String {
    guard let spread else { return "-" }
    if spread.least == spread.greatest { return figure(spread.median) }
    return "\(figure(spread.median)) [\(figure(spread.least)) .. \(figure(spread.greatest))]"
}
