import Model

/// A place between two bytes of the server's log (an LSN), as the server writes it: `16/B374D848`.
struct LogLocation: Hashable, Comparable, CustomStringConvertible {
    var value: UInt64

    init(_ value: UInt64) { self.value = value }

    /// Reads the server's spelling.
    init?(_ text: String?) {
        let parts = (text ?? "").split(separator: "/")
        guard parts.count == 2, let high = UInt32(parts[0], radix: 16), let low = UInt32(parts[1], radix: 16)
        else { return nil }
        value = UInt64(high) << 32 | UInt64(low)
    }

    /// Where a stream starts that goes on after a position.
    init(after position: Position) { value = position.value &+ 1 }

    /// The position at or before which every commit stands that stands before this place.
    var position: Position { Position(value == 0 ? 0 : value - 1) }

    /// The same place between two records, without the head of a page that may lie in between: the next
    /// record begins after the head, the last one ends before it, and both say where the log ends.
    ///
    /// - Parameter page: The length of the log's pages in bytes.
    func beforePageHead(of page: UInt64) -> LogLocation {
        let offset = value % page
        // The longer of the two heads, which a file's first page has. After the shorter one there is no room
        // for a whole record up to there.
        return offset <= 40 ? LogLocation(value - offset) : self
    }

    static func < (left: LogLocation, right: LogLocation) -> Bool { left.value < right.value }

    var description: String {
        String(value >> 32, radix: 16, uppercase: true) + "/"
            + String(value & 0xFFFF_FFFF, radix: 16, uppercase: true)
    }
}
