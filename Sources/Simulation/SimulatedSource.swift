import Capture
import Model

/// A connection to the simulated legacy system's stream.
final class SimulatedSource: ChangeSource {
    let identity: SourceIdentity
    let tables: [TableSchema]
    private(set) var resumePoint: ResumePoint
    let fidelity = TransactionFidelity()

    private let legacy: SimulatedLegacy
    private let installation: Int
    private let world: World
    private let engine: SimulatedEngine
    /// The next transaction, and the next change of it.
    private var next = 0
    private var part = 0
    private var furthest = 0

    init(_ world: World, _ engine: SimulatedEngine) throws {
        self.world = world
        self.engine = engine
        legacy = world.legacy
        tables = world.shape.schemas
        identity = legacy.identity
        installation = legacy.installation
        resumePoint = ResumePoint(source: legacy.identity, position: .start)
        try world.call(engine, "connect to the source")
    }

    func open(after point: ResumePoint?) throws -> ResumePoint {
        try world.call(engine, "open the stream")
        try failing()
        try requireKept()
        let position = point?.position ?? legacy.end
        guard position >= legacy.confirmed || point == nil else {
            throw CaptureError(
                .gap, "changes after \(position) are gone: \(legacy.confirmed) was confirmed",
                hint: "read history again")
        }
        next = legacy.index(after: position)
        furthest = next
        resumePoint = ResumePoint(source: identity, position: position)
        if world.chance.happens(world.swarm.sourceRewinds), next > 0 {
            let least = legacy.index(after: legacy.confirmed)
            let back = max(least, next - 1 - world.chance.below(3))
            if back < next { world.note(.sourceRewinds, "the source goes back by \(next - back)") }
            next = min(next, back)
        }
        return resumePoint
    }

    func next(byteLimit: Int) throws -> ChangeBatch? {
        try world.call(engine, "read the stream")
        try failing()
        try requireKept()
        guard next < legacy.log.count else {
            if part == 0, legacy.end > resumePoint.position {
                world.mark(.keepalive)
                resumePoint.position = legacy.end
            }
            return nil
        }
        if world.chance.happens(world.swarm.sourceSlow) {
            world.note(.sourceSlow, "the source gives nothing yet")
            return nil
        }
        var batch = ChangeBatch(tables: tables)
        if part > 0 || legacy.log[next].changes.count > 1 && world.chance.happens(world.swarm.split) {
            appendPart(to: &batch)
        } else {
            let count = 1 + world.chance.below(world.swarm.gather)
            for _ in 0..<count where next < legacy.log.count {
                append(legacy.log[next], legacy.log[next].changes.indices, to: &batch)
                passed()
            }
        }
        return batch
    }

    private func appendPart(to batch: inout ChangeBatch) {
        let transaction = legacy.log[next]
        let left = transaction.changes.count - part
        let count = 1 + world.chance.below(left)
        append(transaction, part..<part + count, to: &batch)
        if count < left {
            world.mark(.transactionSplit)
            batch.continues = true
            part += count
        } else {
            part = 0
            passed()
        }
    }

    private func passed() {
        if next < furthest { world.mark(.redelivered) }
        let position = legacy.log[next].position
        if position > resumePoint.position { resumePoint.position = position }
        next += 1
    }

    private func append(
        _ transaction: SimulatedLegacy.Transaction, _ range: Range<Int>, to batch: inout ChangeBatch
    ) {
        if transaction.origin == .banyan { world.mark(.ownWriteSeen) }
        let first = batch.changes.count
        for change in transaction.changes[range] {
            let before = change.before.map { encode($0.key, $0.row, &batch.bytes) }
            let after = change.after.map { encode($0.key, $0.row, &batch.bytes) }
            let key = change.after?.key ?? change.before?.key
            batch.changes.append(
                ChangeBatch.Change(
                    operation: before == nil ? .insert : after == nil ? .delete : .update,
                    table: UInt16(key?.table.rawValue ?? 0), before: before, after: after))
        }
        batch.transactions.append(
            ChangeBatch.Transaction(
                position: transaction.position, committedAt: transaction.committedAt,
                origin: transaction.origin, changes: first..<batch.changes.count, id: transaction.id))
    }

    private func encode(_ key: LegacyKey, _ row: LegacyRow, _ bytes: inout [UInt8]) -> UInt32 {
        let start = UInt32(bytes.count)
        row.encode(key, into: &bytes)
        return start
    }

    func confirm(_ position: Position) throws {
        guard position > legacy.confirmed else { return }
        try world.call(engine, "confirm \(position)")
        try requireKept()
        world.checker.confirming(position)
        legacy.confirm(position)
    }

    func currentPosition() throws -> Position { legacy.log.last?.position ?? .start }

    func backlog() throws -> Int { legacy.log.count - next }

    /// Whether the log is still there that was kept for this installation.
    private func requireKept() throws {
        guard legacy.isLost || legacy.installation != installation else { return }
        throw CaptureError(.gap, "the log that was kept is lost", hint: "read history again")
    }

    private func failing() throws {
        guard world.chance.happens(world.swarm.sourceUnavailable) else { return }
        world.note(.sourceUnavailable, "the source is out of reach")
        throw CaptureError(.unavailable, "the connection broke", hint: "try again")
    }
}
