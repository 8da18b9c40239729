/// How large chunks are and how much a backfill holds in memory.
public struct BackfillTuning: Sendable, Equatable {
    /// Rows of the first chunk, before anything has been measured.
    public var rowsFirst = 1_000
    /// Rows of the smallest chunk.
    public var rowsMin = 50
    /// Rows of the largest chunk.
    public var rowsMax = 100_000
    /// Bytes of row images in one chunk.
    public var bytesMax = 4 << 20
    /// How long reading a chunk should take: long enough to be cheap, short enough for its window to stay
    /// small.
    public var target: Duration = .milliseconds(50)
    /// Chunks that may wait to be placed while others are read.
    public var chunksWaitingMax = 1
    /// Chunks of one table that are read at the same time, where the system can tell where each will end.
    public var readers = 1
    /// Changed keys remembered for one table; past it the chunks under way are read again.
    public var keysMax = 1_000_000

    /// The defaults.
    public init() {}

    /// The size of the next chunk, by what the last one took; grows and shrinks by a factor of two at the
    /// most.
    func rows(after count: Int, of limit: ChunkLimit, isLast: Bool, took: Duration) -> Int {
        let isFull = count == limit.rows
        // A chunk cut by bytes or by the table's end says nothing about larger ones.
        guard count > 0, isFull || took > target else { return limit.rows }
        let ideal = Double(count) * (target / max(took, .microseconds(1)))
        let bounded = min(max(ideal, Double(limit.rows) / 2), Double(limit.rows) * 2)
        return min(max(Int(bounded), rowsMin), rowsMax)
    }
}
