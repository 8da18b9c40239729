public import Capture
public import Model

/// What a status page shows of a capture.
public struct CaptureSummary: Sendable, Codable, Hashable {
    /// What it is doing, in a word.
    public var phase: String
    /// The position that is durable in the log.
    public var durable: UInt64
    /// Changes that wait in the source.
    public var backlog: Int
    /// Changes and history rows appended since the start.
    public var rows: Int
    /// Transactions reported just as they were committed.
    public var exactTransactions: Int
    /// Groups of neighbouring transactions reported as one.
    public var mergedTransactions: Int
    /// History, table by table.
    public var backfill: [BackfillProgress]
    /// Whether history is being read, or what it waits for.
    public var throttle: String
    /// What the source keeps for the capture, and the room that is left; nil when that cannot run out.
    public var retention: SourceRetention?
    /// By how many bytes a second that grew in the last minutes; nil when nobody knows yet.
    public var retentionGrowth: Double?
    /// Seconds until the room is used up at that rate; nil when no end is in sight.
    public var retentionFullIn: Int64?
    /// How much the source may keep; nil when the plan does not say.
    public var retentionBudget: RetentionBudget?
    /// Seconds until it keeps as much at that rate, 0 when it does; nil when that is not in sight.
    public var retentionBudgetIn: Int64?
    /// The last failure, in words without values; nil when the last attempt went well.
    public var failure: String?

    /// Takes over what is shown.
    public init(_ status: CaptureStatus) {
        phase =
            switch status.phase {
            case .opening: "opening"
            case .running: "running"
            case .retrying: "retrying"
            case .stopped: "stopped"
            case .halted(let recovery): "halted (\(recovery))"
            }
        durable = status.durable.value
        backlog = status.backlog
        rows = status.rows
        exactTransactions = status.fidelity.exact
        mergedTransactions = status.fidelity.merged
        backfill = status.backfill
        throttle =
            switch status.throttle {
            case .run: "none"
            case .wait(_, let reason): "\(reason)"
            }
        retention = status.retention
        retentionGrowth = status.retentionGrowth
        retentionFullIn = status.retentionFullIn?.components.seconds
        retentionBudget = status.retentionBudget
        retentionBudgetIn = status.retentionBudgetIn?.components.seconds
        failure = status.failure
    }
}
