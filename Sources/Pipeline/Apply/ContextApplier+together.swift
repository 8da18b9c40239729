import Model

extension ContextApplier {
    /// Applies groups in their order, as many at a time as have nothing in common.
    ///
    /// A step of many transactions costs the target hardly more than a step of one. It stands for applying
    /// them one after another only while nothing is special about any of them: no aggregate in two of them,
    /// no key that goes from one aggregate to another, nothing refused, nothing set aside. Where anything is,
    /// all that the step wrote is undone and its halves are tried.
    func apply(_ groups: ArraySlice<ChangeGroup>, counts: inout ApplyCounts) throws {
        var left = groups
        while !left.isEmpty {
            let count = mayJoin ? neighbours?.together(left) ?? 1 : 1
            try applyTogether(left.prefix(count), counts: &counts)
            left = left.dropFirst(count)
        }
    }

    /// Whether the state of every aggregate is known, and nobody waits for a key that another one has.
    private var mayJoin: Bool {
        aggregates.allSatisfy { history.holds($0.tables) && $0.book.waiting.isEmpty }
    }

    private func applyTogether(_ groups: ArraySlice<ChangeGroup>, counts: inout ApplyCounts) throws {
        // One of the transactions before may have made somebody wait for a key.
        guard groups.count > 1, mayJoin else {
            for group in groups { try apply(group, counts: &counts) }
            return
        }
        let books = aggregates.map(\.book)
        var done = ApplyCounts()
        do {
            try store.savepoint { try apply(ChangeGroup.joined(groups), counts: &done) }
            done.joined += groups.count
            counts += done
            return
        } catch let error where error is NotIndependent || (error as? TargetError)?.recovery == .halt {
            // What is wrong with one of them is found, and said, when it is applied alone.
            for (aggregate, book) in zip(aggregates, books) { aggregate.book = book }
        }
        let middle = groups.startIndex + (groups.count + 1) / 2
        try applyTogether(groups[..<middle], counts: &counts)
        try applyTogether(groups[middle...], counts: &counts)
    }
}

/// Transactions of one step that must be applied one after another.
struct NotIndependent: Error {}
