import Capture
import Model
import Testing

/// Chunks of one table that are read at the same time.
@Suite struct ParallelChunkTests {
    private func machine(_ tables: [String] = ["t"], readers: Int = 2) -> BackfillMachine {
        var tuning = BackfillTuning()
        tuning.rowsFirst = 2
        tuning.rowsMin = 2
        tuning.rowsMax = 2
        tuning.readers = readers
        return BackfillMachine(context: "c", tables: tables, tuning: tuning)
    }

    /// Asks for everything that may be asked for; each request with its range's end.
    private func requests(
        _ machine: inout BackfillMachine, _ source: ScriptedTables
    ) -> [BackfillMachine.Request] {
        var found: [BackfillMachine.Request] = []
        while var request = machine.request(at: source.end) {
            if request.isBoundWanted {
                request.through = source.boundary(request)
                machine.bounded(request.through, for: request.id)
            }
            found.append(request)
        }
        return found
    }

    private func receive(
        _ machine: inout BackfillMachine, _ source: ScriptedTables, _ request: BackfillMachine.Request
    ) {
        machine.received(source.read(request), for: request.id, took: .milliseconds(1))
    }

    /// The one that is read last may be the first in the log.
    @Test func chunksArePlacedInTheOrderOfTheirKeys() throws {
        var source = ScriptedTables(["t"])
        source.commit((1...6).map { (0, .put($0, 1)) })
        var machine = machine()
        let asked = requests(&machine, source)
        #expect(asked.map(\.after) == [nil, ScriptedTables.key(2)])
        #expect(asked.map(\.through) == [ScriptedTables.key(2), ScriptedTables.key(4)])
        receive(&machine, source, asked[1])
        let early = machine.place(at: source.end)
        #expect(early == nil)
        receive(&machine, source, asked[0])
        let (first, second) = (machine.place(at: source.end), machine.place(at: source.end))
        #expect([first, second].map { $0?.chunk?.number } == [0, 1])
        #expect(first?.chunk?.keyThrough == second?.chunk?.keyAfter)
        #expect(machine.checkpoint.tables[0].rows == 4)
        let rest = requests(&machine, source)
        #expect(rest.map(\.through) == [nil])
        receive(&machine, source, rest[0])
        let last = machine.place(at: source.end)
        #expect(last?.chunk?.isLast == true)
        #expect(machine.isFinished)
    }

    /// Nothing is asked for behind a chunk of which nobody knows where it ends.
    @Test func theNextChunkWaitsForTheBound() throws {
        var source = ScriptedTables(["t", "u"])
        source.commit((1...6).map { (0, .put($0, 1)) })
        var machine = machine(["t", "u"])
        let found = machine.request(at: source.end)
        let first = try #require(found)
        let none = machine.request(at: source.end)
        #expect(none == nil)
        machine.bounded(source.boundary(first), for: first.id)
        let second = machine.request(at: source.end)
        #expect(second?.after == ScriptedTables.key(2))
        let third = machine.request(at: source.end)
        #expect(third == nil)
    }

    /// Rows that came after the bound was told do not fit; they are read before what follows is placed.
    @Test func whatAChunkLeavesOfItsRangeIsReadNext() throws {
        var source = ScriptedTables(["t"])
        source.commit([1, 5, 6, 7].map { (0, .put($0, 1)) })
        var machine = machine()
        let asked = requests(&machine, source)
        #expect(asked.map(\.through) == [ScriptedTables.key(5), nil])
        source.commit((2...4).map { (0, .put($0, 2)) })
        machine.observe(source.batch(1..<2))
        for request in asked { receive(&machine, source, request) }
        let first = machine.place(at: source.end)
        #expect(first?.chunk?.keyThrough == ScriptedTables.key(2).hex)
        let held = machine.place(at: source.end)
        #expect(held == nil)
        var order: [String?] = []
        for _ in 0..<3 {
            for request in requests(&machine, source) {
                #expect(request.through == ScriptedTables.key(5))
                receive(&machine, source, request)
            }
            while let chunk = machine.place(at: source.end) { order.append(chunk.chunk?.keyThrough) }
        }
        #expect(order == [ScriptedTables.key(4).hex, ScriptedTables.key(5).hex, nil])
        #expect(machine.isFinished)
    }

    /// Asked for again, a chunk is of the range that it was of: the one behind it begins there.
    @Test func aRefusedChunkKeepsItsRange() throws {
        var source = ScriptedTables(["t"])
        source.commit((1...6).map { (0, .put($0, 1)) })
        var machine = machine()
        let asked = requests(&machine, source)
        var chunk = source.read(asked[0])
        chunk.unseen = [77]
        machine.received(chunk, for: asked[0].id, took: .milliseconds(1))
        #expect(machine.refusals == 1)
        source.commit([(0, .remove(1))])
        machine.observe(source.batch(1..<2))
        let again = requests(&machine, source)
        #expect(again.map(\.through) == [ScriptedTables.key(2)])
        #expect(again.map(\.isBoundWanted) == [false])
        receive(&machine, source, again[0])
        let placed = machine.place(at: source.end)
        #expect(placed?.chunk?.keyThrough == ScriptedTables.key(2).hex)
    }

    /// After a crash the log's checkpoint says what is placed, which ends where the first gap begins.
    @Test func whatIsReadAheadIsReadAgainAfterARestart() throws {
        var source = ScriptedTables(["t"])
        source.commit((1...6).map { (0, .put($0, 1)) })
        var machine = machine(readers: 3)
        let asked = requests(&machine, source)
        for request in asked.dropFirst() { receive(&machine, source, request) }
        receive(&machine, source, asked[0])
        let placed = machine.place(at: source.end)
        #expect(placed?.chunk?.number == 0)
        var next = BackfillMachine(context: "c", tables: ["t"], resuming: machine.checkpoint)
        let request = next.request(at: source.end)
        #expect(request?.after == ScriptedTables.key(2))
    }
}

extension Key {
    /// The key as certificates write it.
    fileprivate var hex: String { Hex.encode(bytes) }
}
