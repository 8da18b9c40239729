import Apply
import Capture
import ChangeLog
import Model
import TestKit

/// Compares what every durable step left behind with what the source says was true at that position.
///
/// It shares no code with what it checks but the encoding of values: the mapping of the plan is written here
/// a second time, by hand.
final class Checker {
    unowned let world: World
    /// Where the first capture began.
    private(set) var start: Position?
    /// Up to where the log holds everything, by the last durable checkpoint.
    private(set) var durableResume = Position.start
    /// The last record of the log that no crash takes.
    private var durableEnd = LogOffset.start
    /// Where each table's history ends in the log, once it is there whole.
    private(set) var completeAt: [LegacyTable: LogOffset] = [:]
    /// The times in which the target need not hold what was true before: while history is read, first or
    /// anew.
    private(set) var readings: [Reading] = []
    /// The last position that any chunk of history reaches.
    private var historyEnd = Position.start
    /// Where the present stream began.
    private var streamStart = Position.start
    /// Where each chunk of history was placed, by its record.
    private(set) var chunkHigh: [LogOffset: Position] = [:]
    /// Where each table's history ends in the log.
    private var historyEnds: [LegacyTable: ChunkTruth.End] = [:]
    /// Rows that a chunk has shown.
    private(set) var readKeys: Set<LegacyKey> = []
    /// The committed events, in order.
    private(set) var outbox: [OutboxEvent] = []
    /// The numbers by which the service knew contracts, since history was whole and before what it commits
    /// now, where they are handed on.
    private(set) var heldNumbers: Set<Int32> = []
    /// How many of them are of one type, contract and position.
    private(set) var eventCounts: [EventTruth.Name: Int] = [:]

    /// Appends whose engine does not know what became of them, by the engine's number.
    private var unanswered: [Int: (batches: [ChangeBatch], checkpoint: [UInt8], after: LogOffset)] = [:]
    /// The last whole transaction in the log, and the changes of the one that has begun.
    private var lastInLog = Position.start
    private var begun: (position: Position, changes: Int)?
    private var eventIDs: Set<String> = []
    private var deliveredIDs: Set<String> = []
    private var lastLedger: LedgerEntry?
    private var state = TargetState()

    /// History is read, in the positions after `from` up to `to`; it goes on while `to` is nil.
    struct Reading {
        var from: Position
        /// Where the stream began that came with it: what changed between the two was seen by nobody.
        var stream: Position
        var to: Position?
        /// Where the log first says that history is read anew; nil when it is read for the first time.
        var restart: LogOffset?
    }

    init(_ world: World) {
        self.world = world
    }

    /// The reading of history in which a position lies; nil when there is none.
    func reading(at position: Position) -> Reading? {
        readings.last { $0.from < position && $0.to.map { position <= $0 } ?? true }
    }

    /// Whether the history of a table that the plan reads is not in the log yet.
    var isReadingHistory: Bool { start != nil && completeAt.count < world.shape.tables.count }

    /// Whether every event has been delivered.
    var isDelivered: Bool { outbox.allSatisfy { deliveredIDs.contains($0.id) } }

    // MARK: capture and log

    /// A chunk shows a row.
    func read(_ key: LegacyKey) { readKeys.insert(key) }

    /// The source is told to forget.
    func confirming(_ position: Position) {
        if position > durableResume {
            world.violated(
                .confirmedIsDurable, "\(position) is confirmed, but the log is durable up to \(durableResume)"
            )
        }
    }

    /// An append begins.
    func appending(
        _ batches: [ChangeBatch], _ checkpoint: [UInt8], after end: LogOffset, by engine: SimulatedEngine
    ) {
        unanswered[engine.number] = (batches, checkpoint, end)
    }

    /// The append that an engine has begun is durable.
    func durable(by engine: SimulatedEngine) {
        if let append = unanswered.removeValue(forKey: engine.number) { note(append) }
    }

    /// An append was refused before anything was written.
    func refused(_ engine: SimulatedEngine) { unanswered[engine.number] = nil }

    /// A writer was opened, which took over what an unanswered append had left, or dropped it.
    func recovered(to end: LogOffset, _ checkpoint: [UInt8]?) {
        for append in unanswered.sorted(by: { $0.key < $1.key }).map(\.value) {
            let whole = append.after.value + UInt64(append.batches.count)
            if end.value >= whole, checkpoint == append.checkpoint {
                world.mark(.tailKept)
                note(append)
            } else {
                world.mark(.tailDropped)
            }
        }
        unanswered = [:]
    }

    private func note(_ append: (batches: [ChangeBatch], checkpoint: [UInt8], after: LogOffset)) {
        let resume: Position
        do {
            resume = try CaptureCheckpoint(decoding: append.checkpoint).resume.position
        } catch {
            return world.violated(.noSurprise, "a checkpoint does not decode: \(error)")
        }
        if start == nil {
            start = resume
            lastInLog = resume
            streamStart = resume
            readings = [Reading(from: .start, stream: resume, to: nil)]
        }
        if resume < durableResume {
            world.violated(.noDoubleEffect, "the checkpoint goes back from \(durableResume) to \(resume)")
        }
        for (index, batch) in append.batches.enumerated() {
            note(batch, at: LogOffset(append.after.value + UInt64(index) + 1))
        }
        durableResume = resume
        durableEnd = LogOffset(append.after.value + UInt64(append.batches.count))
    }

    private func note(_ batch: ChangeBatch, at offset: LogOffset) {
        if batch.isAbandonment {
            if begun != nil { world.mark(.diedInsideTransaction) }
            begun = nil
            return
        }
        if let chunk = batch.chunk {
            if begun != nil { world.violated(.atomicity, "a chunk stands inside a transaction of the log") }
            let table: LegacyTable = chunk.table == LegacyTable.schemas[0].name ? .policy : .item
            if chunk.isRestart { return restart(table, chunk.high, at: offset) }
            historyEnd = max(historyEnd, chunk.high)
            chunkHigh[offset] = chunk.high
            if chunk.rowsDropped > 0 { world.mark(.rowsDropped) }
            note(chunk, batch, table)
            guard chunk.isLast else { return }
            completeAt[table] = offset
            if completeAt.count == world.shape.tables.count, let last = readings.indices.last {
                readings[last].to = historyEnd
                if readings[last].restart != nil { world.mark(.readAnew) }
            }
            return
        }
        for (index, transaction) in batch.transactions.enumerated() {
            let goesOn = batch.continues && index == batch.transactions.count - 1
            note(transaction, goesOn: goesOn)
        }
    }

    /// History is read anew: what was committed since the last transaction in the log stands nowhere.
    private func restart(_ table: LegacyTable, _ position: Position, at offset: LogOffset) {
        if position > streamStart || readings.last?.to != nil {
            if let last = readings.indices.last, readings[last].to == nil {
                if readings[last].restart == nil { readings[last].restart = offset }
                readings[last].stream = position
            } else {
                readings.append(Reading(from: lastInLog, stream: position, to: nil, restart: offset))
            }
            noteUnseen(after: lastInLog, through: position)
            streamStart = position
            lastInLog = position
        }
        historyEnds[table] = nil
        completeAt[table] = nil
    }

    /// What happened while nobody kept the log.
    private func noteUnseen(after start: Position, through end: Position) {
        let legacy = world.legacy
        guard legacy.index(after: end) > legacy.index(after: start) else { return }
        world.mark(.changedUnseen)
        guard world.shape.isNumbered else { return }
        // For each row that took a number over, whose it was.
        var former: [Int32: Int32] = [:]
        for key in legacy.keys where key.table == .policy {
            guard let before = legacy.row(key, at: start)?.id, let after = legacy.row(key, at: end)?.id,
                before != after
            else { continue }
            former[after] = before
        }
        if !former.isEmpty { world.mark(.handedOnUnseen) }
        if former.keys.contains(where: { isInRing($0, former) }) { world.mark(.ringUnseen) }
    }

    private func isInRing(_ first: Int32, _ former: [Int32: Int32]) -> Bool {
        var next = former[first]
        for _ in former {
            if next == first { return true }
            next = next.flatMap { former[$0] }
        }
        return false
    }

    private func note(_ chunk: ChunkCertificate, _ batch: ChangeBatch, _ table: LegacyTable) {
        let truth = ChunkTruth(world.legacy, table, start: streamStart)
        if let words = truth.objection(to: chunk, batch, after: historyEnds[table]) {
            world.violated(.certificates, words)
        }
        historyEnds[table] = ChunkTruth.End(
            number: chunk.number, keyThrough: chunk.keyThrough, isLast: chunk.isLast)
    }

    private func note(_ transaction: ChangeBatch.Transaction, goesOn: Bool) {
        let position = transaction.position
        var changes = transaction.changes.count
        if let begun {
            if begun.position != position {
                world.violated(.atomicity, "the log leaves the transaction at \(begun.position) unfinished")
            }
            changes += begun.changes
        }
        begun = goesOn ? (position, changes) : nil
        if goesOn { return }
        let next = world.legacy.index(after: lastInLog)
        guard position > lastInLog, next < world.legacy.log.count else {
            return world.violated(
                .noDoubleEffect, "the log has the transaction at \(position) after the one at \(lastInLog)")
        }
        let expected = world.legacy.log[next]
        if expected.position != position {
            world.violated(.noLoss, "the log lacks the transaction at \(expected.position)")
        } else if expected.changes.count != changes {
            world.violated(
                .noLoss, "the log has \(changes) of \(expected.changes.count) changes at \(position)")
        }
        lastInLog = position
    }

    // MARK: events

    /// A receiver got an event.
    func delivered(_ event: OutboxEvent) {
        if !outbox.contains(where: { $0.id == event.id }) {
            world.violated(.truthfulEvents, "an event was delivered that no transaction of the store holds")
        }
        if !deliveredIDs.insert(event.id).inserted { world.mark(.deliveredTwice) }
    }

    // MARK: target

    /// A transaction of the target has taken effect.
    func committed(by engine: SimulatedEngine?) {
        guard world.violation == nil, let ledger = world.database.ledger(of: "ctx") else { return }
        if let last = lastLedger, ledger.offset < last.offset || ledger.position < last.position {
            world.violated(
                .noDoubleEffect, "the ledger goes back from offset \(last.offset) to \(ledger.offset)")
        }
        if let engine, let epoch = engine.epoch, epoch < ledger.epoch.value {
            world.violated(
                .zombieHarmless, "\(engine) wrote under epoch \(epoch), when \(ledger.epoch) had taken over")
        }
        if ledger.offset > durableEnd {
            world.violated(
                .appliedIsDurable,
                "record \(ledger.offset) is applied, the log is durable up to \(durableEnd)")
        }
        let moved = ledger.offset != lastLedger?.offset
        if let last = lastLedger,
            world.legacy.index(after: ledger.position) - world.legacy.index(after: last.position) > 1
        {
            world.mark(.appliedTogether)
        }
        lastLedger = ledger
        if let start, ledger.position >= start || !moved {
            state.check(world, ledger, self)
        }
        let count = world.database.count(of: OwnedTables.outbox.name)
        if count != outbox.count { noteEvents() }
        if world.shape.isNumbered { noteNumbers(upTo: ledger.offset) }
    }

    /// The numbers that the service has known contracts by since history was whole.
    private func noteNumbers(upTo offset: LogOffset) {
        guard completeAt.count == world.shape.tables.count, completeAt.allSatisfy({ $0.value <= offset })
        else { return heldNumbers = [] }
        let column = world.shape.isJoined ? 1 : 0
        for row in world.database.images(of: "contract") {
            if let number = Mapping.numbers[row[column]] { heldNumbers.insert(number) }
        }
    }

    private func noteEvents() {
        let rows = world.database.images(of: OwnedTables.outbox.name)
        var all = rows.compactMap(Self.event)
        all.sort { $0.sequence < $1.sequence }
        let known = outbox.last?.sequence ?? 0
        let fresh = all.filter { $0.sequence > known }
        if all.count != outbox.count + fresh.count {
            world.violated(.truthfulEvents, "events have gone from the outbox")
        }
        outbox = all
        for event in fresh {
            world.mark(.eventDerived)
            if let name = EventTruth.Name(event) { eventCounts[name, default: 0] += 1 }
            if !eventIDs.insert(event.id).inserted {
                world.violated(.truthfulEvents, "two events have one id")
            }
            if let words = EventTruth(world).objection(to: event) { world.violated(.truthfulEvents, words) }
        }
    }

    /// An event of the outbox, out of its columns' values.
    private static func event(_ row: [[UInt8]]) -> OutboxEvent? {
        let cells = row.compactMap { OwnedCell.read($0).first }
        guard cells.count == OwnedTables.outbox.columns.count else { return nil }
        return OutboxEvent(
            sequence: cells[0].integer, id: cells[1].display, aggregateType: cells[2].display,
            aggregateID: cells[3].display, type: cells[4].display, payload: cells[5].display, timestamp: nil,
            position: Position(UInt64(cells[7].integer)), isHistorical: cells[8].integer != 0)
    }

    // MARK: the end

    /// Everything that must be so when nothing moves any more.
    func finish() {
        committed(by: world.running.last)
        guard world.violation == nil else { return }
        if let missing = outbox.first(where: { !deliveredIDs.contains($0.id) }) {
            world.violated(.noLoss, "event \(missing.type) at \(missing.position) was never delivered")
        }
        state.finish(world, self)
        guard world.violation == nil, world.shape.hasEvents else { return }
        if let words = EventTruth(world).missing(in: eventCounts) {
            world.violated(.noLoss, words)
        }
    }
}
