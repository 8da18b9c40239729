/// Which transactions the stream has passed, and which request for a chunk was the last one then.
///
/// A commit stands in a source's log before its snapshots show it. A chunk that does not show a transaction
/// which the stream passed before the chunk was asked for lacks changes that no window has noted: it must be
/// read again. What the stream passed before the machine was made nobody remembers, so a transaction that one
/// of the first chunks does not show is waited for: until it is visible, or the stream passes it. The first
/// are those that were asked for before any had come: of several that are read at the same time the one that
/// was read last may come first. What is remembered is bounded; of a transaction that may have been forgotten
/// the answer is no.
struct PassedTransactions: Sendable {
    /// Transactions remembered.
    static let most = 100_000

    private var requests: [UInt64: UInt64] = [:]
    private var order: [UInt64] = []
    private var oldest = 0
    private var forgotten: UInt64?
    /// What one of the first chunks did not show.
    private var unknown: Set<UInt64> = []
    /// The last request that was made before any chunk came; nil before that.
    private var first: UInt64?

    /// Notes that the stream passed a transaction.
    ///
    /// - Parameter request: The last request that was made before.
    mutating func note(_ id: UInt64, whenAsked request: UInt64) {
        if requests.updateValue(request, forKey: id) == nil { order.append(id) }
        guard order.count - oldest > Self.most else { return }
        forgotten = max(forgotten ?? 0, order[oldest])
        requests[order[oldest]] = nil
        oldest += 1
        guard oldest > Self.most else { return }
        order.removeFirst(oldest)
        oldest = 0
    }

    /// Whether what a chunk does not show is surely still to come, or was noted since the request was made.
    ///
    /// - Parameter last: The last request that was made.
    mutating func isSound(_ chunk: RangeChunk, for request: UInt64, lastAsked last: UInt64) -> Bool {
        let first = first ?? last
        self.first = first
        if request <= first { unknown.formUnion(chunk.unseen) }
        return chunk.unseen.allSatisfy { id in
            if let asked = requests[id] { return asked >= request }
            if unknown.contains(id) { return false }
            return forgotten.map { id > $0 } ?? true
        }
    }
}
