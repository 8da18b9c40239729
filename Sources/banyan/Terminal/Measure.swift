import Foundation
import Model

/// Numbers as people read them.
enum Measure {
    /// A count with its thousands apart (`1,204`).
    static func count(_ value: Int) -> String {
        var digits = String(value.magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.append(Substring(digits.suffix(3)))
            digits.removeLast(3)
        }
        groups.append(Substring(digits))
        return (value < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

    /// A count of things (`1 key`, `2 keys`).
    static func count(_ value: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count(value)) " + (value == 1 ? one : many ?? one + "s")
    }

    /// Bytes in the largest unit that gives at least one (`84.1 MiB`).
    static func bytes(_ value: Int) -> String {
        var (size, unit) = (Double(value), 0)
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while size >= 1024, unit < units.count - 1 {
            size /= 1024
            unit += 1
        }
        return unit == 0 ? "\(value) B" : "\(fixed(size, 1)) \(units[unit])"
    }

    /// A length of time from microseconds (`12 ms`, `1.4 s`, `2h06m30s`).
    static func time(microseconds: Int64) -> String {
        switch microseconds {
        case ..<1_000: "\(microseconds) µs"
        case ..<1_000_000: "\(microseconds / 1_000) ms"
        case ..<10_000_000: "\(fixed(Double(microseconds) / 1e6, 1)) s"
        default: seconds(Int(clamping: microseconds / 1_000_000))
        }
    }

    /// A length of time in hours, minutes and seconds (`2h06m30s`, `49m53s`, `7s`).
    static func seconds(_ value: Int) -> String {
        let (hours, minutes, rest) = (value / 3600, value / 60 % 60, value % 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if hours > 0 { return "\(hours)h\(two(minutes))m\(two(rest))s" }
        return minutes > 0 ? "\(minutes)m\(two(rest))s" : "\(rest)s"
    }

    /// A moment in microseconds since 1970.
    static func moment(_ microseconds: Int64) -> String {
        Timestamp(microseconds: microseconds, isZoned: true).description
    }

    /// A number with so many digits after the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
