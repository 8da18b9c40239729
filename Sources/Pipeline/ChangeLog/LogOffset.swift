/// The place of a record in the log: 1 for the first, growing by one with each.
public struct LogOffset: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The number.
    public var value: UInt64

    /// Before the first record.
    public static let start = LogOffset(0)

    /// Wraps the number.
    public init(_ value: UInt64) {
        self.value = value
    }

    /// The offset of the next record.
    public var next: LogOffset { LogOffset(value + 1) }

    /// Whether the left record stands before the right one.
    public static func < (left: LogOffset, right: LogOffset) -> Bool {
        left.value < right.value
    }

    /// The number in decimal.
    public var description: String { String(value) }
}
