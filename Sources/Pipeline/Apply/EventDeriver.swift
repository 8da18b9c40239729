import CEL
import Expressions
import Foundation
import Guards
import Model
import Plan
import Translate

/// The right to emit events that must never come from history: made from a live group only.
struct LiveOrigin {
    /// What is said of the events; true only where the guard is removed.
    let isHistorical: Bool

    /// Nil when the group is history.
    init?(_ group: ChangeGroup) {
        if group.isHistorical, Guard.historyIsSilent.holds { return nil }
        isHistorical = group.isHistorical
    }
}

/// Derives domain events from an aggregate's state before and after a step.
final class EventDeriver {
    private let aggregate: CheckedAggregate
    private let events: [CheckedEvent]
    private let columns: [Int]
    private let bindings: RowBindings
    private let stream: String

    init(context: CheckedContext, aggregateIndex: Int, columns: [Int]) {
        aggregate = context.aggregates[aggregateIndex]
        events = context.events.filter { $0.aggregate == aggregateIndex }
        self.columns = columns
        bindings = RowBindings([aggregate.table, aggregate.table])
        stream = context.name
    }

    /// Whether the aggregate has events at all.
    var isEmpty: Bool { events.isEmpty }

    /// The events of one aggregate's step, as rows of the outbox.
    ///
    /// - Parameters:
    ///   - before: The aggregate's row before the step, holding the mapped columns; nil when there was none.
    ///   - after: The same after the step; nil when there is none any more.
    ///   - keys: The legacy key of the root row that decides, and the aggregate's key.
    ///   - at: The transaction that made the difference.
    ///   - origin: Proof that the step is live; without it nothing is derived.
    func derive(
        before: ArraySlice<UInt8>?, after: ArraySlice<UInt8>?, keys: (legacy: Key, service: Key),
        at transaction: ChangeGroup.Origin, origin: LiveOrigin?,
        into outbox: inout RowBuffer
    ) throws(TranslationFailure) {
        guard origin != nil, before != nil || after != nil else { return }
        let arena = widen(before) + widen(after)
        let afterStart = before == nil ? 0 : widen(before).count
        var failure: TranslationFailure?
        unsafe arena.withUnsafeBytes { bytes in
            // The bindings are read only inside this closure.
            if before == nil {
                bindings.bindMissing(0)
            } else {
                _ = unsafe bindings.bind(0, arena: bytes, row: 0)
            }
            if after == nil {
                bindings.bindMissing(1)
            } else {
                _ = unsafe bindings.bind(1, arena: bytes, row: afterStart)
            }
            for event in events {
                do throws(EvaluationError) {
                    guard case .bool(true) = try event.when.program.evaluate(bindings) else { continue }
                } catch {
                    failure = TranslationFailure(
                        reason: "event_condition",
                        message: "\(event.when.location): \(event.name): \(error.message)")
                    break
                }
                append(event, image: after ?? before, keys: keys, at: transaction, origin, to: &outbox)
            }
        }
        bindings.clear()
        if let failure { throw failure }
    }

    /// A row image with every column of the table, those that are not mapped as not sent.
    private func widen(_ row: ArraySlice<UInt8>?) -> [UInt8] {
        guard let row else { return [] }
        var wide: [UInt8] = []
        let narrow = Key(bytes: Array(row))
        for column in aggregate.table.columns.indices {
            if let place = columns.firstIndex(of: column) {
                narrow.appendValue(place, to: &wide)
            } else {
                RowWriter.absent(&wide)
            }
        }
        return wide
    }

    private func append(
        _ event: CheckedEvent, image: ArraySlice<UInt8>?, keys: (legacy: Key, service: Key),
        at transaction: ChangeGroup.Origin, _ origin: LiveOrigin?, to outbox: inout RowBuffer
    ) {
        var name: [UInt8] = []
        RowWriter.text(event.name, &name)
        RowWriter.integer(Int64(bitPattern: transaction.position.value), &name)
        // Two legacy rows of one transaction may come to have the same aggregate, one after the other.
        RowWriter.bytes(keys.legacy.bytes, kind: .bytes, &name)
        name += keys.service.bytes
        let id = UUIDValue(namespace: "event/\(stream)/\(aggregate.name)", name: name)
        outbox.beginRow()
        RowWriter.text(id.description, &outbox.bytes)
        RowWriter.text(aggregate.name, &outbox.bytes)
        RowWriter.text(keys.service.display, &outbox.bytes)
        RowWriter.text(event.name, &outbox.bytes)
        let names = columns.map { aggregate.table.columns[$0].name }
        RowWriter.text(RowJSON.object(names: names, row: Array(image ?? [])), &outbox.bytes)
        if let time = transaction.committedAt {
            RowWriter.integer(time, &outbox.bytes)
        } else {
            RowWriter.null(&outbox.bytes)
        }
        RowWriter.integer(Int64(bitPattern: transaction.position.value), &outbox.bytes)
        RowWriter.integer(origin?.isHistorical ?? false ? 1 : 0, &outbox.bytes)
    }
}
