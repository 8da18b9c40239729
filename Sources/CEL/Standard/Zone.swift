import Foundation

/// A time zone of the accessors: a fixed offset, or a place of the IANA database.
enum Zone: Sendable {
    case fixed(seconds: Int)
    case place(TimeZone)

    /// The zone a text names: `UTC`, `+HH:MM`, `-HH:MM`, `HH:MM` or an IANA name; nil when none.
    init?(_ name: String) {
        if name == "UTC" || name.isEmpty {
            self = .fixed(seconds: 0)
        } else if let seconds = Zone.offset(Array(name.utf8)) {
            self = .fixed(seconds: seconds)
        } else if let place = TimeZone(identifier: name) {
            self = .place(place)
        } else {
            return nil
        }
    }

    /// Seconds east of UTC at a moment.
    func offset(at moment: Timestamp) -> Int {
        switch self {
        case .fixed(let seconds): seconds
        case .place(let place): place.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.seconds)))
        }
    }

    private static func offset(_ text: [UInt8]) -> Int? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && $0.allSatisfy(\.isDigit) }),
            let hours = Int(String(decoding: parts[0], as: UTF8.self)),
            let minutes = Int(String(decoding: parts[1], as: UTF8.self)), hours < 24, minutes < 60
        else { return nil }
        return (isNegative ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
