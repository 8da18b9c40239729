import Model

/// What a resume point says of the transaction that was captured last: the server's line of history, the
/// transaction's number, and where and when it committed. Another history of the same server may well have a
/// transaction of that number in that place.
struct CapturedLast {
    /// A transaction as the server's log has it.
    struct Transaction: Hashable {
        var id: UInt64
        /// Where its commit stands.
        var position: Position
        /// When it committed, in microseconds since 1970.
        var time: Int64
    }

    /// The server's line of history, which every recovery from a backup leaves.
    let timeline: String
    /// The transaction's number; nil before the first.
    let id: UInt64?
    /// Where its commit stands, or from where on nothing was captured yet; nil where an earlier version did
    /// not note it.
    let position: Position?
    /// When it committed.
    let time: Int64?

    /// What is known of a transaction.
    init(_ timeline: String, _ transaction: ChangeBatch.Transaction) {
        self.timeline = timeline
        id = transaction.id
        position = transaction.position
        time = transaction.committedAt
    }

    /// Nothing was captured yet, from a position on.
    init(_ timeline: String, from position: Position) {
        self.timeline = timeline
        (id, time) = (nil, nil)
        self.position = position
    }

    /// Reads a resume point's evidence.
    init(_ evidence: String) {
        let parts = evidence.split(separator: ":", omittingEmptySubsequences: false)
        timeline = parts.first.map(String.init) ?? ""
        id = parts.count > 1 ? UInt64(parts[1]) : nil
        position = parts.count > 2 ? UInt64(parts[2]).map(Position.init) : nil
        time = parts.count > 3 ? Int64(parts[3]) : nil
    }

    /// The transaction, where all of it is known.
    var transaction: Transaction? {
        guard let id, let position, let time else { return nil }
        return Transaction(id: id, position: position, time: time)
    }

    /// The evidence of a resume point.
    var evidence: String {
        let numbers = [id.map(String.init), position.map { String($0.value) }, time.map(String.init)]
        return ([timeline] + numbers.map { $0 ?? "" }).joined(separator: ":")
    }
}
