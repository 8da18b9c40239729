import Model
import TestKit
import Testing

@testable import PostgresConnector

/// How transactions are cut into batches.
@Suite struct TransactionQueueTests {
    private func begin(_ queue: inout TransactionQueue, at position: UInt64) {
        queue.begin(
            .init(position: Position(position), committedAt: nil, origin: .application, changes: 0..<0))
    }

    private func change(_ queue: inout TransactionQueue, bytes: Int) {
        queue.append(.insert, table: 0) { row in
            let start = row.count
            row += [UInt8](repeating: UInt8(truncatingIfNeeded: bytes), count: bytes)
            return (nil, start)
        }
    }

    private func transaction(_ queue: inout TransactionQueue, at position: UInt64, _ bytes: [Int]) {
        begin(&queue, at: position)
        for bytes in bytes { change(&queue, bytes: bytes) }
        queue.commit()
    }

    @Test func wholeTransactionsFillABatchUpToTheLimit() {
        var queue = TransactionQueue()
        transaction(&queue, at: 1, [40, 40])
        #expect(queue.take(100, isEnd: false) == nil, "more may fit")
        transaction(&queue, at: 2, [40])
        transaction(&queue, at: 3, [40])
        let batch = queue.take(100, isEnd: false)
        #expect(batch?.transactions.map(\.position.value) == [1, 2])
        #expect(batch?.bytes.count == 120)
        #expect(queue.take(100, isEnd: false) == nil)
        #expect(queue.take(100, isEnd: true)?.transactions.map(\.changes) == [0..<1])
        #expect(queue.isEmpty)
    }

    @Test func aLargeTransactionStandsAloneInParts() {
        var queue = TransactionQueue()
        transaction(&queue, at: 1, [10])
        begin(&queue, at: 2)
        for _ in 0..<3 { change(&queue, bytes: 60) }
        let first = queue.take(100, isEnd: false)
        #expect(first?.transactions.map(\.position.value) == [1] && first?.continues == false)
        let second = queue.take(100, isEnd: false)
        #expect(second?.changes.count == 2 && second?.continues == true)
        #expect(queue.take(100, isEnd: true) == nil, "its end is not known")
        queue.commit()
        transaction(&queue, at: 3, [10])
        let third = queue.take(100, isEnd: true)
        #expect(third?.transactions.map(\.position.value) == [2] && third?.continues == false)
        #expect(third?.changes.first?.after == 0)
    }

    @Test func whatChangedNothingIsForgotten() {
        var queue = TransactionQueue()
        transaction(&queue, at: 1, [])
        #expect(queue.isEmpty)
        transaction(&queue, at: 2, [5])
        transaction(&queue, at: 3, [])
        #expect(queue.take(9, isEnd: true)?.transactions.count == 1)
    }

    @Test func anOpenTransactionIsNotHandedOut() {
        var queue = TransactionQueue()
        begin(&queue, at: 1)
        change(&queue, bytes: 500)
        #expect(queue.take(1, isEnd: true) == nil, "whether it is its last change is not known")
        queue.note(.banyan)
        queue.commit()
        #expect(queue.take(1, isEnd: true)?.transactions.first?.origin == .banyan)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func batchesFollowFromTheTransactionsAlone(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let history = (0..<60).map { _ in
            (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                Int.random(in: 1...70, using: &generator)
            }
        }
        let limit = Int.random(in: 1...200, using: &generator)
        // Taken as soon as there is enough, or only once everything is there.
        var (early, late) = (TransactionQueue(), TransactionQueue())
        var batches: [[ChangeBatch]] = [[], []]
        for (index, bytes) in history.enumerated() {
            begin(&early, at: UInt64(index + 1))
            for bytes in bytes {
                while let batch = early.take(limit, isEnd: false) { batches[0].append(batch) }
                change(&early, bytes: bytes)
            }
            early.commit()
            transaction(&late, at: UInt64(index + 1), bytes)
        }
        while let batch = early.take(limit, isEnd: true) { batches[0].append(batch) }
        while let batch = late.take(limit, isEnd: true) { batches[1].append(batch) }
        #expect(batches[0] == batches[1], "seed \(seed), limit \(limit)")
        #expect(batches[0].flatMap(\.bytes).count == history.joined().reduce(0, +))
        #expect(batches[0].allSatisfy { $0.bytes.count <= 2 * limit + 70 && !$0.changes.isEmpty })
    }
}
