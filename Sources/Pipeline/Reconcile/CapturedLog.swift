public import Apply
public import Capture
public import ChangeLog
public import Model

/// What a capture had written at one moment, from which follows when a store shows all of it.
public struct CapturedLog: Sendable {
    private let checkpoint: CaptureCheckpoint?
    private let end: LogOffset

    /// - Parameters:
    ///   - checkpoint: The log's newest durable checkpoint.
    ///   - end: The log's last durable record.
    public init(checkpoint: CaptureCheckpoint?, end: LogOffset) {
        self.checkpoint = checkpoint
        self.end = end
    }

    /// Whether a store whose ledger was read *after* this shows everything that legacy had committed up to a
    /// position: the ledger has passed it, or the capture has, found nothing more for us up to there, and
    /// everything that it had found is applied.
    public func isApplied(_ position: Position, by ledger: LedgerEntry?) -> Bool {
        guard let ledger else { return false }
        if ledger.position >= position { return true }
        guard let checkpoint else { return false }
        return checkpoint.resume.position >= position && !checkpoint.isInsideTransaction
            && ledger.offset >= end
    }
}
