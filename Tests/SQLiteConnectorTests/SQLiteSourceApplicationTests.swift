import Capture
import Foundation
import SQLite
import Testing

@testable import SQLiteConnector

/// What an application notices of the capture, and what it can do to it.
@Suite struct SQLiteSourceApplicationTests {
    private func fixture(wal: Bool = true) throws -> SQLiteSourceFixture {
        let fixture = try SQLiteSourceFixture(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w TEXT)", wal: wal)
        try fixture.install("t")
        try fixture.app.execute("INSERT INTO t VALUES (1,'a','x')")
        return fixture
    }

    /// A change that cannot be journalled does not happen, and the error says whose table is missing.
    @Test func aWriteThatCannotBeJournalledDoesNotHappen() throws {
        let fixture = try fixture()
        try fixture.app.execute("DROP TABLE banyan_journal")
        for sql in ["INSERT INTO t VALUES (2,'b','y')", "UPDATE t SET v = 'z'", "DELETE FROM t"] {
            let error = #expect(throws: SQLiteError.self) { try fixture.app.execute(sql) }
            #expect(error?.message.contains("banyan_journal") == true, "\(String(describing: error))")
        }
        #expect(try fixture.app.string("SELECT group_concat(id || v) FROM t") == "1a")
        try SQLiteJournal.uninstall(at: fixture.path)
        // A connection sees another's change of the schema when it reads.
        #expect(try fixture.app.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'") == 0)
        try fixture.app.execute("DELETE FROM t")
        #expect(try fixture.app.integer("SELECT count(*) FROM t") == 0)
    }

    /// SQLite refuses to drop a column that a trigger reads, and says which trigger.
    @Test func aCapturedColumnCannotBeDroppedBeforeTheTriggersAreGone() throws {
        let fixture = try fixture()
        _ = try fixture.source()
        let error = #expect(throws: SQLiteError.self) {
            try fixture.app.execute("ALTER TABLE t DROP COLUMN v")
        }
        #expect(error?.message.contains("banyan_1_") == true, "\(String(describing: error))")
        #expect(try fixture.captured("UPDATE t SET v = 'still there' WHERE id = 1") == ["update 1"])
        let point = try fixture.source().resumePoint
        try SQLiteJournal.uninstall(at: fixture.path)
        try fixture.app.execute("ALTER TABLE t DROP COLUMN v; INSERT INTO t VALUES (2,'unseen')")
        try fixture.install("t")
        // What happened while nothing was captured cannot be made up for: the stream from before is refused.
        let refused = #expect(throws: CaptureError.self) { try fixture.reopen(after: point) }
        #expect(refused?.recovery == .resnapshot)
        _ = try fixture.reopen(after: nil)
        #expect(try fixture.captured("UPDATE t SET w = 'y' WHERE id = 1") == ["update 1"])
        #expect(try fixture.present().rows["t"]?.count == 2)
    }

    @Test func aJournalOfAnotherFormatIsRefused() throws {
        let fixture = try fixture()
        try fixture.app.execute("UPDATE banyan_source SET format = format + 1")
        for open in [
            { _ = try SQLiteSource(path: fixture.path, name: "legacy") },
            { _ = try SQLiteRangeReader(path: fixture.path) },
            { _ = try SQLiteJournal.install(.init(tables: ["t"]), at: fixture.path) },
        ] {
            let error = #expect(throws: CaptureError.self) { try open() }
            #expect(error?.code == .unsupported)
        }
    }

    /// Beside a write-ahead log only the sync of its own commits is left out; with a rollback journal, none.
    @Test(arguments: [(true, 1), (false, 2)]) func trimmingNeverEndangersTheFile(wal: Bool, level: Int64)
        throws
    {
        let fixture = try fixture(wal: wal)
        let trims = try SQLiteJournalTrimmer.open(fixture.path)
        #expect(try trims.integer("PRAGMA synchronous") == level)
    }

    @Test(arguments: ["UTF-8", "UTF-16le", "UTF-16be"]) func textsAreTheSameInEveryEncodingOfTheFile(
        encoding: String
    ) throws {
        let fixture = try SQLiteSourceFixture(
            """
            PRAGMA encoding = '\(encoding)';
            CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, v TEXT);
            """, wal: false)
        try fixture.install("t")
        #expect(try fixture.app.string("PRAGMA encoding") == encoding)
        let seen = try fixture.captured(
            "INSERT INTO t VALUES ('naïve', 'e\u{301} 🌳'), ('日本', ''), ('null', NULL), ('', 'NULL')")
        #expect(seen == ["insert naïve", "insert 日本", "insert null", "insert "])
        #expect(try fixture.captured("REPLACE INTO t VALUES ('日本', 'x')") == ["delete 日本", "insert 日本"])
        #expect(try fixture.replica == fixture.present(limit: .init(rows: 1, bytes: 1)))
    }
}
