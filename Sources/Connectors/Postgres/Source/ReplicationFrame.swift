import PostgreSQL

/// What the server's side of a replication stream sends, and the one thing that the reader's side answers.
///
/// After "Streaming Replication Protocol" in PostgreSQL's manual.
enum ReplicationFrame: Hashable {
    /// A message of the plugin, which begins at this byte.
    case data(offset: Int)
    /// Everything that was committed before `end` has been sent; the server may ask for an answer at once.
    case keepalive(end: UInt64, asksForReply: Bool)

    /// Reads a frame.
    init(_ bytes: UnsafeRawBufferPointer) throws(PgoutputFault) {
        var cursor = unsafe PgoutputCursor(bytes)
        switch try cursor.byte() {
        case UInt8(ascii: "w"):
            // Where the data stands in the log, how far the log goes, when it was sent.
            try cursor.skip(24)
            self = .data(offset: cursor.offset)
        case UInt8(ascii: "k"):
            let end = try cursor.integer(UInt64.self)
            try cursor.skip(8)
            self = .keepalive(end: end, asksForReply: try cursor.byte() == 1)
            try cursor.finish()
        default: throw PgoutputFault("the server sent a frame of a kind that is not known")
        }
    }

    /// The answer: everything before `position` may be forgotten.
    ///
    /// - Parameters:
    ///   - position: A place of the log.
    ///   - time: The reader's clock, in microseconds since 2000, which the server only shows.
    ///   - asksForReply: Whether the server shall answer at once, by a keepalive.
    static func answer(
        confirming position: UInt64, at time: Int64, asksForReply: Bool = false
    ) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "r")]
        // Written, durable, applied. One number for all: a server that knows of no further reading says by a
        // keepalive how far it has come whenever it has nothing more to send.
        for _ in 0..<3 { PostgresBytes.append(position, to: &bytes) }
        PostgresBytes.append(time, to: &bytes)
        bytes.append(asksForReply ? 1 : 0)
        return bytes
    }
}
