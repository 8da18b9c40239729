import CrashPoints
import Guards

/// Hands the outbox to one sink: reads, delivers, remembers — in that order, so that a crash repeats and
/// never loses.
public final class Relay {
    /// The most that a step delivers: one that delivers fewer has seen the end of the outbox.
    public let batch: Int
    /// Up to which sequence number events are delivered; 0 before the first step.
    public var delivered: Int64 { position ?? 0 }
    private let outbox: any OutboxReader
    private let sink: any EventSink
    private var position: Int64?
    /// Whether `position` is ahead of what the target remembers.
    private var isUnsaved = false

    /// A relay from an outbox to a sink.
    public init(outbox: any OutboxReader, sink: any EventSink, batch: Int = 500) {
        self.outbox = outbox
        self.sink = sink
        self.batch = batch
    }

    /// Delivers the next events.
    ///
    /// - Returns: How many were delivered; 0 when there were none.
    ///
    /// When the target cannot remember a delivery, the next step remembers it and does not deliver again.
    public func step() throws -> Int {
        try save()
        let from = try position ?? outbox.relayed(by: sink.name)
        let events = try outbox.events(after: from, limit: batch)
        guard let last = events.last else {
            position = from
            return 0
        }
        try crashPoint(.relayBeforeSend, as: TargetError.self)
        if !Guard.relayedAfterDelivery.holds { try outbox.setRelayed(by: sink.name, to: last.sequence) }
        try sink.deliver(events)
        position = last.sequence
        isUnsaved = true
        try crashPoint(.relayAfterSend, as: TargetError.self)
        try save()
        return events.count
    }

    /// The sequence number of the last event in the outbox.
    public func end() throws -> Int64 { try outbox.end() }

    private func save() throws {
        guard isUnsaved, let position else { return }
        try outbox.setRelayed(by: sink.name, to: position)
        try crashPoint(.relayMarked, as: TargetError.self)
        isUnsaved = false
    }
}
