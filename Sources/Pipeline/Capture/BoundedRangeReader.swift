public import Model

/// A reader that can tell where a chunk will end before it is read, so that several read at the same time.
public protocol BoundedRangeReader: RangeReader {
    /// The key of the row that stands some rows after `key`; nil when there are not more rows than that.
    ///
    /// A guess that decides only how large chunks become: rows may come and go before the chunk is read.
    func boundary(of table: String, after key: Key?, rows: Int) throws -> Key?

    /// The rows whose key is greater than `key` and not greater than `end`, in key order, as far as `limit`
    /// allows; `isLast` says whether there is nothing after them up to `end`.
    func chunk(of table: String, after key: Key?, through end: Key, limit: ChunkLimit) throws -> RangeChunk
}
