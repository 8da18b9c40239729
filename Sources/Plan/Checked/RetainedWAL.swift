/// How much of its log a server may keep for the migration, and what happens when it is more.
public struct RetainedWAL: Sendable, Hashable {
    /// What happens; the raw values are the plan's words.
    public enum Action: String, Sendable, CaseIterable {
        /// The status page shows it as an alarm.
        case warn
        /// The slot is dropped, so that the server forgets what it keeps: history must be read again then.
        case dropSlot = "drop_slot"
    }

    /// Bytes of the server's log.
    public var bytes: Int
    /// What happens when the server keeps more.
    public var action: Action

    /// Allows so many bytes.
    public init(bytes: Int, action: Action) {
        self.bytes = bytes
        self.action = action
    }
}
