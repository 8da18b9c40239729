/// What a system says of rows instead of sending them: how many there are, and the sum of a hash of each.
///
/// Rows that differ have another sum but for one case in 2^64, if nobody makes them so: a row's key goes into
/// the hash of each of its values, so that values which change places are found. It is no proof against
/// whoever can choose rows.
public struct RangeDigest: Sendable, Hashable {
    /// How many rows.
    public var rows: Int
    /// The sum of their hashes, as text.
    public var sum: String

    /// Records a digest.
    public init(rows: Int, sum: String) {
        self.rows = rows
        self.sum = sum
    }
}
