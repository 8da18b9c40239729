import Model

/// Transactions as they come out of the stream, cut into batches: what a batch holds follows from the
/// transactions and the limit, and not from how the stream was read before.
///
/// A batch holds whole transactions up to the limit. A transaction that is larger than the limit stands
/// alone and comes in parts, the first of them before its end is known.
struct TransactionQueue {
    /// What was begun and not handed out: changes of the first transactions in front.
    private var store = ChangeBatch(tables: [])
    /// Whether the last transaction is still being read.
    private(set) var isOpen = false
    /// Whether a part of the first transaction was handed out.
    private var isUnderway = false

    /// Whether there is nothing at all.
    var isEmpty: Bool { store.transactions.isEmpty }

    /// Begins a transaction.
    mutating func begin(_ transaction: ChangeBatch.Transaction) {
        var transaction = transaction
        transaction.changes = store.changes.count..<store.changes.count
        store.transactions.append(transaction)
        isOpen = true
    }

    /// Notes who wrote the open transaction.
    mutating func note(_ origin: Origin) {
        guard isOpen, !isEmpty else { return }
        store.transactions[store.transactions.count - 1].origin = origin
    }

    /// Appends a change to the open transaction; `write` writes its images and says where they begin.
    mutating func append(
        _ operation: Operation, table: Int, _ write: (inout [UInt8]) throws -> (before: Int?, after: Int?)
    ) rethrows {
        let images = try write(&store.bytes)
        store.changes.append(
            ChangeBatch.Change(
                operation: operation, table: UInt16(truncatingIfNeeded: table),
                before: images.before.map { UInt32(truncatingIfNeeded: $0) },
                after: images.after.map { UInt32(truncatingIfNeeded: $0) }))
        let last = store.transactions.count - 1
        store.transactions[last].changes = store.transactions[last].changes.lowerBound..<store.changes.count
    }

    /// Ends the open transaction; one that changed nothing is forgotten.
    mutating func commit() {
        isOpen = false
        // Of a transaction that is under way there is always a change left.
        if store.transactions.last?.changes.isEmpty ?? false { store.transactions.removeLast() }
    }

    /// The next batch; nil when more must be read first.
    ///
    /// - Parameters:
    ///   - limit: About how many bytes.
    ///   - isEnd: Whether nothing more is to be had at the moment, so that what is whole goes out.
    mutating func take(_ limit: Int, isEnd: Bool) -> ChangeBatch? {
        guard let first = store.transactions.first, isEnd || store.bytes.count >= limit else { return nil }
        if let cut = cut(first, limit) { return hand(1, through: cut, limit, continues: true) }
        if isUnderway {
            return isOpen && store.transactions.count == 1
                ? nil : hand(1, through: first.changes.upperBound, limit)
        }
        var count = 0
        let whole = store.transactions.count - (isOpen ? 1 : 0)
        while count < whole, count == 0 || start(of: store.transactions[count]) < limit,
            cut(store.transactions[count], limit) == nil
        {
            count += 1
        }
        guard count > 0, isEnd || isFull(after: count, whole: whole, limit) else { return nil }
        return hand(count, through: store.transactions[count - 1].changes.upperBound, limit)
    }

    /// Whether nothing that may still come can join the first transactions.
    private func isFull(after count: Int, whole: Int, _ limit: Int) -> Bool {
        guard count < store.transactions.count else { return store.bytes.count >= limit }
        let next = store.transactions[count]
        return count < whole || start(of: next) >= limit || cut(next, limit) != nil
    }

    /// Where the images of a transaction begin.
    private func start(of transaction: ChangeBatch.Transaction) -> Int {
        let first = transaction.changes.lowerBound
        return first < store.changes.count ? offset(of: first) : store.bytes.count
    }

    private func offset(of change: Int) -> Int {
        for change in store.changes[change...] {
            if let image = change.before ?? change.after { return Int(image) }
        }
        return store.bytes.count
    }

    /// Up to which change a transaction that is larger than the limit is handed out; nil when it is not.
    private func cut(_ transaction: ChangeBatch.Transaction, _ limit: Int) -> Int? {
        let changes = transaction.changes
        guard changes.count > 1 else { return nil }
        let end = start(of: transaction) + limit
        // A transaction whose last change begins before that is taken as it is.
        guard offset(of: changes.upperBound - 1) >= end else { return nil }
        var (low, high) = (changes.lowerBound + 1, changes.upperBound - 1)
        while low < high {
            let middle = (low + high) / 2
            if offset(of: middle) >= end { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Takes so many transactions out, the last of them up to a change; `limit` is what was asked for.
    private mutating func hand(
        _ count: Int, through change: Int, _ limit: Int, continues: Bool = false
    ) -> ChangeBatch {
        isUnderway = continues
        if change == store.changes.count, count == store.transactions.count {
            let batch = store
            store = ChangeBatch(tables: [])
            // What comes next is about as much, but for a row that is larger than any batch: nothing is moved
            // while it comes.
            store.bytes.reserveCapacity(min(batch.bytes.count, 2 * limit))
            store.changes.reserveCapacity(batch.changes.count)
            return batch
        }
        let end = offset(of: change)
        var batch = ChangeBatch(tables: [])
        batch.transactions = Array(store.transactions[..<count])
        batch.changes = Array(store.changes[..<change])
        batch.bytes = Array(store.bytes[..<end])
        batch.continues = continues
        batch.transactions[count - 1].changes = batch.transactions[count - 1].changes.lowerBound..<change
        var rest = ChangeBatch(tables: [])
        rest.transactions = store.transactions[(continues ? count - 1 : count)...].map { transaction in
            var moved = transaction
            let range = transaction.changes
            moved.changes = max(range.lowerBound, change) - change..<range.upperBound - change
            return moved
        }
        rest.changes = store.changes[change...].map { entry in
            var moved = entry
            moved.before = entry.before.map { $0 - UInt32(end) }
            moved.after = entry.after.map { $0 - UInt32(end) }
            return moved
        }
        rest.bytes = Array(store.bytes[end...])
        store = rest
        return batch
    }
}
