import Capture
import ChangeLog
import Foundation
import Model
import SQLite
import Synchronization
import Testing

@testable import SQLiteConnector

@Suite struct SQLiteSourceDriverTests {
    private func capture(
        _ fixture: SQLiteSourceFixture, _ log: MemoryLog, _ control: CaptureControl, tables: [String] = ["t"]
    ) -> TestCapture {
        var configuration = CaptureDriver.Configuration()
        configuration.context = "c"
        configuration.tables = tables
        configuration.tuning.rowsFirst = 10
        configuration.limits.logRecords = nil
        let path = fixture.path
        return TestCapture(
            configuration, control: control, log: log,
            source: { try SQLiteSource(path: path, name: "legacy") },
            reader: { try SQLiteRangeReader(path: path) })
    }

    private func fixture(rows: Int = 100) throws -> SQLiteSourceFixture {
        let fixture = try SQLiteSourceFixture(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            INSERT INTO t SELECT i, 'v' FROM n
            """)
        try fixture.install("t")
        return fixture
    }

    @Test func copiesHistoryFollowsChangesAndShowsIt() throws {
        let fixture = try fixture()
        let (log, control) = (MemoryLog(), CaptureControl())
        let capture = capture(fixture, log, control)
        #expect(eventually { control.status.backfill.first?.isDone == true || capture.thread.isDone })
        try fixture.app.execute("UPDATE t SET v = 'w' WHERE id = 3; DELETE FROM t WHERE id = 4")
        #expect(eventually { control.status.durable == Position(2) || capture.thread.isDone })
        #expect(control.status.phase == .running)
        #expect(control.status.backfill.first?.rowsDone == 100)
        #expect(control.status.source?.name == "legacy")
        #expect(control.status.rows >= 102)
        control.stop()
        try capture.finish()
        #expect(control.status.phase == .stopped)
        #expect(try log.replay() == fixture.present())
        #expect(log.records.filter(\.isHistorical).allSatisfy { $0.chunk?.context == "c" })
    }

    @Test func aFinishedBackfillIsNotReadAgainAfterARestart() throws {
        let fixture = try fixture()
        let log = MemoryLog()
        for _ in 0..<2 {
            let control = CaptureControl()
            let capture = capture(fixture, log, control)
            #expect(eventually { control.status.backfill.first?.isDone == true || capture.thread.isDone })
            control.stop()
            try capture.finish()
        }
        #expect(log.records.filter(\.isHistorical).reduce(0) { $0 + $1.changes.count } == 100)
    }

    @Test func aPauseHoldsHistoryBackAndNotTheStream() throws {
        let fixture = try fixture()
        let (log, control) = (MemoryLog(), CaptureControl())
        control.pauseBackfill(true)
        let capture = capture(fixture, log, control)
        #expect(eventually { control.status.throttle == .wait(.milliseconds(100), .paused) })
        try fixture.app.execute("INSERT INTO t VALUES (500, 'live')")
        #expect(eventually { control.status.durable == Position(1) })
        #expect(log.records.allSatisfy { !$0.isHistorical })
        control.pauseBackfill(false)
        #expect(eventually { control.status.backfill.first?.isDone == true })
        control.stop()
        try capture.finish()
        #expect(try log.replay() == fixture.present())
    }

    @Test func haltsWithTheReasonWhenATriggerIsGone() throws {
        let fixture = try fixture()
        let (log, control) = (MemoryLog(), CaptureControl())
        let capture = capture(fixture, log, control, tables: [])
        #expect(eventually { control.status.phase == .running })
        try fixture.app.execute("DROP TRIGGER banyan_1_insert")
        let error = #expect(throws: CaptureError.self) { try capture.finish() }
        #expect(error?.code == .tampered)
        #expect(control.status.phase == .halted(.resnapshot))
        #expect(control.status.failure?.contains("banyan_1_insert is missing") == true)
    }

    @Test func attemptsLeaveNoFilesOpen() throws {
        let fixture = try fixture()
        func filesOpen() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { descriptor in
                // A descriptor that was closed meanwhile leads nowhere.
                let target = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/self/fd/\(descriptor)")
                return target?.hasPrefix(fixture.folder.path) == true
            }
        }
        _ = try fixture.app.integer("SELECT count(*) FROM t")
        let before = try filesOpen()
        let sessions = Mutex(0)
        // Every second append fails, and with it the attempt that made it.
        let log = MemoryLog { $0 % 2 == 0 ? .before : nil }
        var configuration = CaptureDriver.Configuration()
        configuration.context = "c"
        configuration.tables = ["t"]
        configuration.tuning.rowsFirst = 1
        configuration.tuning.rowsMax = 1
        configuration.limits.logRecords = nil
        configuration.nap = .microseconds(10)...(.microseconds(200))
        configuration.pace = .zero
        configuration.backoff = .microseconds(10)...(.microseconds(200))
        let (control, path) = (CaptureControl(), fixture.path)
        let capture = TestCapture(
            configuration, control: control, log: log,
            source: {
                sessions.withLock { $0 += 1 }
                return try SQLiteSource(path: path, name: "legacy")
            }, reader: { try SQLiteRangeReader(path: path) })
        #expect(eventually { sessions.withLock { $0 } > 30 || capture.thread.isDone })
        control.stop()
        try capture.finish()
        #expect(sessions.withLock { $0 } > 30)
        // SQLite keeps a few to use them again while the application's own connection is open: as many as one
        // attempt has at once, however many attempts there were.
        let areClosed = try eventually(within: 10) { try filesOpen() <= before + 12 }
        let open = try filesOpen()
        #expect(areClosed, "\(open) files are open, \(before) were before")
    }

    @Test func confirmsOnlyWhatTheLogHolds() throws {
        let fixture = try fixture(rows: 1)
        let (log, control) = (MemoryLog { _ in .before }, CaptureControl())
        let capture = capture(fixture, log, control, tables: [])
        try fixture.app.execute("INSERT INTO t VALUES (600, 'x')")
        #expect(eventually { control.status.attempts > 3 })
        control.stop()
        try capture.finish()
        #expect(log.records.isEmpty)
        #expect(try fixture.app.integer("SELECT count(*) FROM banyan_journal") == 1)
    }
}
