public import Model

/// A reader that can have the source digest rows of a table whose key is one whole number.
public protocol RangeDigester: RangeReader {
    /// What tells whether the digests of two systems say something about each other: with the same form equal
    /// rows have equal digests, and rows are equal that have.
    ///
    /// - Parameter columns: The columns that are digested, in order.
    /// - Returns: Nil when rows with such a key or such columns cannot be digested.
    func digestForm(of table: String, columns: [String]) throws -> String?

    /// Digests about so many rows after a key, in buckets of keys that are some dozens of rows wide; nil when
    /// a key turns out to be no whole number.
    func digests(of table: String, columns: [String], after: Int64?, rows: Int) throws -> DigestView?

    /// The rows whose key is greater than `key` and not greater than `end`, in key order, as far as `limit`
    /// allows; `isLast` says whether there is nothing after them up to `end`.
    func chunk(of table: String, after key: Key?, through end: Key, limit: ChunkLimit) throws -> RangeChunk
}
