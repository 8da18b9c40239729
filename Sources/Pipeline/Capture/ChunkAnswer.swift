/// What came of a request for a chunk.
package enum ChunkAnswer: Sendable {
    /// The chunk, and how long reading it took.
    case chunk(RangeChunk, id: UInt64, took: Duration)
    /// About how many rows a table has.
    case estimate(Int, table: String)
    /// The reader failed and takes no further request.
    case failed(any Error)
}
