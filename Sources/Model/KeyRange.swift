/// Whole-number keys, from one end to another, in parts that are powers of two wide.
public struct KeyRange: Sendable, Hashable {
    /// Every key is greater; nil for no limit.
    public var after: Int64?
    /// No key is greater; nil for no limit.
    public var through: Int64?

    /// A range.
    public init(after: Int64?, through: Int64?) {
        self.after = after
        self.through = through
    }

    /// Everything.
    public static let all = KeyRange(after: nil, through: nil)

    /// The part of a range that holds the keys of one bucket: those that are the same without `shift` bits.
    public func bucket(_ bucket: Int64, shift: Int) -> KeyRange {
        let first = bucket << Int64(shift)
        let last = first | ((1 << Int64(shift)) - 1)
        let (before, isLowest) = first.subtractingReportingOverflow(1)
        return KeyRange(
            after: isLowest ? after : max(after ?? .min, before), through: min(through ?? .max, last))
    }
}
