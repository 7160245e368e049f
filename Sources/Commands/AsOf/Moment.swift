import ArgumentParser
import Identifiers

/// A moment of the log as an option takes it: a position, or a day or time as clocks in London showed it.
///
/// A day means its end: what was recorded on it counts. Which day something is about is another matter (`--effective`).
struct Moment: ExpressibleByArgument, Equatable {
    /// How the moment was given.
    enum Kind: Equatable {
        case position(UInt64)
        case time(Timestamp)
    }

    var kind: Kind

    init?(argument: String) {
        if let number = UInt64(argument) {
            guard number > 0 else { return nil }
            kind = .position(number)
        } else if let time = LondonTime.instant(argument) {
            kind = .time(time)
        } else {
            return nil
        }
    }
}

/// A day as an option takes it, `dd/MM/yyyy` or `yyyy-MM-dd`.
struct DayArgument: ExpressibleByArgument, Equatable {
    /// yyyy-MM-dd.
    var day: String

    init?(argument: String) {
        guard let time = LondonTime.instant(argument), !argument.contains(":") else { return nil }
        day = LondonTime.day(time)
    }
}
