import School

/// Counts with their units, as a person would write them.
enum Counts {
    /// `1 pupil`, `3 pupils`, `1,234 classes`.
    static func of(_ count: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(count)) \(count == 1 ? one : many ?? one + "s")"
    }

    /// `1 pupil`, `3 classes`.
    static func of(_ count: some BinaryInteger, _ kind: EntityKind) -> String {
        switch kind {
        case .class: of(count, "class", "classes")
        case .teaching: of(count, "teaching assignment")
        case .registration: of(count, "second registration")
        case .enrolment: of(count, "class membership")
        default: of(count, kind.name)
        }
    }

    /// The number with a comma between thousands.
    static func grouped(_ count: some BinaryInteger) -> String {
        var digits = ""
        for (index, digit) in String(count.magnitude).reversed().enumerated() {
            if index > 0 && index % 3 == 0 { digits.append(",") }
            digits.append(digit)
        }
        return (count < 0 ? "-" : "") + String(digits.reversed())
    }

    /// Bytes in the unit that suits them: `812 bytes`, `4.2 MiB`.
    static func bytes(_ count: some BinaryInteger) -> String {
        guard count >= 1024 else { return of(count, "byte") }
        var value = Double(count)
        var unit = 0
        let units = ["KiB", "MiB", "GiB", "TiB"]
        repeat {
            value /= 1024
            unit += 1
        } while value >= 1024 && unit < units.count
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit - 1])"
    }
}
