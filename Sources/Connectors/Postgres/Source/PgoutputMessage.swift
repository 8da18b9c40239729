/// One message of the plugin `pgoutput`, protocol version 2; the rows that it brings are in the decoder.
///
/// After "Logical Replication Message Formats" in PostgreSQL's manual.
enum PgoutputMessage: Hashable {
    /// What a change carries of the row before it.
    enum Before: Hashable {
        case nothing
        /// The columns that tell the row from others; the rest is NULL.
        case key
        case row
    }

    /// A transaction begins: where its commit stands, when it committed in microseconds since 2000, and its
    /// number.
    case begin(commit: UInt64, time: Int64, id: UInt32)
    /// A transaction ends; its commit's record reaches up to `end`.
    case commit(position: UInt64, end: UInt64)
    /// The transaction was replicated from elsewhere, under this name.
    case origin(String)
    case relation(PgoutputRelation)
    case insert(relation: UInt32)
    case update(relation: UInt32, before: Before)
    case delete(relation: UInt32, before: Before)
    case truncate(relations: [UInt32])
    /// A piece of a transaction that has not ended begins; the messages up to its end are part of it.
    case pieceBegins(id: UInt32)
    /// The piece ends.
    case pieceEnds
    /// A transaction that was sent in pieces has committed: where, up to where the commit's record reaches,
    /// and when.
    case piecesCommit(id: UInt32, position: UInt64, end: UInt64, time: Int64)
    /// A transaction that was sent in pieces, or a part of it, was rolled back.
    case piecesAbort(id: UInt32, part: UInt32)
    /// A message in a transaction that is Banyan's, by its prefix.
    case message(prefix: String, content: [UInt8])
    /// A type's name or an application's own message: nothing of a row.
    case other
}
