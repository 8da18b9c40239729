import Guards
public import Model

/// Keeps the order read, append, confirm: what may be confirmed follows from what is durable, and from
/// nothing else.
///
/// Pure. The driver tells it what it read and when an append returned; the machine says which checkpoint goes
/// with an append, what must be written first after a crash, and the one position that the source may forget.
/// A batch that `continues` never moves the resume point: until its transaction's end is durable, a restart
/// reads the whole transaction again and the log first says so with `ChangeBatch.abandonment`.
public struct Pump: Sendable {
    /// What the log holds.
    public private(set) var durable: CaptureCheckpoint
    /// What the log will hold when the append under way returns.
    private var staged: CaptureCheckpoint
    private var mustAbandon: Bool
    /// The position of the last change read.
    private var seen = Position.start

    /// Starts from the log's checkpoint.
    public init(durable: CaptureCheckpoint) {
        self.durable = durable
        staged = durable
        mustAbandon = durable.isInsideTransaction && Guard.unfinishedIsAbandoned.holds
    }

    /// The record that must precede anything read after a restart; nil when the log ends between
    /// transactions.
    public mutating func prologue() -> ChangeBatch? {
        guard mustAbandon else { return nil }
        mustAbandon = false
        staged.isInsideTransaction = false
        return .abandonment
    }

    /// What of a batch of the stream was not read before; nil when all of it was.
    ///
    /// A source may deliver again what it has delivered: after a reconnect it goes back to where it was
    /// confirmed. All parts of a large transaction stand at one position, so only the end of a whole
    /// transaction says that what stands at its position is known.
    public func news(of batch: ChangeBatch) -> ChangeBatch? {
        let end = Guard.samePositionIsNews.holds ? staged.resume.position : max(staged.resume.position, seen)
        let known = batch.transactions.prefix { $0.position <= end }.count
        if known == 0 { return batch }
        if known == batch.transactions.count { return nil }
        var news = batch
        let first = batch.transactions[known].changes.lowerBound
        news.changes.removeFirst(first)
        news.transactions = batch.transactions.dropFirst(known).map { transaction in
            var moved = transaction
            let range = transaction.changes
            moved.changes = range.lowerBound - first..<range.upperBound - first
            return moved
        }
        return news
    }

    /// Notes that the source has nothing, up to where it now stands.
    ///
    /// - Returns: Whether the source has moved on, so that an append without records lets it forget.
    public mutating func idle(at resumePoint: ResumePoint) -> Bool {
        guard !mustAbandon, !staged.isInsideTransaction, resumePoint.position > staged.resume.position else {
            return false
        }
        staged.resume = resumePoint
        return true
    }

    /// Notes a batch of the stream, which is part of the next append, and the source's resume point after it.
    ///
    /// - Throws: `CaptureError` when the source breaks its promises: nothing may be appended then.
    public mutating func read(_ batch: ChangeBatch, resumePoint: ResumePoint) throws(CaptureError) {
        if mustAbandon { throw Self.broken("read on inside a transaction that is not abandoned yet") }
        if batch.transactions.count != 1, batch.continues || staged.isInsideTransaction {
            throw Self.broken("gave a part of a transaction together with others")
        }
        if resumePoint.position < staged.resume.position, Guard.redeliverySkipped.holds {
            throw Self.broken("went back from \(staged.resume.position) to \(resumePoint.position)")
        }
        staged.resume = resumePoint
        seen = batch.transactions.last?.position ?? seen
        staged.isInsideTransaction = batch.continues
    }

    /// Notes how far the backfill's chunks of the next append have come.
    public mutating func placed(_ backfill: BackfillCheckpoint) {
        staged.backfill = backfill
    }

    /// The checkpoint to append together with everything noted so far.
    public var checkpoint: CaptureCheckpoint { staged }

    /// Notes that the append with `checkpoint` returned.
    public mutating func appended() {
        durable = staged
    }

    /// The position up to which the source may forget: computed here only, from durable state only.
    public var confirmable: Position { durable.resume.position }

    private static func broken(_ words: String) -> CaptureError {
        CaptureError(
            .failed, "the source \(words)",
            hint: "this is an error of the connector, not of the database; report it with this message")
    }
}
