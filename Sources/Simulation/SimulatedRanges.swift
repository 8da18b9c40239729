import Capture
import Model

/// The rows of legacy as a pass of reconciliation reads them: what it reads takes time, in which others go
/// on.
final class SimulatedRanges: RangeReader {
    private let world: World

    init(_ world: World) {
        self.world = world
    }

    func chunk(of name: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk {
        let legacy = world.legacy
        let frontier = legacy.end
        world.meanwhile(world.chance.below(3))
        let table: LegacyTable = name == LegacyTable.schemas[0].name ? .policy : .item
        let after = key.flatMap { LegacyKey(table, encoded: $0) }
        var batch = ChangeBatch(tables: [world.shape.schemas[table.rawValue]])
        var last: LegacyKey?
        var isLast = true
        for (place, key, row) in legacy.visibleRows(of: table) {
            if let after, place <= after { continue }
            if batch.changes.count == min(limit.rows, world.swarm.chunkRows) {
                isLast = false
                break
            }
            row.append(to: &batch, as: key)
            last = place
        }
        let hidden = legacy.invisible.map { legacy.log[$0].id }
        batch.transactions = [
            ChangeBatch.Transaction(
                position: legacy.end, committedAt: nil, origin: .application,
                changes: 0..<batch.changes.count)
        ]
        if !hidden.isEmpty { world.mark(.comparedUnseen) }
        world.trace.note(
            "compare", UInt64(batch.changes.count),
            "the pass reads \(batch.changes.count) rows of \(name), true between \(frontier) and "
                + "\(legacy.end)" + (hidden.isEmpty ? "" : ", without transactions \(hidden)"))
        // Open transactions have ids, too: a snapshot does not know which of them will commit.
        return RangeChunk(
            batch: batch, frontier: frontier, horizon: legacy.end,
            unseen: Set(hidden + legacy.open.map(\.id)), lastKey: last?.encoded ?? key, isLast: isLast)
    }

    func estimatedRows(of table: String) throws -> Int { 0 }
}
