import Capture
import Model
import Testing

@Suite struct PumpTests {
    private let source = SourceIdentity(id: "s", name: "legacy")

    private func point(_ position: UInt64) -> ResumePoint {
        ResumePoint(source: source, position: Position(position), evidence: "e\(position)")
    }

    private func batch(_ position: UInt64, continues: Bool = false) -> ChangeBatch {
        var batch = ChangeBatch(tables: [])
        batch.transactions = [
            .init(position: Position(position), committedAt: nil, origin: .application, changes: 0..<0)
        ]
        batch.continues = continues
        return batch
    }

    @Test func confirmsNothingBeforeTheAppendReturned() throws {
        var pump = Pump(durable: CaptureCheckpoint(resume: point(3)))
        try pump.read(batch(5), resumePoint: point(5))
        #expect(pump.confirmable == Position(3))
        #expect(pump.checkpoint.resume == point(5))
        pump.appended()
        #expect(pump.confirmable == Position(5))
    }

    @Test func anUnfinishedTransactionDoesNotMoveTheResumePoint() throws {
        var pump = Pump(durable: CaptureCheckpoint(resume: point(3)))
        try pump.read(batch(9, continues: true), resumePoint: point(3))
        pump.appended()
        #expect(pump.confirmable == Position(3))
        #expect(pump.durable.isInsideTransaction)
        try pump.read(batch(9), resumePoint: point(9))
        pump.appended()
        #expect(pump.confirmable == Position(9))
        #expect(!pump.durable.isInsideTransaction)
    }

    @Test func abandonsAnUnfinishedTransactionAfterARestart() throws {
        var pump = Pump(durable: CaptureCheckpoint(resume: point(3), isInsideTransaction: true))
        let first = pump.prologue()
        #expect(first?.isAbandonment == true)
        let second = pump.prologue()
        #expect(second == nil)
        pump.appended()
        #expect(!pump.durable.isInsideTransaction)
    }

    @Test func aSourceThatBreaksItsPromisesIsRefusedByName() throws {
        var inside = Pump(durable: CaptureCheckpoint(resume: point(3), isInsideTransaction: true))
        let unasked = #expect(throws: CaptureError.self) {
            try inside.read(batch(5), resumePoint: point(5))
        }
        #expect(unasked?.message.contains("not abandoned") ?? false)
        var mixed = batch(5)
        mixed.transactions += batch(6).transactions
        mixed.continues = true
        var pump = Pump(durable: CaptureCheckpoint(resume: point(3)))
        let together = #expect(throws: CaptureError.self) { try pump.read(mixed, resumePoint: point(3)) }
        #expect(together?.message.contains("together with others") ?? false)
        let back = #expect(throws: CaptureError.self) { try pump.read(batch(2), resumePoint: point(2)) }
        #expect(back?.message.contains("went back from 3 to 2") ?? false)
        for error in [unasked, together, back] { #expect(error?.recovery == .halt) }
        // Nothing of it is part of what would be appended.
        #expect(pump.checkpoint.resume == point(3))
    }

    @Test func aCheckpointOfAnotherFormatIsRefused() throws {
        var checkpoint = CaptureCheckpoint(
            resume: ResumePoint(source: SourceIdentity(id: "s", name: "s"), position: Position(7)))
        checkpoint.version += 1
        let bytes = checkpoint.encoded()
        let error = #expect(throws: CaptureError.self) { try CaptureCheckpoint(decoding: bytes) }
        #expect(error?.recovery == .halt && error?.message.contains("format") == true)
        #expect(throws: CaptureError.self) { try CaptureCheckpoint(decoding: Array(bytes.dropLast())) }
    }

    @Test func theCheckpointSurvivesItsEncoding() throws {
        var checkpoint = CaptureCheckpoint(resume: point(7), isInsideTransaction: true)
        var table = BackfillCheckpoint.Table(name: "t")
        table.after = "0a"
        checkpoint.backfill = BackfillCheckpoint(tables: [table])
        #expect(try CaptureCheckpoint(decoding: checkpoint.encoded()) == checkpoint)
        checkpoint.version = 99
        let later = checkpoint.encoded()
        #expect(throws: CaptureError.self) { try CaptureCheckpoint(decoding: later) }
        #expect(throws: CaptureError.self) { try CaptureCheckpoint(decoding: [1, 2, 3]) }
    }

    @Test func theAbandonmentSurvivesItsFrame() throws {
        #expect(try ChangeBatch(frame: ChangeBatch.abandonment.frame()).isAbandonment)
    }

    @Test func whatASourceDeliversAgainIsNoNews() throws {
        var pump = Pump(durable: CaptureCheckpoint(resume: point(5)))
        #expect(pump.news(of: batch(4)) == nil)
        #expect(pump.news(of: batch(5)) == nil)
        #expect(pump.news(of: batch(6)) == batch(6))
        // Every part of a transaction stands at one position, and only its end makes that position known.
        try pump.read(batch(7, continues: true), resumePoint: point(5))
        #expect(pump.news(of: batch(7)) == batch(7))
        try pump.read(batch(7), resumePoint: point(7))
        #expect(pump.news(of: batch(7)) == nil)
    }

    @Test func aBatchThatIsHalfKnownKeepsItsOtherHalf() throws {
        let table = TableSchema(name: "t", columns: [ColumnSchema(name: "id", kind: .int64)], key: [0])
        var half = ChangeBatch(tables: [table])
        for position: UInt64 in 4...7 {
            half.changes.append(
                .init(operation: .insert, table: 0, before: nil, after: UInt32(half.bytes.count)))
            RowWriter.integer(Int64(position), &half.bytes)
            half.transactions.append(
                .init(
                    position: Position(position), committedAt: nil, origin: .application,
                    changes: half.changes.count - 1..<half.changes.count))
        }
        let pump = Pump(durable: CaptureCheckpoint(resume: point(5)))
        let news = try #require(pump.news(of: half))
        #expect(news.transactions.map(\.position.value) == [6, 7])
        #expect(news.transactions.map(\.changes) == [0..<1, 1..<2])
        #expect(news.changes == Array(half.changes[2...]))
        #expect(try ChangeBatch(frame: news.frame()) == news)
    }

    @Test func anIdleSourceThatMovesOnIsConfirmedOnlyOnceThatIsDurable() throws {
        var pump = Pump(durable: CaptureCheckpoint(resume: point(5)))
        let isSame = pump.idle(at: point(5))
        #expect(!isSame)
        let hasMoved = pump.idle(at: point(9))
        #expect(hasMoved)
        #expect(pump.confirmable == Position(5))
        pump.appended()
        #expect(pump.confirmable == Position(9))
        try pump.read(batch(12, continues: true), resumePoint: point(9))
        let isInside = pump.idle(at: point(12))
        #expect(!isInside, "inside a transaction nothing is known of its position")
    }
}
