/// What came of a request for a chunk.
package enum ChunkAnswer: Sendable {
    /// The chunk, and how long reading it took.
    case chunk(RangeChunk, id: UInt64, took: Duration)
    /// About how many rows a table has.
    case estimate(Int, table: String)
    /// The reader failed and takes no further request.
    case failed(any Error)
}

/// Reads chunks beside the stream: one request at a time, whose answer is taken when it is there.
package protocol ChunkReading: AnyObject {
    /// Hands over a request; the machine makes the next one only after this one's answer.
    func ask(_ request: BackfillMachine.Request)

    /// Takes the answers that are there.
    func take() -> [ChunkAnswer]

    /// Whether an answer waits.
    var hasAnswer: Bool { get }

    /// Lets go of everything.
    func stop()
}
