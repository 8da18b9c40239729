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
}
