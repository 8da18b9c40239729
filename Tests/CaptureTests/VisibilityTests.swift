import Capture
import Model
import Testing

/// Chunks of sources whose commits stand in the log before snapshots show them, or after.
@Suite struct VisibilityTests {
    private func machine() -> BackfillMachine {
        BackfillMachine(context: "c", tables: ["t"])
    }

    /// The stream's batches so far, each transaction with its position as its id.
    private func stream(_ source: ScriptedTables, _ range: Range<Int>) -> ChangeBatch {
        var batch = source.batch(range)
        for index in batch.transactions.indices {
            batch.transactions[index].id = batch.transactions[index].position.value
        }
        return batch
    }

    /// What `earlier` shows, read when the log stood where `source` stands.
    private func chunk(
        _ earlier: ScriptedTables, _ request: BackfillMachine.Request, frontier: Position,
        horizon: Position? = nil, unseen: Set<UInt64>
    ) -> RangeChunk {
        var chunk = earlier.read(request)
        chunk.frontier = frontier
        chunk.horizon = horizon ?? frontier
        chunk.unseen = unseen
        return chunk
    }

    @Test func aRowThatAnUnseenCommitChangedIsLeftOut() throws {
        var source = ScriptedTables(["t"])
        source.commit([(0, .put(1, 1)), (0, .put(2, 1))])
        var machine = machine()
        machine.observe(stream(source, 0..<1))
        let first = machine.request(at: source.end)
        let request = try #require(first)
        let before = source
        source.commit([(0, .put(1, 2))])
        machine.received(
            chunk(before, request, frontier: Position(2), unseen: [2]), for: request.id, took: .zero)
        // The first chunk of a machine waits for what it does not show, unless the stream brings it.
        #expect(!machine.isWaitingToPlace)
        machine.observe(stream(source, 1..<2))
        let second = machine.request(at: request.low)
        let again = try #require(second)
        machine.received(
            chunk(before, again, frontier: Position(2), unseen: [2]), for: again.id, took: .zero)
        #expect(!machine.isWaitingToPlace, "the stream has passed it before the chunk was asked for")
        #expect(machine.refusals == 2)
        let third = machine.request(at: source.end)
        let last = try #require(third)
        machine.received(
            chunk(source, last, frontier: Position(2), unseen: []), for: last.id, took: .zero)
        let found = machine.place(at: source.end)
        #expect(found?.changes.count == 2)
    }

    @Test func whatTheStreamBringsWhileAChunkIsReadIsDroppedFromIt() throws {
        var source = ScriptedTables(["t"])
        source.commit([(0, .put(1, 1)), (0, .put(2, 1))])
        var machine = machine()
        machine.observe(stream(source, 0..<1))
        let first = machine.request(at: source.end)
        let request = try #require(first)
        let before = source
        source.commit([(0, .put(1, 2))])
        machine.observe(stream(source, 1..<2))
        machine.received(
            chunk(before, request, frontier: Position(2), unseen: [2]), for: request.id, took: .zero)
        let found = machine.place(at: source.end)
        let placed = try #require(found)
        #expect(placed.changes.count == 1)
        #expect(placed.chunk?.rowsDropped == 1)
    }

    @Test func aChunkThatSeesAheadWaitsForItsHorizonAndLeavesOutWhatChangedUpToIt() throws {
        var source = ScriptedTables(["t"])
        source.commit([(0, .put(1, 1)), (0, .put(2, 1))])
        var machine = machine()
        machine.observe(stream(source, 0..<1))
        let first = machine.request(at: source.end)
        let request = try #require(first)
        source.commit([(0, .put(1, 2))])
        machine.received(
            chunk(source, request, frontier: Position(1), horizon: Position(2), unseen: []), for: request.id,
            took: .zero)
        let early = machine.place(at: Position(1))
        #expect(early == nil)
        machine.observe(stream(source, 1..<2))
        let found = machine.place(at: Position(2))
        let placed = try #require(found)
        #expect(placed.chunk?.rowsDropped == 1)
        #expect(placed.chunk?.frontier == Position(2))
    }
}
