/// How the history of a legacy system is read: `history` in a plan.
public struct HistoryReading: Sendable, Hashable {
    /// How many chunks at the most are read at the same time.
    public var readers = 1
    /// How far a standby may be behind while history is read; nil for any.
    public var standbyLag: Duration?
    /// How many sessions of others may be at work while history is read; nil for any.
    public var sessionsAtWork: Int?
    /// A query of the system whose answer, true or false, says whether to wait; nil for none.
    public var query: String?

    /// How many readers a plan may ask for.
    public static let readersMax = 16

    /// One chunk at a time, whatever the system does.
    public init() {}

    /// Whether anything has to be asked of the system.
    public var looksAtLoad: Bool { standbyLag != nil || sessionsAtWork != nil || query != nil }
}
