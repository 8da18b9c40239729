import Capture
import Foundation
import Model
import SQLite
import TestKit
import Testing

@testable import SQLiteConnector

/// What the source refuses to read over: altered triggers, changed tables, restored files, holes.
@Suite struct SQLiteSourceGuardTests {
    private func fixture() throws -> SQLiteSourceFixture {
        let fixture = try SQLiteSourceFixture(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE u (id INTEGER PRIMARY KEY);
            CREATE TRIGGER mine AFTER INSERT ON t BEGIN SELECT 1; END
            """)
        try fixture.install("t")
        _ = try fixture.source()
        try fixture.app.execute("INSERT INTO t VALUES (1,'a'),(2,'b'),(3,'c')")
        try fixture.drain()
        return fixture
    }

    private func refusal(_ fixture: SQLiteSourceFixture) throws -> CaptureError? {
        do {
            try fixture.drain()
            return nil
        } catch let error as CaptureError {
            return error
        }
    }

    @Test func installsOnceAndRemovesEverything() throws {
        let fixture = try fixture()
        let first = try #require(try SQLiteJournal.installed(at: fixture.path))
        let version = try fixture.app.integer("PRAGMA schema_version")
        let second = try fixture.install("t")
        #expect(try fixture.app.integer("PRAGMA schema_version") == version)
        #expect(second.generation == first.generation && second.id == first.id)
        #expect(first.objects.count == 5 + 1 + 4)
        #expect(first.journalMode == "wal")
        #expect(first.problems.isEmpty)
        #expect(try SQLiteJournal.uninstall(at: fixture.path).count == 10)
        #expect(try fixture.app.integer("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'banyan%'") == 0)
        #expect(try fixture.app.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'mine'") == 1)
        #expect(try SQLiteJournal.uninstall(at: fixture.path) == [])
        #expect(try SQLiteJournal.installed(at: fixture.path) == nil)
    }

    @Test(arguments: [
        #"replace(shape, '"key":[0]', '"key":[7]')"#, #"replace(shape, '"key":[0]', '"key":[-1]')"#,
        #"replace(shape, '"isNullable":true', '"isNullable":true,"scale":300')"#,
        #"replace(shape, '"isNullable":true', '"isNullable":true,"scale":-2')"#,
        #"replace(shape, '"columns":[0]', '"columns":[3]')"#, #"replace(shape, '[null,null]', '[null]')"#,
        "'{}'", "x'00ff'",
    ])
    func refusesAShapeThatWasAltered(shape: String) throws {
        let fixture = try fixture()
        for active in [1, 0] {
            try fixture.app.execute("UPDATE banyan_captured SET shape = \(shape), active = \(active)")
            #expect(fixture.app.changes == 1)
            let error = #expect(throws: CaptureError.self) {
                _ = try SQLiteSource(path: fixture.path, name: "legacy")
            }
            #expect(error?.code == .tampered)
            #expect(throws: CaptureError.self) { _ = try SQLiteJournal.installed(at: fixture.path) }
        }
    }

    @Test func refusesAShapeWiderThanTheJournal() throws {
        let fixture = try fixture()
        let shape = try #require(try SQLiteCatalog.shape(of: "t", fixture.app))
        var wide = shape
        for number in 0..<40 {
            wide.schema.columns.append(ColumnSchema(name: "c\(number)", kind: .text))
            wide.defaults.append(nil)
        }
        let json = String(decoding: try JSONEncoder().encode(wide), as: UTF8.self)
        try fixture.app.run("INSERT INTO banyan_captured VALUES (2, 'x', 0, ?1)", [.text(json)])
        let error = #expect(throws: CaptureError.self) {
            _ = try SQLiteSource(path: fixture.path, name: "legacy")
        }
        #expect(error != nil)
    }

    @Test func refusesAJournalThatEndsBeforeItsFirstRow() throws {
        let fixture = try fixture()
        try fixture.app.execute("UPDATE banyan_journal SET seq = seq - 1000")
        let source = try SQLiteSource(path: fixture.path, name: "legacy")
        for attempt in [
            { _ = try source.currentPosition() }, { _ = try source.open(after: nil) },
            { _ = try fixture.source().next(byteLimit: 1 << 20) }, { _ = try source.backlog() },
        ] {
            let error = #expect(throws: CaptureError.self, performing: attempt)
            #expect(error?.code == .tampered)
        }
    }

    @Test(arguments: [
        "DROP TRIGGER banyan_1_delete",
        "DROP TRIGGER banyan_1_probe_insert;"
            + "CREATE TRIGGER banyan_1_probe_insert BEFORE INSERT ON t BEGIN SELECT 1; END",
        "DROP VIEW banyan_seal",
        "DROP TABLE banyan_captured",
        "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
    ])
    func noticesTriggersThatAreGoneOrOthers(sql: String) throws {
        let fixture = try fixture()
        try fixture.app.execute(sql)
        let error = try refusal(fixture)
        #expect(error?.code == .tampered, "\(String(describing: error))")
        #expect(error?.recovery == .resnapshot)
    }

    @Test(arguments: [false, true])
    func noticesATriggerThatWasDroppedAndMadeAgain(vacuum: Bool) throws {
        let fixture = try fixture()
        let point = try fixture.source().resumePoint
        let sql = try #require(
            try fixture.app.string("SELECT sql FROM sqlite_schema WHERE name = 'banyan_1_update'"))
        try fixture.app.execute("DROP TRIGGER banyan_1_update; UPDATE t SET v = 'unseen'; \(sql)")
        if vacuum { try fixture.app.execute("VACUUM") }
        let error = try refusal(fixture)
        #expect(error?.message.contains("banyan_1_update was dropped and made again") == true)
        // A repair does not hide the hole from a stream that was there before it.
        try fixture.install("t")
        let refused = #expect(throws: CaptureError.self) { try fixture.reopen(after: point) }
        #expect(refused?.code == .tampered)
        #expect(try refusal(fixture)?.recovery == .resnapshot)
        _ = try fixture.reopen(after: nil)
        #expect(try fixture.captured("DELETE FROM t WHERE id = 1") == ["delete 1"])
    }

    @Test func letsVacuumAndOtherTablesChange() throws {
        let fixture = try fixture()
        try fixture.app.execute(
            "CREATE INDEX extra ON t (v); ALTER TABLE u ADD COLUMN x; DROP TABLE u; VACUUM; ANALYZE")
        #expect(try fixture.captured("INSERT INTO t VALUES (9,'z')") == ["insert 9"])
    }

    @Test(arguments: [
        ("ALTER TABLE t ADD COLUMN w INT", "column w was added"),
        ("ALTER TABLE t RENAME COLUMN v TO w", "column v was dropped or renamed"),
        ("ALTER TABLE t RENAME TO s", "table t was dropped or renamed"),
        ("DROP TABLE t", "table t was dropped or renamed"),
        ("CREATE UNIQUE INDEX uv ON t (v)", "a unique key was added"),
        ("DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)", "column v was TEXT, is BLOB"),
    ])
    func namesWhatChangedInATable(sql: String, words: String) throws {
        let fixture = try fixture()
        try fixture.app.execute(sql)
        let error = try refusal(fixture)
        #expect(error?.code == .schemaChanged)
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test func capturesAChangedTableAnewAfterInstallation() throws {
        let fixture = try fixture()
        try fixture.app.execute("ALTER TABLE t ADD COLUMN w INT")
        try fixture.install("t")
        _ = try fixture.reopen(after: nil)
        #expect(try fixture.captured("UPDATE t SET w = 5 WHERE id = 1") == ["update 1"])
        #expect(try fixture.present().rows["t"]?.count == 3)
    }

    @Test func addsATableWithoutBreakingTheStream() throws {
        let fixture = try fixture()
        let point = try fixture.source().resumePoint
        try fixture.app.execute("INSERT INTO t VALUES (4,'d')")
        try fixture.install("u")
        #expect(try refusal(fixture)?.recovery == .retry)
        _ = try fixture.reopen(after: point)
        fixture.trace = []
        try fixture.app.execute("INSERT INTO u VALUES (7)")
        try fixture.drain()
        #expect(fixture.trace == ["insert 4", "insert 7"])
    }

    @Test func refusesARestoredFile() throws {
        let fixture = try fixture()
        let copy = fixture.folder.appending(path: "copy.db").path
        try fixture.app.execute("VACUUM INTO \(SQLiteName.literal(copy))")
        try fixture.app.execute("INSERT INTO t VALUES (4,'d'); DELETE FROM t WHERE id = 4")
        try fixture.drain()
        let point = try fixture.source().resumePoint
        let restored = try SQLiteSource(path: copy, name: "legacy")
        // The copy ends before the position.
        #expect(throws: CaptureError.self) { try restored.open(after: point) }
        // The copy went its own way past the position.
        let other = try SQLiteConnection(path: copy, access: .readWrite)
        try other.execute("INSERT INTO t VALUES (5,'x'),(6,'y'),(7,'z')")
        let error = #expect(throws: CaptureError.self) { try restored.open(after: point) }
        #expect(error?.code == .foreign)
    }

    @Test func refusesAnotherDatabase() throws {
        let one = try fixture()
        let other = try fixture()
        let point = try one.source().resumePoint
        let error = #expect(throws: CaptureError.self) { try other.reopen(after: point) }
        #expect(error?.code == .foreign)
    }

    @Test func refusesHolesAndForeignRows() throws {
        let fixture = try fixture()
        try fixture.app.execute(
            "INSERT INTO t VALUES (4,'d'),(5,'e'),(6,'f'); DELETE FROM banyan_journal WHERE seq = 5")
        #expect(try refusal(fixture)?.code == .gap)
        _ = try fixture.reopen(after: nil)
        try fixture.app.execute("INSERT INTO banyan_journal (mark, tbl, op) VALUES (1, 1, 1)")
        #expect(try refusal(fixture)?.code == .tampered)
        _ = try fixture.reopen(after: nil)
        try fixture.app.execute(
            """
            INSERT INTO t VALUES (7,'g');
            UPDATE banyan_journal SET op = op + 256 WHERE seq = (SELECT max(seq) FROM banyan_journal)
            """)
        #expect(try refusal(fixture)?.code == .tampered)
        _ = try fixture.reopen(after: nil)
        try fixture.app.execute("DELETE FROM banyan_journal")
        #expect(try refusal(fixture)?.code == .foreign)
    }

    @Test func resumesAfterEveryPositionAndTrimsOnlyWhatWasConfirmed() throws {
        let fixture = try fixture()
        var points = [try fixture.source().resumePoint]
        for id in 10..<20 {
            try fixture.app.execute("INSERT INTO t VALUES (\(id),'x')")
            try fixture.drain()
            points.append(try fixture.source().resumePoint)
        }
        for (index, point) in points.enumerated() {
            _ = try fixture.reopen(after: point)
            fixture.trace = []
            try fixture.drain()
            #expect(fixture.trace == (10 + index..<20).map { "insert \($0)" })
        }
        try fixture.app.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3099)
            INSERT INTO t SELECT i, 'x' FROM n
            """)
        try fixture.drain()
        try fixture.app.execute("DELETE FROM t WHERE id = 1")
        let source = try fixture.source()
        let confirmed = source.resumePoint
        // A margin of 706 rows stays for a page of 4,096 bytes.
        let kept = Int64(confirmed.position.value) - 706
        // A round of trimming ends after some milliseconds, done or not.
        try waitUntil("the trimming") {
            try source.confirm(confirmed.position)
            return try fixture.app.integer("SELECT min(seq) FROM banyan_journal") ?? 0 >= kept
        }
        #expect(try fixture.app.integer("SELECT min(seq) FROM banyan_journal") == kept)
        fixture.trace = []
        _ = try fixture.reopen(after: confirmed)
        try fixture.drain()
        #expect(fixture.trace == ["delete 1"])
        let error = #expect(throws: CaptureError.self) { try fixture.reopen(after: points[4]) }
        #expect(error?.code == .gap)
    }

    @Test func trimmingGivesWayToAWriter() throws {
        let fixture = try fixture()
        try fixture.app.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (50,'x')")
        let source = try fixture.source()
        try source.confirm(source.resumePoint.position)
        try fixture.app.execute("COMMIT")
        #expect(try fixture.app.integer("SELECT min(seq) FROM banyan_journal") == 1)
    }

    @Test func aLargeTransactionComesInPartsWithoutMovingTheResumePoint() throws {
        let fixture = try fixture()
        let source = try fixture.source()
        let start = source.resumePoint
        try fixture.app.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 5099)
            INSERT INTO t SELECT i, 'some text ' || i FROM n
            """)
        var batches: [ChangeBatch] = []
        while let batch = try source.next(byteLimit: 10_000) {
            batches.append(batch)
            if batch.continues { #expect(source.resumePoint == start) }
        }
        #expect(batches.count > 5)
        #expect(batches.allSatisfy { $0.transactions.count == 1 && $0.bytes.count < 20_000 })
        #expect(Set(batches.map(\.transactions[0].position)).count == 1)
        #expect(batches.map(\.continues) == batches.map { _ in true }.dropLast() + [false])
        #expect(batches.reduce(0) { $0 + $1.changes.count } == 5000)
        #expect(source.resumePoint.position == Position(start.position.value + 5000))
        // A part was read, then everything broke: the whole transaction comes again.
        let again = try fixture.reopen(after: start)
        #expect(try again.next(byteLimit: 10_000) == batches[0])
    }

    @Test func touchesFarApartAreResolvedInBoundedMemory() throws {
        let fixture = try fixture()
        _ = try fixture.source()
        try fixture.app.execute(
            """
            BEGIN;
            WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 1099)
            INSERT INTO t SELECT i, 'x' FROM n;
            WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 1099)
            INSERT OR IGNORE INTO t SELECT i, 'y' FROM n;
            WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 2 FROM n WHERE i < 1099)
            INSERT OR REPLACE INTO t SELECT i, 'z' FROM n;
            COMMIT
            """)
        fixture.replica.isComplete = true
        try fixture.drain()
        #expect(try fixture.replica == fixture.present())
    }
}
