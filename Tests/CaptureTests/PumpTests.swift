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

    @Test func confirmsNothingBeforeTheAppendReturned() {
        var pump = Pump(durable: CaptureCheckpoint(resume: point(3)))
        pump.read(batch(5), resumePoint: point(5))
        #expect(pump.confirmable == Position(3))
        #expect(pump.checkpoint.resume == point(5))
        pump.appended()
        #expect(pump.confirmable == Position(5))
    }

    @Test func anUnfinishedTransactionDoesNotMoveTheResumePoint() {
        var pump = Pump(durable: CaptureCheckpoint(resume: point(3)))
        pump.read(batch(9, continues: true), resumePoint: point(3))
        pump.appended()
        #expect(pump.confirmable == Position(3))
        #expect(pump.durable.isInsideTransaction)
        pump.read(batch(9), resumePoint: point(9))
        pump.appended()
        #expect(pump.confirmable == Position(9))
        #expect(!pump.durable.isInsideTransaction)
    }

    @Test func abandonsAnUnfinishedTransactionAfterARestart() {
        var pump = Pump(durable: CaptureCheckpoint(resume: point(3), isInsideTransaction: true))
        let first = pump.prologue()
        #expect(first?.isAbandonment == true)
        let second = pump.prologue()
        #expect(second == nil)
        pump.appended()
        #expect(!pump.durable.isInsideTransaction)
    }

    @Test func aCheckpointOfAnotherFormatIsRefused() throws {
        var checkpoint = CaptureCheckpoint(
            resume: ResumePoint(source: SourceIdentity(id: "s", name: "s"), position: Position(7)))
        checkpoint.version += 1
        let bytes = try checkpoint.encoded()
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
        let later = try checkpoint.encoded()
        #expect(throws: CaptureError.self) { try CaptureCheckpoint(decoding: later) }
        #expect(throws: CaptureError.self) { try CaptureCheckpoint(decoding: [1, 2, 3]) }
    }

    @Test func theAbandonmentSurvivesItsFrame() throws {
        #expect(try ChangeBatch(frame: ChangeBatch.abandonment.frame()).isAbandonment)
    }
}
