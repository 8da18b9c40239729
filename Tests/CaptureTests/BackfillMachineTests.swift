import Capture
import Model
import Testing

@Suite struct BackfillMachineTests {
    private func machine(_ tables: [String] = ["t"], rows: Int = 2) -> BackfillMachine {
        var tuning = BackfillTuning()
        tuning.rowsFirst = rows
        tuning.rowsMin = rows
        tuning.rowsMax = rows
        return BackfillMachine(context: "c", tables: tables, tuning: tuning)
    }

    @Test func readsAnIdleTableToItsEndWithNumberedCertificates() throws {
        var source = ScriptedTables(["t"])
        source.commit((1...5).map { (0, .put($0, $0 * 10)) })
        var machine = machine()
        var certificates: [ChunkCertificate] = []
        while let request = machine.request(at: source.end) {
            machine.received(source.read(request), for: request.id, took: .milliseconds(1))
            let found1 = machine.place(at: source.end)
            let chunk = try #require(found1)
            #expect(chunk.chunk?.digest == BackfillMachine.digest(of: chunk))
            certificates.append(try #require(chunk.chunk))
        }
        #expect(machine.isFinished)
        #expect(certificates.map(\.number) == [0, 1, 2])
        #expect(certificates.map(\.rowsRead) == [2, 2, 1])
        #expect(certificates.map(\.isLast) == [false, false, true])
        #expect(certificates[1].keyAfter == certificates[0].keyThrough)
        #expect(certificates[2].keyThrough == nil)
        #expect(machine.checkpoint.tables[0].rows == 5)
    }

    @Test func waitsForTheStreamToReachTheFrontier() throws {
        var source = ScriptedTables(["t"])
        source.commit([(0, .put(1, 1))])
        var machine = machine()
        let found2 = machine.request(at: .start)
        let request = try #require(found2)
        source.commit([(0, .put(2, 2))])
        machine.received(source.read(request), for: request.id, took: .zero)
        let found13 = machine.place(at: .start)
        #expect(found13 == nil)
        let found14 = machine.place(at: Position(1))
        #expect(found14 == nil)
        machine.observe(source.batch(0..<2))
        // Both changes are not after the frontier: the chunk holds the same rows, and says so again.
        let found15 = machine.place(at: Position(2))
        #expect(found15?.changes.count == 2)
    }

    @Test func dropsRowsThatChangedAfterTheFrontier() throws {
        var source = ScriptedTables(["t"])
        source.commit((1...4).map { (0, .put($0, 1)) })
        var machine = machine(rows: 4)
        let found3 = machine.request(at: source.end)
        let request = try #require(found3)
        let chunk = source.read(request)
        source.commit([(0, .put(1, 2))])
        source.commit([(0, .remove(2))])
        source.commit([(0, .move(from: 3, to: 9, 5))])
        machine.observe(source.batch(1..<4))
        machine.received(chunk, for: request.id, took: .zero)
        let found4 = machine.place(at: source.end)
        let placed = try #require(found4)
        #expect(placed.changes.count == 1)
        #expect(placed.chunk?.rowsDropped == 3)
    }

    @Test func aTruncateInTheWindowEmptiesTheChunk() throws {
        var source = ScriptedTables(["t"])
        source.commit((1...2).map { (0, .put($0, 1)) })
        var machine = machine()
        let found5 = machine.request(at: source.end)
        let request = try #require(found5)
        let chunk = source.read(request)
        source.commit([(0, .truncate), (0, .put(1, 7))])
        machine.observe(source.batch(1..<2))
        machine.received(chunk, for: request.id, took: .zero)
        let found6 = machine.place(at: source.end)
        let placed = try #require(found6)
        #expect(placed.changes.isEmpty)
        #expect(placed.chunk?.rowsDropped == 2)
    }

    @Test func neverPlacesAChunkInsideATransaction() throws {
        var source = ScriptedTables(["t"])
        source.commit([(0, .put(1, 1))])
        var machine = machine()
        let found7 = machine.request(at: source.end)
        let request = try #require(found7)
        machine.received(source.read(request), for: request.id, took: .zero)
        source.commit([(0, .put(2, 1)), (0, .put(1, 3))])
        machine.observe(source.batch(1..<2, through: 1))
        let found16 = machine.place(at: Position(1))
        #expect(found16 == nil)
        let found17 = machine.request(at: Position(1))
        #expect(found17 == nil)
        machine.observe(source.batch(1..<2, from: 1))
        let found18 = machine.place(at: Position(2))
        #expect(found18?.chunk?.rowsDropped == 1)
    }

    @Test func readsAgainWhatTheReaderSawInAnEarlierStateThanTheStream() throws {
        var source = ScriptedTables(["t"])
        source.commit([(0, .put(1, 1))])
        var machine = machine()
        let found8 = machine.request(at: Position(5))
        let request = try #require(found8)
        machine.received(source.read(request), for: request.id, took: .zero)
        let found19 = machine.place(at: Position(5))
        #expect(found19 == nil)
        #expect(machine.rereads == 1)
        let found20 = machine.request(at: Position(5))
        #expect(found20?.after == nil)
    }

    @Test func readsAgainWhenAChangeLackedColumns() throws {
        var source = ScriptedTables(["t"])
        source.commit([(0, .put(1, 1))])
        var machine = machine()
        let found9 = machine.request(at: source.end)
        let request = try #require(found9)
        let chunk = source.read(request)
        var partial = ChangeBatch(tables: source.schemas)
        RowWriter.integer(1, &partial.bytes)
        RowWriter.absent(&partial.bytes)
        partial.changes = [.init(operation: .update, table: 0, before: nil, after: 0)]
        partial.transactions = [
            .init(position: Position(2), committedAt: nil, origin: .application, changes: 0..<1)
        ]
        machine.observe(partial)
        machine.received(chunk, for: request.id, took: .zero)
        let found21 = machine.place(at: Position(2))
        #expect(found21 == nil)
        #expect(machine.rereads == 1)
    }

    @Test func anAnswerToAnEarlierAttemptIsIgnored() throws {
        var source = ScriptedTables(["t"])
        source.commit([(0, .put(1, 1))])
        var machine = machine()
        let found10 = machine.request(at: source.end)
        let stale = try #require(found10)
        let chunk = source.read(stale)
        machine.invalidate("t")
        let found11 = machine.request(at: source.end)
        let fresh = try #require(found11)
        machine.received(chunk, for: stale.id, took: .zero)
        #expect(!machine.isWaitingToPlace)
        machine.received(source.read(fresh), for: fresh.id, took: .zero)
        let found22 = machine.place(at: source.end)
        #expect(found22 != nil)
    }

    /// A table that can no longer be read: the log says so between two transactions, and the others go on.
    @Test func aTableThatCannotBeReadAnyMoreIsGivenUpByNameAndTheOthersAreRead() throws {
        var source = ScriptedTables(["t", "u"])
        source.commit((1...3).flatMap { [(0, .put($0, 1)), (1, .put($0, 1))] })
        var machine = machine(["t", "u"])
        let finding = UnknownChanges(table: "t", reason: "it is gone", remedy: "bring it back")
        let first = machine.request(at: source.end)
        let asked = try #require(first)
        machine.received(source.read(asked), for: asked.id, took: .zero)
        let placed = machine.place(at: source.end)
        #expect(placed?.chunk?.table == "t")
        let next = machine.request(at: source.end)
        let second = try #require(next)
        machine.unreadable(finding, for: second.id)
        // Somebody's older answer changes nothing.
        machine.unreadable(finding, for: asked.id)
        #expect(!machine.isFinished)
        var part = source.batch(0..<1)
        part.continues = true
        machine.observe(part)
        let inside = machine.place(at: source.end)
        #expect(inside == nil)
        machine.observe(source.batch(0..<1))
        let between = machine.place(at: source.end)
        let told = try #require(between)
        #expect(
            told.chunk == nil && told.changes.count == 1 && told.transactions.first?.position == source.end)
        #expect(told.unknownChanges(of: told.changes[0]) == finding)
        let again = machine.place(at: source.end)
        #expect(again == nil)
        var others: [String] = []
        while let request = machine.request(at: source.end) {
            machine.received(source.read(request), for: request.id, took: .zero)
            let chunk = machine.place(at: source.end)
            others.append(try #require(chunk?.chunk).table)
        }
        #expect(others == ["u", "u"] && machine.isFinished)
        // What the checkpoint says is enough for the next one.
        let restarted = BackfillMachine(context: "c", tables: ["t", "u"], resuming: machine.checkpoint)
        #expect(restarted.isFinished)
    }

    @Test func sizesChunksTowardTheTargetTime() throws {
        var tuning = BackfillTuning()
        tuning.rowsFirst = 100
        var machine = BackfillMachine(context: "c", tables: ["t"], tuning: tuning)
        var source = ScriptedTables(["t"])
        source.commit((0..<10_000).map { (0, .put($0, 1)) })
        var sizes: [Int] = []
        for took: Duration in [.milliseconds(5), .milliseconds(5), .milliseconds(500), .milliseconds(50)] {
            let found12 = machine.request(at: source.end)
            let request = try #require(found12)
            sizes.append(request.limit.rows)
            machine.received(source.read(request), for: request.id, took: took)
            _ = machine.place(at: source.end)
        }
        #expect(sizes == [100, 200, 400, 200])
    }

    /// Commits, reads, deliveries, placements, appends and crashes in any order: what a reader of the log
    /// holds in the end is what the source holds.
    @Test(arguments: 0..<400)
    func whatTheLogSaysIsWhatTheSourceHolds(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var world = BackfillWorld(
            tables: ["a", "b", "c"], rows: Int.random(in: 1...5, using: &random),
            readers: Int.random(in: 1...3, using: &random))
        for _ in 0..<Int.random(in: 10...300, using: &random) { try world.step(&random) }
        try world.finish()
        #expect(world.machine.isFinished, "seed \(seed)")
        let replica = world.replica()
        #expect(replica.rows == world.truth(), "seed \(seed)")
        #expect(replica.regressions == 0, "seed \(seed)")
        for table in world.source.schemas {
            let chunks = world.durable.compactMap(\.chunk).filter { $0.table == table.name }
            #expect(chunks.map(\.number) == Array(chunks.indices), "seed \(seed)")
            #expect(chunks.dropFirst().map(\.keyAfter) == chunks.dropLast().map(\.keyThrough), "seed \(seed)")
            #expect(chunks.map(\.isLast) == chunks.indices.map { $0 == chunks.count - 1 }, "seed \(seed)")
        }
    }
}

/// A source, a machine and a log whose steps a test takes in any order.
struct BackfillWorld {
    var source: ScriptedTables
    var machine: BackfillMachine
    var durable: [ChangeBatch] = []

    private let names: [String]
    private let tuning: BackfillTuning
    private var pump: Pump
    private var group: [ChangeBatch] = []
    private var delivered = 0
    private var deliveredSteps = 0
    private var version: Int64 = 100
    private var asked: [BackfillMachine.Request] = []
    private var read: [(RangeChunk, UInt64)] = []
    private let identity = SourceIdentity(id: "s", name: "s")

    init(tables: [String], rows: Int, readers: Int) {
        names = tables
        source = ScriptedTables(tables)
        var tuning = BackfillTuning()
        tuning.rowsFirst = rows
        tuning.rowsMin = rows
        tuning.rowsMax = rows
        tuning.keysMax = 12
        tuning.readers = readers
        self.tuning = tuning
        machine = BackfillMachine(context: "c", tables: tables, tuning: tuning)
        pump = Pump(durable: CaptureCheckpoint(resume: ResumePoint(source: identity, position: .start)))
        // History from before the capture: positions the stream starts after.
        source.commit((1...8).map { (Int($0 % 3), .put($0, $0)) })
        delivered = 1
        pump = Pump(durable: CaptureCheckpoint(resume: ResumePoint(source: identity, position: source.end)))
    }

    private var position: Position { delivered == 0 ? .start : source.log[delivered - 1].position }

    mutating func step(_ random: inout SeededGenerator) throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<6: commit(&random)
        case 6..<10: try deliver(&random)
        case 10..<12: ask()
        case 12..<14:
            if let index = asked.indices.randomElement(using: &random) {
                let request = asked.remove(at: index)
                read.append((source.read(request), request.id))
            }
        case 14..<16:
            if let index = read.indices.randomElement(using: &random) {
                let (chunk, id) = read.remove(at: index)
                machine.received(chunk, for: id, took: .milliseconds(1))
            }
        case 16: place()
        case 17, 18: append()
        default: if Int.random(in: 0..<4, using: &random) == 0 { crash() }
        }
    }

    /// Lets everything run out.
    mutating func finish() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<10_000 {
            while delivered < source.log.count { try deliver(&random) }
            ask()
            read += asked.map { (source.read($0), $0.id) }
            for (chunk, id) in read { machine.received(chunk, for: id, took: .milliseconds(1)) }
            (asked, read) = ([], [])
            place()
            append()
            if machine.isFinished, delivered == source.log.count { return }
        }
    }

    /// Asks for what may be asked for, and says of each where it will end, where that is wanted.
    private mutating func ask() {
        while var request = machine.request(at: position) {
            if request.isBoundWanted {
                request.through = source.boundary(request)
                machine.bounded(request.through, for: request.id)
            }
            asked.append(request)
        }
    }

    func replica() -> (rows: [String: [Int64: Int64]], regressions: Int) {
        var replica = ScriptedReplica()
        replica.read(durable)
        return (replica.rows.filter { !$0.value.isEmpty }, replica.regressions)
    }

    func truth() -> [String: [Int64: Int64]] {
        var truth: [String: [Int64: Int64]] = [:]
        for (index, name) in names.enumerated() where !source.rows[index].isEmpty {
            truth[name] = source.rows[index]
        }
        return truth
    }

    private mutating func commit(_ random: inout SeededGenerator) {
        let steps = (0..<Int.random(in: 1...3, using: &random)).map { _ -> (Int, ScriptedTables.Step) in
            let table = Int.random(in: 0..<names.count, using: &random)
            let key = Int64.random(in: 0..<20, using: &random)
            version += 1
            let value = version
            return switch Int.random(in: 0..<30, using: &random) {
            case 0: (table, .truncate)
            case 1..<8: (table, .remove(key))
            case 8..<14: (table, .move(from: key, to: Int64.random(in: 0..<20, using: &random), value))
            default: (table, .put(key, value))
            }
        }
        source.commit(steps, gap: UInt64.random(in: 1...4, using: &random))
    }

    private mutating func deliver(_ random: inout SeededGenerator) throws {
        guard delivered < source.log.count else { return }
        if let marker = pump.prologue() { group.append(marker) }
        // A part of a transaction, first, middle or last, stands alone in its record.
        let isPart = deliveredSteps > 0 || Bool.random(using: &random)
        let last = isPart ? delivered + 1 : Int.random(in: delivered + 1...source.log.count, using: &random)
        let steps = source.log[last - 1].steps.count
        let first = deliveredSteps + 1
        let cut =
            isPart && first < steps && Bool.random(using: &random)
            ? Int.random(in: first..<steps, using: &random) : nil
        let batch = source.batch(delivered..<last, from: deliveredSteps, through: cut)
        delivered = cut == nil ? last : last - 1
        deliveredSteps = cut ?? 0
        machine.observe(batch)
        try pump.read(batch, resumePoint: ResumePoint(source: identity, position: position))
        group.append(batch)
        place()
    }

    private mutating func place() {
        while let chunk = machine.place(at: position) {
            if let marker = pump.prologue() { group.append(marker) }
            group.append(chunk)
            pump.placed(machine.checkpoint)
        }
    }

    private mutating func append() {
        durable += group
        group = []
        pump.appended()
    }

    private mutating func crash() {
        let checkpoint = pump.durable
        group = []
        (asked, read) = ([], [])
        delivered = (source.log.firstIndex { $0.position == checkpoint.resume.position } ?? -1) + 1
        deliveredSteps = 0
        pump = Pump(durable: checkpoint)
        machine = BackfillMachine(context: "c", tables: names, resuming: checkpoint.backfill, tuning: tuning)
    }
}
