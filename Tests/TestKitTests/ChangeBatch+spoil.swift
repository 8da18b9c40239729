import Model

extension ChangeBatch {
    /// Makes the batch wrong in the way of this fault, where it has what that needs.
    mutating func spoil(_ fault: SourceFault) {
        switch fault {
        case .dropsATransaction: dropSecond()
        case .swapsTransactions: swapFirst()
        case .reversesChanges: reverse()
        case .joinsNeighbours: joinFirst()
        case .splitsTransactions: splitFirst()
        case .losesImagesBefore:
            for index in changes.indices where changes[index].operation == .update {
                changes[index].before = nil
            }
        case .forgetsTheKeyBefore:
            for index in changes.indices where changes[index].operation == .update {
                changes[index].before = changes[index].after
            }
        default: return
        }
    }

    /// Leaves out the first changes of the first transaction.
    mutating func skip(_ count: Int) {
        guard let first = transactions.first, count > 0 else { return }
        let skipped = min(count, first.changes.count)
        changes.removeSubrange(0..<skipped)
        for index in transactions.indices {
            let range = transactions[index].changes
            transactions[index].changes = max(0, range.lowerBound - skipped)..<range.upperBound - skipped
        }
    }

    private mutating func dropSecond() {
        guard transactions.count > 2 else { return }
        let dropped = transactions.remove(at: 1).changes
        changes.removeSubrange(dropped)
        for index in 1..<transactions.count {
            let range = transactions[index].changes
            transactions[index].changes =
                range.lowerBound - dropped.count..<range.upperBound - dropped.count
        }
    }

    /// The changes of the first two transactions, under the positions of each other.
    private mutating func swapFirst() {
        guard transactions.count > 1 else { return }
        let (one, other) = (transactions[0].changes, transactions[1].changes)
        changes = Array(changes[other] + changes[one] + changes[other.upperBound...])
        transactions[0].changes = 0..<other.count
        transactions[1].changes = other.count..<other.upperBound
    }

    private mutating func reverse() {
        for transaction in transactions { changes[transaction.changes].reverse() }
    }

    private mutating func joinFirst() {
        guard transactions.count > 1 else { return }
        let first = transactions.removeFirst()
        transactions[0].changes = first.changes.lowerBound..<transactions[0].changes.upperBound
    }

    private mutating func splitFirst() {
        guard !continues, let first = transactions.first, first.changes.count > 1 else { return }
        var start = first
        start.position = Position(first.position.value - 1)
        start.changes = first.changes.lowerBound..<first.changes.lowerBound + 1
        transactions[0].changes = first.changes.lowerBound + 1..<first.changes.upperBound
        transactions.insert(start, at: 0)
    }
}
