import Capture
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// Rows that have the new key's other columns in common only would overwrite one another.
@Test func anIndexThatStandsForTheKeyIsNotExchangedUnseen() throws {
    let captured = try CapturedDatabase(
        """
        CREATE TABLE t (id int NOT NULL, tenant int NOT NULL); CREATE UNIQUE INDEX a ON t (id);
        ALTER TABLE t REPLICA IDENTITY USING INDEX a
        """, ["t"])
    let source = try captured.open(after: nil)
    try captured.app.execute("INSERT INTO t VALUES (1, 1); UPDATE t SET id = 3")
    #expect(try source.words() == ["insert t (1, 1)", "update t (1, -) (3, 1)"])
    try captured.app.execute(
        """
        CREATE UNIQUE INDEX b ON t (tenant, id); ALTER TABLE t REPLICA IDENTITY USING INDEX b;
        INSERT INTO t VALUES (2, 2)
        """)
    let found = try source.words()
    #expect(
        found.count == 1 && found[0].hasPrefix("unknown t (the key of table t has a further column, tenant"))
}

/// Tables that change while they are captured.
@Suite struct PostgresSchemaChangeTests {
    @Test func everyRowIsReadInTheShapeThatItWasWrittenIn() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, a text, b int)", ["t"])
        let source = try captured.open(after: nil)
        try captured.app.execute(
            """
            BEGIN; INSERT INTO t VALUES (1, 'x', 5); UPDATE t SET b = 6;
            ALTER TABLE t ADD c text; UPDATE t SET c = 'added';
            ALTER TABLE t DROP a; UPDATE t SET b = 7;
            ALTER TABLE t RENAME b TO d; UPDATE t SET d = 8;
            ALTER TABLE t ALTER d TYPE text; UPDATE t SET d = 'nine'; COMMIT
            """)
        #expect(
            try source.words() == [
                "insert t (1, x, 5)", "update t (1, -, -) (1, x, 6)",
                "update t (1, -, -, -) (1, x, 6, added)",
                "update t (1, -, -) (1, 7, added)", "update t (1, -, -) (1, 8, added)",
                "update t (1, -, -) (1, nine, added)",
            ])
        let shapes = source.tables.map { $0.columns.map { "\($0.name) \($0.declaredType)" } }
        #expect(
            shapes == [
                ["id integer", "a text", "b integer"], ["id integer", "a text", "b integer", "c text"],
                ["id integer", "b integer", "c text"], ["id integer", "d integer", "c text"],
                ["id integer", "d text", "c text"],
            ])
        #expect(Set(source.tables.map(\.key)) == [[0]])
    }

    @Test func theDigitsBehindThePointArePartOfAShape() throws {
        let captured = try CapturedDatabase(
            "CREATE DOMAIN money2 AS numeric(10, 2); CREATE TABLE t (id int PRIMARY KEY, a numeric, b money2)",
            ["t"])
        let source = try captured.open(after: nil)
        try captured.app.execute("ALTER TABLE t ADD c int; INSERT INTO t VALUES (1, 1.234, 1.2, 3)")
        _ = try source.words()
        try captured.app.execute("ALTER TABLE t ALTER a TYPE numeric(12, 2); UPDATE t SET c = 4")
        _ = try source.words()
        #expect(
            source.tables.map { $0.columns.prefix(3).map(\.scale) } == [
                [nil, nil, 2], [nil, nil, 2], [nil, 2, 2],
            ])
    }

    @Test func rowsOfAnEarlierShapeAreStillReadAfterARestart() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (a text, id int PRIMARY KEY)", ["t"])
        let point = try captured.open(after: nil).resumePoint
        try captured.app.execute("INSERT INTO t VALUES ('x', 1)")
        try captured.app.execute("ALTER TABLE t DROP a; ALTER TABLE t ADD z int")
        try captured.app.execute("INSERT INTO t VALUES (2, 9)")
        let source = try captured.open(after: point)
        #expect(try source.words() == ["insert t (x, 1)", "insert t (2, 9)"])
        #expect(source.tables.map(\.key) == [[0], [1]])
    }

    @Test func aColumnWhoseTypeIsReadAsTextHasTheStreamOpenedAgain() throws {
        for then in ["", "ALTER TABLE t DROP a;"] {
            let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v int)", ["t"])
            let source = try captured.open(after: nil)
            try captured.app.execute("INSERT INTO t VALUES (1, 1)")
            #expect(try source.words() == ["insert t (1, 1)"])
            try captured.app.execute("INSERT INTO t VALUES (2, 2)")
            try captured.app.execute("ALTER TABLE t ADD a int[]; INSERT INTO t VALUES (3, 3, '{1,NULL}')")
            try captured.app.execute("\(then) INSERT INTO t (id, v) VALUES (4, 4)")
            let error = #expect(throws: CaptureError.self) { while try source.words() != ["never"] {} }
            #expect(error?.code == .unavailable, "\(error.debugDescription)")
            let again = try captured.open(after: source.resumePoint)
            let last = then.isEmpty ? "insert t (4, 4, NULL)" : "insert t (4, 4)"
            #expect(
                try Array(again.words().suffix(2)) == ["insert t (3, 3, {1,NULL})", last],
                "\(then)")
        }
    }

    /// Of a table whose changes cannot be understood the log says so, in each transaction; the others go on,
    /// and so does the table once it can be understood again.
    @Test func aTableWhoseChangesLoseTheirKeyIsNamedAndTheOthersGoOn() throws {
        let captured = try CapturedDatabase(
            "CREATE TABLE t (id int PRIMARY KEY, v int); CREATE TABLE other (id int PRIMARY KEY)",
            ["t", "other"])
        let source = try captured.open(after: nil)
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        #expect(try source.words() == ["insert t (1, 1)"])
        try captured.app.execute(
            """
            ALTER TABLE t REPLICA IDENTITY NOTHING;
            BEGIN; INSERT INTO t VALUES (2, 2), (3, 3); INSERT INTO other VALUES (2); COMMIT
            """)
        try captured.app.execute("TRUNCATE t; INSERT INTO t VALUES (4, 4)")
        let unknown =
            "unknown t (changes of table t do not carry its key column id any more, its replica identity was "
        let found = try source.words()
        #expect(
            found.map { $0.hasPrefix(unknown) ? "unknown" : $0 } == [
                "unknown", "insert other (2)", "unknown",
            ],
            "\(found)")
        try captured.app.execute("ALTER TABLE t REPLICA IDENTITY FULL; INSERT INTO t VALUES (5, 5)")
        #expect(try source.words() == ["insert t (5, 5)"])
    }

    @Test func aKeyThatIsGoneAndATableThatIsRenamedAreNamed() throws {
        for (sql, word) in [
            ("ALTER TABLE t RENAME id TO number; INSERT INTO t VALUES (2)", "no column id"),
            ("ALTER TABLE t RENAME TO u; INSERT INTO u VALUES (2)", "renamed to u"),
        ] {
            let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY)", ["t"])
            let source = try captured.open(after: nil)
            try captured.app.execute(sql)
            let found = try source.words()
            #expect(
                found.count == 1 && found[0].hasPrefix("unknown t (") && found[0].contains(word), "\(found)")
        }
    }
}
