/// How much of its log a source may keep for a capture, and what is done when it is more: `retained_wal` in a
/// plan.
public struct RetentionBudget: Sendable, Hashable, Codable {
    /// What is done; the raw values are the words of plans.
    public enum Action: String, Sendable, Codable, CaseIterable {
        /// The status page shows it as an alarm.
        case warn
        /// The source is told to forget what it keeps; the capture cannot go on then.
        case release = "drop_slot"
    }

    /// Bytes of the source's log.
    public var bytes: Int
    /// What is done when the source keeps more.
    public var action: Action

    /// Allows so many bytes.
    public init(bytes: Int, action: Action) {
        self.bytes = bytes
        self.action = action
    }
}
