public import Model

/// What a capture shows of itself.
public struct CaptureStatus: Sendable, Equatable {
    /// What the capture is doing.
    public enum Phase: Sendable, Equatable {
        /// Not started, or between two attempts to open everything.
        case opening
        /// Reading the stream, and history while there is any.
        case running
        /// Waiting to try again after a failure.
        case retrying
        /// Stopped because it was asked to.
        case stopped
        /// Stopped because a person, or a new snapshot, must decide.
        case halted(CaptureError.Recovery)
    }

    /// What the capture is doing.
    public var phase: Phase = .opening
    /// Who is captured; nil before the source was opened.
    public var source: SourceIdentity?
    /// The end of the last whole transaction read.
    public var read: Position = .start
    /// What is durable in the log, which is what the source may forget.
    public var durable: Position = .start
    /// Changes that wait in the source.
    public var backlog = 0
    /// The source's commit time of the last transaction read, in microseconds since 1970.
    public var committedAt: Int64?
    /// Records appended since the start.
    public var records = 0
    /// Changes and history rows appended since the start.
    public var rows = 0
    /// How well transactions could be told apart.
    public var fidelity = TransactionFidelity()
    /// History, table by table; empty when none was asked for.
    public var backfill: [BackfillProgress] = []
    /// Whether history is being read, or what it waits for.
    public var throttle: Throttle.Decision = .run
    /// Chunks that had to be read again.
    public var rereads = 0
    /// What the source keeps for the capture; nil when that cannot run out, or before it was asked.
    public var retention: SourceRetention?
    /// By how many bytes a second that grew in the last minutes; nil when nobody knows yet.
    public var retentionGrowth: Double?
    /// When the source's room for it is used up at that rate; nil when no end is in sight.
    public var retentionFullIn: Duration?
    /// How much the source may keep; nil when nobody has said.
    public var retentionBudget: RetentionBudget?
    /// When it keeps as much at that rate, zero when it does; nil when that is not in sight.
    public var retentionBudgetIn: Duration?
    /// The last failure, in words without values; nil when the last attempt went well.
    public var failure: String?
    /// Failures in a row.
    public var attempts = 0

    /// A capture that has not started.
    public init() {}
}
