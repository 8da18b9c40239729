public import Model

/// Digests of a range of rows, and up to where they saw what happened.
public struct DigestView: Sendable {
    /// The digests by bucket; none for a bucket without rows.
    public var digests: [Int64: RangeDigest]
    /// How many bits of a key say nothing about its bucket.
    public var shift: Int
    /// The range; without an end when the table has nothing after it.
    public var range: KeyRange
    /// The rows show every transaction up to this position, but for `unseen`.
    public var frontier: Position
    /// The rows show no transaction after this position.
    public var horizon: Position
    /// The ids of transactions that the rows do not show although they may stand in the log at or before the
    /// horizon.
    public var unseen: Set<UInt64>

    /// Describes digests.
    public init(
        digests: [Int64: RangeDigest], shift: Int, range: KeyRange, frontier: Position, horizon: Position,
        unseen: Set<UInt64>
    ) {
        self.digests = digests
        self.shift = shift
        self.range = range
        self.frontier = frontier
        self.horizon = horizon
        self.unseen = unseen
    }

    /// How wide buckets are that hold about as many rows as are compared at once in little time.
    ///
    /// - Parameters:
    ///   - first: The first key.
    ///   - last: The last one.
    ///   - rows: How many rows lie between.
    public static func shift(from first: Int64, through last: Int64, rows: Int) -> Int {
        // Keys from one end of the numbers to the other are more than a number holds.
        let span = Double(last) - Double(first)
        var shift = 0
        while shift < 62, Double(UInt64(1) << UInt64(shift)) * Double(max(1, rows)) < span * rowsInBucket {
            shift += 1
        }
        return shift
    }

    private static let rowsInBucket = 64.0
}
