package import Model

/// What came of a request for a chunk.
package enum ChunkAnswer: Sendable {
    /// Where a chunk will end that is being read; nil when that is known only when it has been.
    case bound(Key?, id: UInt64)
    /// The chunk, and how long reading it took.
    case chunk(RangeChunk, id: UInt64, took: Duration)
    /// The table can no longer be read; the reader goes on with others.
    case unreadable(UnknownChanges, id: UInt64)
    /// About how many rows a table has.
    case estimate(Int, table: String)
    /// One of several readers is gone; what it was to read another one will.
    case fewer(any Error)
    /// The reader failed and takes no further request.
    case failed(any Error)
}
