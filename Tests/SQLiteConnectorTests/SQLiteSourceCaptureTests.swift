import Capture
import Foundation
import Model
import SQLite
import Testing

@testable import SQLiteConnector

@Suite struct SQLiteSourceCaptureTests {
    private let people = """
        CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT UNIQUE, tax TEXT, name TEXT);
        CREATE UNIQUE INDEX person_tax ON person (tax);
        """

    private func seeded() throws -> SQLiteSourceFixture {
        let fixture = try SQLiteSourceFixture(people)
        try fixture.install("person")
        fixture.replica.isComplete = true
        _ = try fixture.source()
        try fixture.app.execute(
            "INSERT INTO person VALUES (1,'a','t1','Ann'),(2,'b','t2','Bob'),(3,'c',NULL,'Cy'),"
                + "(4,NULL,NULL,'Di')"
        )
        try fixture.drain()
        return fixture
    }

    @Test func capturesInsertUpdateDelete() throws {
        let fixture = try seeded()
        #expect(try fixture.captured("INSERT INTO person VALUES (9,'z','t9','Zed')") == ["insert 9"])
        #expect(try fixture.captured("UPDATE person SET name = 'Zoe' WHERE id = 9") == ["update 9"])
        #expect(try fixture.captured("UPDATE person SET id = 10 WHERE id = 9") == ["update 9>10"])
        #expect(try fixture.captured("UPDATE person SET rowid = 11 WHERE id = 10") == ["update 10>11"])
        #expect(try fixture.captured("DELETE FROM person WHERE id = 11") == ["delete 11"])
        #expect(
            try fixture.captured("DELETE FROM person") == ["delete 1", "delete 2", "delete 3", "delete 4"])
        #expect(try fixture.replica == fixture.present())
    }

    @Test(arguments: [false, true])
    func seesRowsThatReplaceDeletes(recursive: Bool) throws {
        let fixture = try seeded()
        try fixture.app.execute("PRAGMA recursive_triggers = \(recursive ? "ON" : "OFF")")
        // The same primary key.
        #expect(
            try fixture.captured("INSERT OR REPLACE INTO person VALUES (1,'a','t1','New')") == [
                "delete 1", "insert 1",
            ])
        // Another row's unique keys: two rows are pushed out at once, one of them by both.
        #expect(
            try Set(fixture.captured("REPLACE INTO person VALUES (7,'a','t2','New')"))
                == ["delete 1", "delete 2", "insert 7"])
        #expect(try fixture.replica == fixture.present())
        // An update that takes another row's email.
        #expect(
            try fixture.captured("UPDATE OR REPLACE person SET email = 'c' WHERE id = 7") == [
                "delete 3", "update 7",
            ])
        // An update that takes another row's primary key.
        #expect(
            try fixture.captured("UPDATE OR REPLACE person SET id = 4 WHERE id = 7") == [
                "delete 4", "update 7>4",
            ])
        #expect(try fixture.replica == fixture.present())
    }

    @Test func ignoresTouchesThatChangedNothing() throws {
        let fixture = try seeded()
        #expect(
            try fixture.captured("INSERT OR IGNORE INTO person VALUES (1,'x','x','x'),(8,'b','x','x')") == [])
        #expect(
            try fixture.captured(
                "INSERT INTO person VALUES (1,'q','q','q') ON CONFLICT DO UPDATE SET name = excluded.name")
                == ["update 1"])
        #expect(
            try fixture.captured("INSERT INTO person VALUES (5,'b','q','q') ON CONFLICT DO NOTHING") == [])
        #expect(try fixture.captured("UPDATE OR IGNORE person SET email = 'a' WHERE id = 2") == [])
        #expect(throws: SQLiteError.self) {
            try fixture.app.execute("INSERT INTO person VALUES (1,'a','a','a')")
        }
        // A statement that fails half-way keeps what FAIL lets it keep.
        #expect(throws: SQLiteError.self) {
            try fixture.app.execute("INSERT OR FAIL INTO person VALUES (20,'x20','x20','x'),(1,'a','a','a')")
        }
        fixture.trace = []
        try fixture.drain()
        #expect(fixture.trace == ["insert 20"])
        #expect(try fixture.replica == fixture.present())
    }

    @Test func replacedTwiceInOneTransaction() throws {
        let fixture = try seeded()
        let seen = try fixture.captured(
            """
            BEGIN;
            REPLACE INTO person VALUES (1,'n1','m1','x');
            REPLACE INTO person VALUES (1,'n2','m2','y');
            INSERT OR IGNORE INTO person VALUES (1,'n3','m3','z');
            DELETE FROM person WHERE id = 1;
            INSERT INTO person VALUES (1,'n4','m4','w');
            COMMIT
            """)
        #expect(seen == ["delete 1", "insert 1", "delete 1", "insert 1", "delete 1", "insert 1"])
        #expect(try fixture.replica == fixture.present())
    }

    @Test func defaultsThatReplacePutsInPlaceOfNull() throws {
        let fixture = try SQLiteSourceFixture(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT NOT NULL DEFAULT 'none' UNIQUE)")
        try fixture.install("t")
        #expect(try fixture.captured("INSERT INTO t VALUES (1,'none')") == ["insert 1"])
        #expect(try fixture.captured("REPLACE INTO t VALUES (2,NULL)") == ["delete 1", "insert 2"])
        #expect(try fixture.replica == fixture.present())
    }

    @Test func compositeTextAndUntypedKeys() throws {
        let fixture = try SQLiteSourceFixture(
            """
            CREATE TABLE line (doc TEXT, pos INT, body, PRIMARY KEY (doc, pos)) WITHOUT ROWID;
            CREATE TABLE loose (k PRIMARY KEY, v);
            CREATE TABLE price (p NUMERIC(10,2) PRIMARY KEY NOT NULL, v REAL);
            """)
        try fixture.install("line", "loose", "price")
        _ = try fixture.source()
        #expect(
            try fixture.captured("INSERT INTO line VALUES ('ü''\"',1,x'00ff'),('b',2,1.5),('b',1,'t')").count
                == 3)
        #expect(
            try fixture.captured("REPLACE INTO line VALUES ('b',2,'other')") == ["delete b/2", "insert b/2"])
        #expect(
            try fixture.captured("INSERT INTO loose VALUES (1,'i'),('1','t'),(x'31','b'),(1.5,'r')").count
                == 4)
        #expect(try fixture.captured("REPLACE INTO loose VALUES ('1',NULL),(1.0,NULL)").count == 4)
        #expect(try fixture.captured("INSERT INTO price VALUES (10.25, 3),(7, 1e300),(0.1, -0.0)").count == 3)
        #expect(try fixture.captured("REPLACE INTO price VALUES (10.25, 4)").count == 2)
        #expect(try fixture.replica == fixture.present(limit: .init(rows: 2, bytes: 1 << 20)))
        #expect(try fixture.replica == fixture.present(limit: .init(rows: 1, bytes: 1)))
    }

    @Test func aRowWithoutAKeyStopsTheCaptureUntilItHasOne() throws {
        let fixture = try SQLiteSourceFixture("CREATE TABLE t (id TEXT PRIMARY KEY, v INTEGER)")
        try fixture.install("t")
        #expect(try fixture.captured("INSERT INTO t VALUES ('a',1),('b',2)").count == 2)
        #expect(throws: CaptureError.self) {
            try fixture.captured("INSERT INTO t VALUES (NULL,3); UPDATE t SET id = NULL WHERE id = 'a'")
        }
        try fixture.app.execute("UPDATE t SET id = 'c' WHERE v = 3; DELETE FROM t WHERE id IS NULL")
        fixture.trace = []
        try fixture.drain()
        #expect(fixture.trace == ["delete a", "insert c"])
        #expect(try fixture.replica == fixture.present())
    }

    @Test func aRowMayGetItsKeyLater() throws {
        let fixture = try SQLiteSourceFixture("CREATE TABLE t (id TEXT PRIMARY KEY, v INTEGER)")
        try fixture.install("t")
        #expect(try fixture.captured("INSERT INTO t VALUES ('a',1),('b',2)").count == 2)
        let seen = try fixture.captured(
            """
            INSERT INTO t VALUES (NULL,3),(NULL,4);
            UPDATE t SET v = 5 WHERE v = 4;
            UPDATE t SET id = NULL WHERE id = 'a';
            UPDATE t SET id = 'c' WHERE v = 3;
            DELETE FROM t WHERE id IS NULL;
            """)
        #expect(seen == ["delete a", "insert c"])
        #expect(try fixture.replica == fixture.present())
    }

    @Test func hostileNamesAndGeneratedColumns() throws {
        let fixture = try SQLiteSourceFixture(
            """
            CREATE TABLE "my ""odd"" table; --" ("the id" INTEGER PRIMARY KEY, "a'b" TEXT, "sel""ect" TEXT,
                both TEXT GENERATED ALWAYS AS ("a'b" || '-' || ifnull("sel""ect", '')) STORED UNIQUE,
                len INT AS (length("a'b")) VIRTUAL)
            """)
        let name = "my \"odd\" table; --"
        try fixture.install(name)
        let quoted = SQLiteName.quote(name)
        #expect(try fixture.captured("INSERT INTO \(quoted) VALUES (1,'x','y'),(2,'ß','日本')").count == 2)
        #expect(
            try fixture.captured("REPLACE INTO \(quoted) VALUES (3,'x','y')") == ["delete 1", "insert 3"])
        #expect(
            try fixture.captured(
                "UPDATE OR REPLACE \(quoted) SET \"a'b\" = 'x', \"sel\"\"ect\" = 'y' WHERE \"the id\" = 2")
                == ["delete 3", "update 2"])
        #expect(try fixture.replica == fixture.present())
        #expect(
            try fixture.source().tables[0].columns.map(\.isGenerated) == [false, false, false, true, true])
    }

    @Test func keepsEveryStorageClass() throws {
        let fixture = try SQLiteSourceFixture(
            "CREATE TABLE v (id INTEGER PRIMARY KEY, i INT, r REAL, t TEXT, b BLOB, n NUMERIC, f BOOL, x)")
        try fixture.install("v")
        try fixture.app.execute(
            """
            INSERT INTO v VALUES (1, 9223372036854775807, 5, 'text', x'00', 12.5, 1, NULL);
            INSERT INTO v VALUES (2, 'not a number', 1e308, x'ff00', 'text', 'abc', 7, 'a' || char(0) || 'b');
            INSERT INTO v VALUES (-1, -9223372036854775808, NULL, '', x'', 0, 0, '');
            INSERT INTO v VALUES (3, 1.5, 0.1, CAST(x'ff' AS TEXT), zeroblob(100000), 0.1, 'yes', 3);
            """)
        let source = try fixture.reopen(
            after: ResumePoint(source: fixture.source().identity, position: .start, evidence: "1:"))
        #expect(source.resumePoint.position == .start)
        try fixture.drain()
        #expect(fixture.replica.rows["v"]?.count == 4)
        #expect(try fixture.replica == fixture.present())
    }

    @Test func cascadesAndApplicationTriggersAreSeen() throws {
        let fixture = try SQLiteSourceFixture(
            """
            CREATE TABLE parent (id INTEGER PRIMARY KEY, n INT);
            CREATE TABLE child (id INTEGER PRIMARY KEY,
                pid INT REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE TABLE tally (k TEXT PRIMARY KEY NOT NULL, n INT);
            CREATE TRIGGER counts AFTER INSERT ON child BEGIN
                INSERT INTO tally VALUES ('child', 1) ON CONFLICT DO UPDATE SET n = n + 1; END;
            PRAGMA foreign_keys = ON
            """)
        try fixture.install("parent", "child", "tally")
        #expect(
            try fixture.captured(
                "INSERT INTO parent VALUES (1,0),(2,0); INSERT INTO child VALUES (10,1),(11,1),(20,2)"
            ).count == 8)
        #expect(
            Set(try fixture.captured("UPDATE parent SET id = 5 WHERE id = 1")) == [
                "update 1>5", "update 10", "update 11",
            ])
        #expect(
            Set(try fixture.captured("DELETE FROM parent WHERE id = 5")) == [
                "delete 5", "delete 10", "delete 11",
            ])
        #expect(
            try Set(fixture.captured("REPLACE INTO parent VALUES (2, 9)")) == [
                "delete 2", "insert 2", "delete 20",
            ])
        #expect(try fixture.replica == fixture.present())
    }

    @Test func rollbacksLeaveNothing() throws {
        let fixture = try seeded()
        #expect(try fixture.captured("BEGIN; DELETE FROM person; ROLLBACK") == [])
        let seen = try fixture.captured(
            """
            BEGIN; INSERT INTO person VALUES (30,NULL,NULL,'x');
            SAVEPOINT s; DELETE FROM person; ROLLBACK TO s;
            INSERT INTO person VALUES (31,NULL,NULL,'x'); COMMIT
            """)
        #expect(seen == ["insert 30", "insert 31"])
        #expect(try fixture.replica == fixture.present())
    }

    @Test func applicationSeesItsOwnRowidAndCounts() throws {
        let fixture = try seeded()
        try fixture.app.execute("REPLACE INTO person VALUES (1,'zz','zz','x')")
        #expect(try fixture.app.integer("SELECT last_insert_rowid()") == 1)
        #expect(try fixture.app.integer("SELECT changes()") == 1)
    }

    @Test func ownWritesAreMarkedAndSplitFromOthers() throws {
        let fixture = try seeded()
        fixture.transactions = []
        try fixture.app.execute("INSERT INTO person VALUES (40,NULL,NULL,'x')")
        try fixture.app.immediate {
            #expect(try SQLiteJournal.beginOwnWrites(fixture.app))
            try fixture.app.execute("REPLACE INTO person VALUES (40,NULL,NULL,'y')")
            try SQLiteJournal.endOwnWrites(fixture.app)
        }
        try fixture.app.execute("DELETE FROM person WHERE id = 40")
        try fixture.drain()
        #expect(fixture.transactions.map(\.origin) == [.application, .banyan, .application])
        #expect(fixture.transactions.map(\.changes.count) == [1, 2, 1])
        #expect(try fixture.replica == fixture.present())
    }
}
