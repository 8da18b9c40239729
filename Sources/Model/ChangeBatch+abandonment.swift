extension ChangeBatch {
    /// The record by which a writer says that it starts an unfinished transaction again.
    ///
    /// A transaction larger than a batch stands in the log as several records, all but the last with
    /// `continues`, each with nothing but its part of that transaction; no chunk of a backfill comes between
    /// them. A writer that stops between them cannot go on in the middle: it appends this record, then the
    /// whole transaction again from its first change. A reader keeps the parts of a transaction apart until
    /// its last one arrives, and throws them away when it meets this.
    public static var abandonment: ChangeBatch { ChangeBatch(tables: []) }

    /// Whether this record throws away the unfinished transaction before it.
    public var isAbandonment: Bool { chunk == nil && transactions.isEmpty }
}
