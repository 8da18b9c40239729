import ChangeLog
import Model
import TestKit
import Testing

@testable import Capture

/// How a capture spaces its appends.
@Suite struct CaptureLoopTests {
    private static let table = TableSchema(
        name: "t",
        columns: [
            ColumnSchema(name: "id", kind: .int64, isNullable: false), ColumnSchema(name: "v", kind: .text),
        ], key: [0])

    /// Each append is a sync that the application shares its disk for: a small one is followed by a pause, in
    /// which more comes together; a large one is not.
    @Test func aSmallAppendIsFollowedByAPauseAndALargeOneIsNot() throws {
        let legacy = MemoryLegacy(id: "legacy")
        try legacy.capture([Self.table])
        let log = MemoryLog(clock: ManualClock())
        nonisolated(unsafe) let source = legacy
        nonisolated(unsafe) let target = log
        var configuration = CaptureDriver.Configuration()
        configuration.pace = .milliseconds(8)
        let loop = CaptureLoop(
            configuration,
            seams: CaptureDriver.Seams(
                source: { unsafe source.makeSource() }, reader: { unsafe source.makeReader() },
                log: { unsafe try target.openWriter() }, probes: { Throttle.Inputs() }),
            control: CaptureControl(),
            around: CaptureSurroundings(now: { .zero }, jitter: { 0 }, chunks: { _ in NoChunks() }))
        defer { loop.close() }
        func pause() throws -> Duration? {
            if case .progressed(let pause) = loop.turn() { return pause }
            return nil
        }
        #expect(try pause() == .zero)
        try commit(legacy, key: 1, bytes: 10)
        #expect(try pause() == .milliseconds(8))
        try commit(legacy, key: 2, bytes: 300 << 10)
        #expect(try pause() == .zero)
        #expect(log.end.value == 2)
    }

    /// One of several readers of history is gone: the stream goes on, and people are told.
    @Test func aLostHelperIsSaidAndStopsNothing() throws {
        let legacy = MemoryLegacy(id: "helpers")
        try legacy.capture([Self.table])
        let log = MemoryLog(clock: ManualClock())
        let control = CaptureControl()
        let loop = loop(legacy, log, control, OneGone())
        defer { loop.close() }
        for key in 1...3 {
            try commit(legacy, key: Int64(key), bytes: 10)
            if case .halted(let error) = loop.turn() { throw error }
        }
        #expect(control.status.phase == .running)
        #expect(control.status.failure?.contains("the others go on") == true)
        #expect(control.status.failure?.contains("too many connections") == true)
    }

    /// A loop over these, with nothing to read but the stream.
    private func loop(
        _ legacy: MemoryLegacy, _ log: MemoryLog, _ control: CaptureControl = CaptureControl(),
        _ chunks: any ChunkReading = NoChunks()
    ) -> CaptureLoop {
        nonisolated(unsafe) let source = legacy
        nonisolated(unsafe) let target = log
        var configuration = CaptureDriver.Configuration()
        configuration.context = ChunkCertificate.everyContext
        configuration.tables = ["t"]
        return CaptureLoop(
            configuration,
            seams: CaptureDriver.Seams(
                source: { unsafe source.makeSource() }, reader: { unsafe source.makeReader() },
                log: { unsafe try target.openWriter() }, probes: { Throttle.Inputs() }),
            control: control,
            around: CaptureSurroundings(now: { .zero }, jitter: { 0 }, chunks: { _ in chunks }))
    }

    /// A log that holds one record of a transaction whose end it lacks, and the order to read history anew.
    private func interruptedLog(upTo position: Position) throws -> MemoryLog {
        let log = MemoryLog(clock: ManualClock())
        let writer = try log.openWriter()
        var checkpoint = CaptureCheckpoint(
            resume: ResumePoint(source: SourceIdentity(id: "another", name: "t"), position: position),
            isInsideTransaction: true,
            backfill: BackfillCheckpoint(tables: [BackfillCheckpoint.Table(name: "t")]))
        checkpoint.isRestart = true
        #expect(try CaptureCheckpoint(decoding: checkpoint.encoded()) == checkpoint)
        var part = ChangeBatch(tables: [Self.table])
        part.transactions = [
            ChangeBatch.Transaction(
                position: Position(9), committedAt: nil, origin: .application, changes: 0..<0)
        ]
        part.continues = true
        _ = try writer.append([part], checkpoint: checkpoint.encoded())
        return log
    }

    @Test func whereHistoryIsReadAnewTheLogSaysSoFirst() throws {
        let legacy = MemoryLegacy(id: "legacy")
        try legacy.capture([Self.table])
        try commit(legacy, key: 1, bytes: 10)
        let log = try interruptedLog(upTo: .start)
        let loop = loop(legacy, log)
        _ = loop.turn()
        loop.close()
        let records = try log.openReader(named: "test").records(after: LogOffset(1), byteLimit: 1 << 20)
        #expect(records.map(\.batch.isAbandonment) == [true, false])
        let restart = try #require(records.last?.batch.chunk)
        #expect(restart.isRestart && restart.table == "t" && restart.high > .start)
        let held = try CaptureCheckpoint(decoding: try #require(try log.openWriter().checkpoint()))
        #expect(!held.isRestart && !held.isInsideTransaction && held.resume.source.id == "legacy")
        #expect(held.backfill?.tables.first?.chunks == 0)
    }

    /// Events are named by positions: a source that counts from an earlier place would name other events
    /// alike.
    @Test func aSourceThatStandsBeforeWhatWasCapturedIsRefused() throws {
        let legacy = MemoryLegacy(id: "legacy")
        try legacy.capture([Self.table])
        let log = try interruptedLog(upTo: Position(1_000))
        let loop = loop(legacy, log)
        defer { loop.close() }
        guard case .halted(let error) = loop.turn() else {
            Issue.record("it goes on")
            return
        }
        #expect((error as? CaptureError)?.message.contains("positions would come again") ?? false)
        #expect(log.end == LogOffset(1))
    }

    /// A log that cannot be opened, on a full disk say, is just why a source keeps more and more.
    @Test func aSourceIsWatchedWhileNothingCanBeCaptured() {
        let source = KeepingSource()
        source.kept = 200
        nonisolated(unsafe) let kept = source
        var configuration = CaptureDriver.Configuration()
        configuration.retention = RetentionBudget(bytes: 100, action: .release)
        var now = Duration.zero
        let loop = CaptureLoop(
            configuration,
            seams: CaptureDriver.Seams(
                source: { unsafe kept }, reader: { throw CaptureError(.failed, "none", hint: "none") },
                log: { throw LogError(.full, "no room", hint: "Make room.") },
                probes: { Throttle.Inputs() }),
            control: CaptureControl(),
            around: CaptureSurroundings(now: { now }, jitter: { 0 }, chunks: { _ in NoChunks() }))
        for second in 0...61 {
            now = .seconds(second)
            guard case .halted(let error) = loop.turn() else { continue }
            #expect((error as? CaptureError)?.code == .gap && second == 61 && source.releases == 1)
            return
        }
        Issue.record("nothing was given up")
    }

    /// A server that is away for an hour, by the capture's own clock: it is asked again all the time, ever
    /// less often but never less than every upper bound of its backoff, and what was written meanwhile comes.
    @Test(arguments: [0, 0.5, 1]) func aServerThatIsAwayForAnHourIsCapturedFromWhereItWas(jitter: Double)
        throws
    {
        let legacy = MemoryLegacy(id: "legacy")
        try legacy.capture([Self.table])
        let log = MemoryLog(clock: ManualClock())
        nonisolated(unsafe) let source = legacy
        nonisolated(unsafe) let target = log
        nonisolated(unsafe) var (now, away) = (Duration.zero, false)
        let configuration = CaptureDriver.Configuration()
        let control = CaptureControl()
        let loop = CaptureLoop(
            configuration,
            seams: CaptureDriver.Seams(
                source: {
                    guard unsafe !away else {
                        throw CaptureError(.unavailable, "no server answers", hint: "start it")
                    }
                    return unsafe AwaySource(source.makeSource()) { unsafe away }
                }, reader: { unsafe source.makeReader() }, log: { unsafe try target.openWriter() },
                probes: { Throttle.Inputs() }),
            control: control,
            around: CaptureSurroundings(
                now: { unsafe now }, jitter: { jitter }, chunks: { _ in NoChunks() }))
        defer { loop.close() }
        _ = loop.turn()
        try commit(legacy, key: 1, bytes: 10)
        _ = loop.turn()
        let before = log.end
        unsafe away = true
        try commit(legacy, key: 2, bytes: 10)
        var waits: [Duration] = []
        while unsafe now < .seconds(3_600) {
            guard case .retrying(let wait) = loop.turn() else {
                Issue.record("it does not wait: \(control.status)")
                return
            }
            waits.append(wait)
            unsafe now += wait
            #expect(
                control.status.phase == .retrying && control.status.failure?.contains("no server") ?? false)
        }
        let bounds = configuration.backoff
        #expect(waits.allSatisfy { $0 >= bounds.lowerBound && $0 <= bounds.upperBound })
        #expect(waits.last == max(bounds.lowerBound, bounds.upperBound * jitter))
        #expect(log.end == before)
        unsafe away = false
        for _ in 0..<3 { _ = loop.turn() }
        #expect(control.status.phase == .running && control.status.failure == nil)
        let records = try log.openReader(named: "test").records(after: before, byteLimit: 1 << 20)
        #expect(records.flatMap(\.batch.changes).count == 1)
    }

    private func commit(_ legacy: MemoryLegacy, key: Int64, bytes: Int) throws {
        let row = [PlainValue.integer(key), .text(String(repeating: "x", count: bytes))]
        try legacy.begin([.insert(table: "t", row: row)]).commit()
    }

    private final class NoChunks: ChunkReading {
        func ask(_ request: BackfillMachine.Request) {}
        func take() -> [ChunkAnswer] { [] }
        var hasAnswer: Bool { false }
        func stop() {}
    }

    /// A helper that could not connect.
    private final class OneGone: ChunkReading {
        private var isSaid = false

        func ask(_ request: BackfillMachine.Request) {}
        func take() -> [ChunkAnswer] {
            defer { isSaid = true }
            return isSaid
                ? [] : [.fewer(CaptureError(.unavailable, "too many connections", hint: "allow more"))]
        }
        var hasAnswer: Bool { !isSaid }
        func stop() {}
    }
}
