/// What a snapshot shows, as the server writes it: `xmin:xmax:running,…`, in numbers of 64 bits.
struct PostgresSnapshot: Hashable {
    /// Every number from here on was not finished when the snapshot was taken.
    var end: UInt64
    /// Lower numbers that were not finished either; of subtransactions only the outermost one.
    var running: Set<UInt64>

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let end = UInt64(parts[1]) else { return nil }
        self.end = end
        running = []
        for word in parts[2].split(separator: ",") {
            guard let number = UInt64(word) else { return nil }
            running.insert(number)
        }
    }

    /// Those of some transactions that the snapshot does not show.
    func hidden(of transactions: [UInt32]) -> Set<UInt64> {
        let ids = WideTransactionID(near: end)
        return Set(transactions.map(ids.widen).filter { $0 >= end || running.contains($0) })
    }
}
