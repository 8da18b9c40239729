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

    /// The stream may have passed a transaction before a restart. Of two chunks the one that shows it comes
    /// first, and the one that was read earlier lacks it: it is asked for once more.
    @Test func anEarlierSnapshotThatComesLaterIsNotTaken() throws {
        var source = ScriptedTables(["t"])
        source.commit((1...6).map { (0, .put($0, 1)) })
        var machine = machine()
        let asked = requests(&machine, source)
        var early = source.read(asked[0])
        early.unseen = [77]
        receive(&machine, source, asked[1])
        machine.received(early, for: asked[0].id, took: .milliseconds(1))
        #expect(machine.refusals == 1)
        let none = machine.place(at: source.end)
        #expect(none == nil)
        // A transaction that began since is still to come.
        let again = requests(&machine, source)
        var later = source.read(again[0])
        later.unseen = [78]
        machine.received(later, for: again[0].id, took: .milliseconds(1))
        #expect(machine.refusals == 1)
    }

    /// While nothing can be placed, no more is read than is to wait, however often a range is cut.
    @Test func whatWaitsIsBounded() throws {
        var source = ScriptedTables(["t"])
        source.commit((1...400).map { (0, .put($0 * 10, 1)) })
        var machine = machine(readers: 3)
        var read = 0
        for round in 1...20 {
            // Chunks are cut: there are more rows than when their ends were told.
            source.commit((1...9).map { (0, .put(Int64(round * 400) + $0, 1)) })
            for request in requests(&machine, source) {
                source.commit(
                    (1...9).map { (0, .put((request.after.flatMap(ScriptedTables.number) ?? 0) + $0, 2)) })
                receive(&machine, source, request)
                read += 1
            }
        }
        // Three that wait, and the first one of all.
        #expect(read <= 6)
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
