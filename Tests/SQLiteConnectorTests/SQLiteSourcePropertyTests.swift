import Capture
import ChangeLog
import Foundation
import Model
import SQLite
import Synchronization
import Testing

@testable import SQLiteConnector

/// Random writers against real SQLite: what was captured is what is there.
@Suite struct SQLiteSourcePropertyTests {
    @Test(arguments: 0..<12)
    func aReplicaFedByTheStreamEqualsTheTables(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let workload = SQLiteSourceWorkload(&random)
        let fixture = try SQLiteSourceFixture(workload.schema)
        try SQLiteJournal.install(.init(tables: workload.tables), at: fixture.path)
        fixture.replica.isComplete = true
        _ = try fixture.source()
        let writers = Self.start(
            workload, at: fixture.path, seeds: [seed * 2 + 100, seed * 2 + 101], count: 80)
        var limit = SeededGenerator(seed: seed + 7)
        while !writers.allSatisfy(\.thread.isDone) {
            try fixture.drain(byteLimit: Int.random(in: 1...4000, using: &limit))
        }
        try writers.forEach { try $0.finish() }
        try fixture.drain(byteLimit: 300)
        #expect(try fixture.replica == fixture.present(), "seed \(seed)")
    }

    /// Writers, a backfill that starts at some moment, and a driver whose appends and reads fail at random.
    @Test(arguments: 0..<12)
    func theLogsReplayEqualsTheTables(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &+ 1000)
        let workload = SQLiteSourceWorkload(&random)
        let fixture = try SQLiteSourceFixture(workload.schema)
        try workload.write(30, to: fixture.path, seed: seed)
        // The journal is installed while writers write.
        let writers = Self.start(
            workload, at: fixture.path, seeds: [seed * 3 + 500, seed * 3 + 501], count: 60)
        try SQLiteJournal.install(.init(tables: workload.tables), at: fixture.path)
        let log = MemoryLog { number in
            // Faults end at some time, because a large transaction read in tiny parts needs a while without
            // any.
            guard number < 60 else { return nil }
            var dice = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(number))
            return [nil, nil, nil, nil, .before, .after].randomElement(using: &dice) ?? nil
        }
        let dice = FaultyDice(seed: seed, faults: 30)
        let control = CaptureControl()
        let path = fixture.path
        let capture = TestCapture(
            Self.configuration(workload.tables, &random), control: control, log: log,
            source: { FaultySource(try SQLiteSource(path: path, name: "legacy"), dice) },
            reader: { try SQLiteRangeReader(path: path) })
        try writers.forEach { try $0.finish() }
        let end = try fixture.source().currentPosition()
        let isThere = try eventually {
            let checkpoint = try log.checkpoint()
            return capture.thread.isDone
                || (checkpoint?.resume.position == end
                    && checkpoint?.backfill?.tables.allSatisfy(\.isDone) == true)
        }
        control.stop()
        try capture.finish()
        #expect(isThere, "seed \(seed): \(control.status)")
        #expect(try log.replay() == fixture.present(), "seed \(seed)")
        for batch in log.records where batch.isHistorical {
            #expect(batch.chunk?.digest == BackfillMachine.digest(of: batch))
        }
    }

    static func configuration(_ tables: [String], _ random: inout SeededGenerator)
        -> CaptureDriver.Configuration
    {
        var configuration = CaptureDriver.Configuration()
        configuration.context = "c"
        configuration.tables = tables
        configuration.tuning.rowsFirst = Int.random(in: 1...5, using: &random)
        configuration.tuning.rowsMin = 1
        configuration.tuning.rowsMax = 8
        configuration.limits.logRecords = nil
        configuration.recordBytes = Int.random(in: 1...2000, using: &random)
        configuration.groupBytes = Int.random(in: 1...8000, using: &random)
        configuration.backoff = .microseconds(10)...(.microseconds(200))
        return configuration
    }

    static func start(
        _ workload: SQLiteSourceWorkload, at path: String, seeds: [UInt64], count: Int
    ) -> [TestWriter] {
        seeds.map { seed in TestWriter { try workload.write(count, to: path, seed: seed) } }
    }
}

/// A writer on a thread of its own, whose failure is the test's.
final class TestWriter: Sendable {
    let thread: TestThread
    private let failure: Failure

    final class Failure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    init(_ body: @escaping @Sendable () throws -> Void) {
        let failure = Failure()
        self.failure = failure
        thread = TestThread.start {
            do { try body() } catch { failure.error.withLock { $0 = error } }
        }
    }

    func finish() throws {
        thread.join()
        if let error = failure.error.withLock({ $0 }) { throw error }
    }
}

/// A driver on a thread of its own.
final class TestCapture: Sendable {
    private let writer: TestWriter
    var thread: TestThread { writer.thread }

    init(
        _ configuration: CaptureDriver.Configuration, control: CaptureControl, log: MemoryLog,
        source: @escaping @Sendable () throws -> any ChangeSource,
        reader: @escaping @Sendable () throws -> any RangeReader
    ) {
        let driver = CaptureDriver(
            configuration,
            seams: .init(
                source: source, reader: reader, log: { log.writer() }, probes: { Throttle.Inputs() }),
            control: control)
        writer = TestWriter { try driver.run() }
    }

    func finish() throws { try writer.finish() }
}

/// A source that is now and then out of reach.
final class FaultySource: ChangeSource {
    private let source: any ChangeSource
    private let dice: FaultyDice

    init(_ source: any ChangeSource, _ dice: FaultyDice) {
        self.source = source
        self.dice = dice
    }

    var identity: SourceIdentity { source.identity }
    var tables: [TableSchema] { source.tables }
    var resumePoint: ResumePoint { source.resumePoint }
    var fidelity: TransactionFidelity { source.fidelity }

    func open(after point: ResumePoint?) throws -> ResumePoint { try source.open(after: point) }

    func next(byteLimit: Int) throws -> ChangeBatch? {
        try dice.roll()
        return try source.next(byteLimit: byteLimit)
    }

    func confirm(_ position: Position) throws {
        try dice.roll()
        try source.confirm(position)
    }

    func currentPosition() throws -> Position { try source.currentPosition() }
    func backlog() throws -> Int { try source.backlog() }
}

/// Throws a limited number of faults at random.
final class FaultyDice: Sendable {
    private let state: Mutex<(random: SeededGenerator, left: Int)>

    init(seed: UInt64, faults: Int) {
        state = Mutex((SeededGenerator(seed: seed), faults))
    }

    func roll() throws {
        let isFault = state.withLock { state in
            guard state.left > 0, Int.random(in: 0..<20, using: &state.random) == 0 else { return false }
            state.left -= 1
            return true
        }
        if isFault { throw CaptureError(.unavailable, "a fault was injected", hint: "tried again") }
    }
}
