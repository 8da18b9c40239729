/// What a live writer did until it was told to stop.
package struct WriterSummary: Codable, Equatable, Sendable {
    /// Transactions that were committed.
    package var acknowledged = 0
    /// Transactions that were rolled back, on purpose or because they had to be.
    package var failed = 0
    /// Operations in committed transactions, by kind.
    package var operations: [String: Int] = [:]
    /// Operations that were undone inside their transaction.
    package var undone = 0
    /// Operations that a guard of the database refused: a fence.
    package var refused = 0
    /// Times that another connection's lock was waited for longer than the busy timeout.
    package var busy = 0
}
