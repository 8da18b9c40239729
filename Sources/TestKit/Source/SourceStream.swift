import Capture
import Model

/// A source being read to its end: every batch is checked as it comes, and its transactions are put together
/// from their parts.
final class SourceStream {
    /// Batches after which a stream that does not end is given up.
    private static let batchesMax = 2_000

    let source: any ChangeSource
    /// Where it was opened.
    let opened: ResumePoint
    /// The whole transactions read.
    private(set) var transactions: [SourceTransaction] = []
    private(set) var batches: [ChangeBatch] = []
    /// Every resume point that was seen, each once, in order.
    private(set) var points: [ResumePoint]
    /// The rows that the changes lead to, over an empty start.
    private(set) var replica = SourceReplica()
    /// The transaction of which parts were read.
    private(set) var unfinished: SourceTransaction?
    /// Up to where there was nothing when a read gave nothing.
    private var quiet = Position.start
    private let when: String

    init(_ source: any ChangeSource, after point: ResumePoint?, _ when: String) throws {
        self.source = source
        self.when = when
        opened = try source.open(after: point)
        points = [opened]
        try demand(
            point == nil || opened.position == point?.position,
            "\(when): opened after \(opened.position), not \(point?.position ?? .start)")
        try demand(
            opened.source == source.identity, "\(when): the resume point belongs to another source")
        try demand(source.resumePoint == opened, "\(when): `open` returned another point than `resumePoint`")
    }

    /// The end of the last whole transaction.
    var end: Position { transactions.last?.position ?? opened.position }

    /// Reads one batch.
    @discardableResult
    func read(byteLimit: Int) throws -> ChangeBatch? {
        guard let batch = try source.next(byteLimit: byteLimit) else {
            try demand(
                unfinished == nil, "\(when): the stream ends inside the transaction at \(end)")
            try checkQuiet()
            return nil
        }
        try demand(batches.count < Self.batchesMax, "\(when): \(batches.count) batches, and no end")
        try checkShape(batch)
        try checkSize(batch, byteLimit)
        try replica.apply(batch)
        for transaction in batch.transactions {
            try take(transaction, of: batch, isLast: transaction == batch.transactions.last)
        }
        try checkPoint()
        batches.append(batch)
        return batch
    }

    /// Reads until there is no more.
    func drain(byteLimit: Int) throws {
        while try read(byteLimit: byteLimit) != nil {}
    }

    /// Reads until there is no more, with a limit of its own for each batch.
    func drain(using generator: inout SplitMix64) throws {
        while try read(byteLimit: 1 << Int.random(in: 0...12, using: &generator)) != nil {}
    }

    // MARK: what every batch must be

    private func checkShape(_ batch: ChangeBatch) throws {
        try demand(batch.chunk == nil, "\(when): a live batch carries a chunk certificate")
        try demand(!batch.transactions.isEmpty, "\(when): a batch holds no transaction")
        try demand(batch.tables == source.tables, "\(when): a batch has other schemas than its source")
        try demand(
            batch.transactions.count == 1 || !(batch.continues || unfinished != nil),
            "\(when): a part of a transaction does not stand alone in its batch")
        var next = 0
        for transaction in batch.transactions {
            try demand(
                transaction.changes.lowerBound == next,
                "\(when): the transaction at \(transaction.position) does not start where the one before ends"
            )
            next = transaction.changes.upperBound
        }
        try demand(next == batch.changes.count, "\(when): changes of a batch belong to no transaction")
        for change in batch.changes {
            try demand(
                [.insert, .update, .delete].contains(change.operation),
                "\(when): a \(change.operation) is reported")
            try demand(
                (change.before == nil) == (change.operation == .insert)
                    && (change.after == nil) == (change.operation == .delete),
                "\(when): an image of \(change.operation) is missing, or is one too many")
        }
    }

    /// About the limit: less than twice as much, because whole transactions are not cut, and one change more.
    private func checkSize(_ batch: ChangeBatch, _ byteLimit: Int) throws {
        let starts = batch.changes.map { Int($0.before ?? $0.after ?? 0) } + [batch.bytes.count]
        let largest = zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0
        try demand(
            batch.bytes.count <= 2 * byteLimit + largest,
            "\(when): a limit of \(byteLimit) bytes gave \(batch.bytes.count)")
    }

    private func take(
        _ transaction: ChangeBatch.Transaction, of batch: ChangeBatch, isLast: Bool
    ) throws {
        let position = transaction.position
        try demand(
            position > max(end, quiet), "\(when): the position \(position) comes after \(max(end, quiet))")
        try demand(
            unfinished == nil || unfinished?.position == position,
            "\(when): parts of one transaction have the positions \(unfinished?.position ?? .start) and \(position)"
        )
        let changes = try batch.changes[transaction.changes].map { try SourceReplica.plain($0, batch) }
        let whole = SourceTransaction(position: position, changes: (unfinished?.changes ?? []) + changes)
        if isLast, batch.continues {
            unfinished = whole
        } else {
            unfinished = nil
            transactions.append(whole)
        }
    }

    /// A stream in which nothing is may go on further behind, but not back.
    private func checkQuiet() throws {
        let point = source.resumePoint
        try demand(
            point.position >= max(end, quiet), "\(when): the resume point went back to \(point.position)")
        quiet = point.position
    }

    private func checkPoint() throws {
        let point = source.resumePoint
        try demand(
            point.position == max(end, quiet),
            "\(when): the resume point is \(point.position), the last whole transaction ended at \(end)")
        try demand(point.source == source.identity, "\(when): the resume point belongs to another source")
        if point != points.last, point.position == end { points.append(point) }
    }
}
