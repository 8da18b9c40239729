import Apply
import ChangeLog

/// How far the events of what is applied are delivered to one sink.
///
/// A step that delivers fewer events than it may has seen the end of the outbox. Where events come faster
/// than the sink takes them, none ever does: then what had been applied is delivered when the outbox is
/// delivered up to where it ended at that time.
struct DeliveryProgress {
    private var ahead: (applied: LogOffset, end: Int64)?

    /// Notes a step.
    ///
    /// - Parameters:
    ///   - count: Events that it delivered.
    ///   - batch: The most that it delivers.
    ///   - applied: What was applied before it; nil when nobody knows.
    ///   - delivered: The last event that is delivered.
    ///   - end: Asks for the last event that there is.
    /// - Returns: What is applied and delivered; nil when that is no more than before.
    mutating func note(
        _ count: Int, of batch: Int, applied: LogOffset?, delivered: Int64, end: () throws -> Int64
    ) rethrows -> LogOffset? {
        if count < batch {
            ahead = nil
            return applied
        }
        guard let ahead else {
            self.ahead = try applied.map { ($0, try end()) }
            return nil
        }
        guard delivered >= ahead.end else { return nil }
        self.ahead = nil
        return ahead.applied
    }
}
