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

    /// Starts from the log's checkpoint.
    public init(durable: CaptureCheckpoint) {
        self.durable = durable
        staged = durable
        mustAbandon = durable.isInsideTransaction
    }

    /// The record that must precede anything read after a restart; nil when the log ends between
    /// transactions.
    public mutating func prologue() -> ChangeBatch? {
        guard mustAbandon else { return nil }
        mustAbandon = false
        staged.isInsideTransaction = false
        return .abandonment
    }

    /// Notes a batch of the stream, which is part of the next append, and the source's resume point after it.
    public mutating func read(_ batch: ChangeBatch, resumePoint: ResumePoint) {
        precondition(!mustAbandon, "an unfinished transaction is abandoned before anything else is read")
        precondition(
            batch.transactions.count == 1 || !(batch.continues || staged.isInsideTransaction),
            "a part of a transaction stands alone in its batch")
        precondition(
            resumePoint.position >= staged.resume.position, "the source's resume point only moves forward")
        staged.resume = resumePoint
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
}
