import Capture
import Model
import SQLite
import Testing

@testable import SQLiteConnector

@Suite struct SQLiteSourceCatalogTests {
    @Test func describesTablesColumnsAndKeys() throws {
        let fixture = try SQLiteSourceFixture(
            """
            CREATE TABLE policy (policy_no TEXT PRIMARY KEY NOT NULL, holder INT NOT NULL REFERENCES person,
                premium NUMERIC(10,2), rate DECIMAL, active BOOLEAN, since DATE, note CLOB,
                doc BLOB, x, f DOUBLE PRECISION,
                label VARCHAR(20) COLLATE NOCASE, twice INT AS (holder * 2), UNIQUE (holder, since));
            CREATE TABLE person (id INTEGER PRIMARY KEY, name NVARCHAR(30));
            CREATE UNIQUE INDEX person_name ON person (name) WHERE name IS NOT NULL;
            CREATE TABLE line (b INT, a TEXT, FOREIGN KEY (a, b) REFERENCES other (p, q),
                PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
            CREATE VIEW v AS SELECT 1; CREATE VIRTUAL TABLE ft USING fts5(x);
            CREATE TABLE banyan_else (id INTEGER PRIMARY KEY)
            """)
        let catalog = try SQLiteCatalog.read(fixture.app)
        #expect(catalog.tables.map(\.name) == ["line", "person", "policy"])
        let policy = try #require(catalog.table("policy"))
        #expect(
            policy.columns.map(\.kind)
                == [
                    .text, .int64, .decimal, .decimal, .bool, .text, .text, .bytes, .bytes, .double, .text,
                    .int64,
                ])
        #expect(policy.columns[2].scale == 2)
        #expect(policy.columns[3].scale == nil)
        #expect(policy.columns.map(\.isNullable).prefix(3) == [false, false, true])
        #expect(policy.columns[10].collation == "NOCASE")
        #expect(policy.columns[11].isGenerated)
        #expect(policy.key == [0])
        #expect(policy.uniqueKeys == [[1, 5]])
        #expect(policy.references == [ForeignKey(columns: [1], table: "person", referredColumns: ["id"])])
        let line = try #require(catalog.table("line"))
        #expect(line.key == [1, 0])
        #expect(
            line.references == [ForeignKey(columns: [1, 0], table: "other", referredColumns: ["p", "q"])])
        #expect(catalog.table("person")?.uniqueKeys == [])
    }

    @Test(arguments: [
        ("CREATE TABLE t (a)", "no primary key"),
        ("CREATE TABLE t (a TEXT COLLATE NOCASE PRIMARY KEY)", "compares by NOCASE"),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, e TEXT); CREATE UNIQUE INDEX u ON t (lower(e))",
            "on an expression"
        ),
        ("CREATE TABLE t (a TEXT PRIMARY KEY); INSERT INTO t VALUES (NULL)", "NULL in its key"),
        ("CREATE TABLE other (a INTEGER PRIMARY KEY)", "no such table"),
    ])
    func refusesTablesThatCannotBeCapturedWithoutLoss(schema: String, reason: String) throws {
        let fixture = try SQLiteSourceFixture(schema)
        let error = #expect(throws: CaptureError.self) { try fixture.install("t") }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
        #expect(try SQLiteJournal.installed(at: fixture.path) == nil)
    }

    @Test func takesANamedUniqueKeyInPlaceOfAPrimaryKey() throws {
        let fixture = try SQLiteSourceFixture(
            "CREATE TABLE t (a INT NOT NULL, b TEXT NOT NULL, c, d INT UNIQUE);"
                + "CREATE UNIQUE INDEX u ON t (b, a)"
        )
        #expect(throws: CaptureError.self) { try fixture.install("t", keys: ["t": ["d"]]) }
        #expect(throws: CaptureError.self) { try fixture.install("t", keys: ["t": ["a"]]) }
        let installation = try fixture.install("t", keys: ["t": ["a", "b"]])
        #expect(installation.tables[0].key == [1, 0])
        #expect(try fixture.captured("INSERT INTO t VALUES (1,'x',1,1),(2,'x',2,2),(1,'y',3,3)").count == 3)
        #expect(try fixture.captured("REPLACE INTO t VALUES (9,'z',4,1)") == ["delete x/1", "insert z/9"])
        #expect(try fixture.replica == fixture.present(limit: .init(rows: 1, bytes: 1)))
    }

    @Test func writesDecimalsAsTheShortestThatReadsBack() {
        func check(_ value: Double, _ scale: Int?, _ coefficient: Int128, _ found: UInt8) {
            let digits = DecimalOfDouble.digits(value, scale: scale)
            #expect(
                digits?.coefficient == coefficient && digits?.scale == found,
                "\(value) at \(String(describing: scale))")
        }
        check(10.25, 2, 1025, 2)
        check(10.1, 2, 1010, 2)
        check(10.125, 2, 10125, 3)
        check(-0.1, nil, -1, 1)
        check(1e20, nil, 100_000_000_000_000_000_000, 0)
        check(0.1 + 0.2, nil, 30000000000000004, 17)
        check(1.5e-10, nil, 15, 11)
        #expect(DecimalOfDouble.digits(1e300, scale: 2) == nil)
        #expect(DecimalOfDouble.digits(.infinity, scale: nil) == nil)
    }
}
