import ArgumentParser
import Model

/// A day on the command line.
struct Day: ExpressibleByArgument {
    /// Its end, in microseconds since 1970, in UTC.
    let end: Int64

    /// Its beginning.
    var start: Int64 { end - 86_400_000_000 }

    init?(argument: String) {
        // What is no date is reported by the parser, with what was given.
        guard let date = try? CalendarDate(argument) else { return nil }
        end = (Int64(date.days) + 1) * 86_400_000_000
    }
}
