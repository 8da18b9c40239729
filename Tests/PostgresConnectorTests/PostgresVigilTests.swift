import Capture
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// What is done to tables as a whole, of which the server's log says nothing.
@Suite struct PostgresVigilTests {
    private static let partitioned = """
        CREATE TABLE t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
        CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100);
        CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (100) TO (200);
        INSERT INTO t VALUES (1, 'a'), (101, 'b')
        """

    private func open(_ captured: CapturedDatabase, after point: ResumePoint? = nil) throws -> PatientSource {
        let source = try captured.open(after: point)
        source.inner.looksEvery = .zero
        return source
    }

    /// Demands that reading on, and starting again, both stop with these words.
    private func expectStop(
        _ captured: CapturedDatabase, _ source: PatientSource, _ words: String,
        _ location: Testing.SourceLocation = #_sourceLocation
    ) throws {
        func check(_ error: CaptureError?) {
            #expect(
                error?.code == .schemaChanged && error?.message.contains(words) ?? false,
                "\(error.debugDescription)", sourceLocation: location)
        }
        check(#expect(throws: CaptureError.self, sourceLocation: location) { try source.words() })
        let point = source.resumePoint
        check(
            #expect(throws: CaptureError.self, sourceLocation: location) {
                try captured.open(after: point)
            })
        check(
            #expect(throws: CaptureError.self, sourceLocation: location) {
                try PostgresCapture.install(.init(name: captured.name, tables: ["t"]), at: captured.address)
            })
    }

    @Test(arguments: [
        ("DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, v text)", "was dropped, or another one"),
        ("ALTER TABLE t RENAME TO old; CREATE TABLE t (id int PRIMARY KEY)", "t was renamed to old"),
        ("DROP TABLE t", "was dropped"),
    ]) func aTableThatIsAnotherOneStopsTheCapture(sql: String, words: String) throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v text)", ["t"])
        let source = try open(captured)
        try captured.app.execute("INSERT INTO t VALUES (1, 'a')")
        #expect(try source.words() == ["insert t (1, a)"])
        try captured.app.execute(sql)
        let error = #expect(throws: CaptureError.self) { try source.words() }
        #expect(error?.code == .schemaChanged && error?.message.contains(words) ?? false)
        let again = #expect(throws: CaptureError.self) {
            try PostgresCapture.install(.init(name: captured.name, tables: ["t"]), at: captured.address)
        }
        #expect(again != nil)
    }

    @Test func aTableThatLeftThePublicationStopsTheCaptureAndIsNotAddedAgain() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v text)", ["t"])
        let source = try open(captured)
        try captured.app.execute(
            "ALTER PUBLICATION \(captured.name) DROP TABLE t; INSERT INTO t VALUES (1, 'unseen')")
        try expectStop(captured, source, "table t was taken out of the publication")
    }

    @Test func aTableThatIsPutBackOrFilteredStopsTheCapture() throws {
        for (sql, words) in [
            (
                "DROP TABLE t; INSERT INTO t VALUES (1, 'unseen'); ALTER PUBLICATION % ADD TABLE t",
                "and put back"
            ),
            ("SET TABLE t WHERE (id > 5)", "t was taken out of the publication and put back"),
        ] {
            let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v text)", ["t"])
            let source = try open(captured)
            try captured.app.execute(
                "ALTER PUBLICATION \(captured.name) " + sql.replacing("%", with: captured.name))
            try expectStop(captured, source, words)
        }
        // A filter that was there when the table was last looked at, of which nobody knows since when.
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v text)", ["t"])
        try captured.app.execute("ALTER PUBLICATION \(captured.name) SET TABLE t WHERE (id > 5)")
        let census = try PostgresCensus(of: captured.name, captured.app)
        let vigil = PostgresVigil(census, .init(name: captured.name, tables: ["t"]))
        let error = #expect(throws: CaptureError.self) { try vigil.looked(at: census, captured.app) }
        #expect(error?.message.contains("leaves rows of table t out") ?? false)
    }

    /// A column whose name another one has now, however it came to that: rows got its values without a word.
    @Test func aColumnThatIsAnotherOneStopsTheCaptureIfItIsRead() throws {
        for sql in [
            """
            ALTER TABLE t ADD v2 text; UPDATE t SET v2 = 'new'; ALTER TABLE t DROP v;
            ALTER TABLE t RENAME v2 TO v
            """,
            "ALTER TABLE t DROP v; ALTER TABLE t ADD v text DEFAULT 'new'",
        ] {
            for isRead in [true, false] {
                let captured = try CapturedDatabase(
                    "CREATE TABLE t (id int PRIMARY KEY, v text, w int); INSERT INTO t VALUES (1, 'a', 1)",
                    ["t"])
                var request = PostgresCapture.Request(name: captured.name, tables: ["t"])
                request.columns = ["t": isRead ? ["id", "v"] : ["id"]]
                try PostgresCapture.install(request, at: captured.address)
                let source = try open(captured)
                try captured.app.execute(sql)
                if isRead {
                    try expectStop(captured, source, "column v of t is another one than before")
                } else {
                    _ = try source.words()
                    try PostgresCapture.install(request, at: captured.address)
                }
            }
        }
    }

    /// A plan that begins to read a column which its table got, or changed, after history was read.
    @Test func aPlanThatBeginsToReadALaterColumnIsRefusedWhenever() throws {
        let captured = try CapturedDatabase(
            "CREATE TABLE t (id int PRIMARY KEY, v text, w numeric, x int)", ["t"])
        var request = PostgresCapture.Request(name: captured.name, tables: ["t"])
        request.columns = ["t": ["id"]]
        try PostgresCapture.install(request, at: captured.address)
        try captured.app.execute(
            "ALTER TABLE t ADD land text NOT NULL DEFAULT 'AT', ALTER w TYPE numeric(10, 2), ALTER x TYPE bigint"
        )
        for (column, isRefused) in [("land", true), ("w", true), ("v", false), ("x", false)] {
            try PostgresCapture.install(request, at: captured.address)
            var later = request
            later.columns = ["t": ["id", column]]
            do {
                try PostgresCapture.install(later, at: captured.address)
                #expect(!isRefused, "\(column)")
            } catch let error as CaptureError {
                #expect(isRefused && error.message.contains("column \(column) of t was added or retyped"))
            }
        }
        // One that was read all along, and has other values now than were ever logged.
        request.columns = ["t": ["id", "v"]]
        try PostgresCapture.install(request, at: captured.address)
        try captured.app.execute("ALTER TABLE t ALTER v TYPE char(3)")
        let error = #expect(throws: CaptureError.self) {
            try PostgresCapture.install(request, at: captured.address)
        }
        #expect(error?.message.contains("column v of t was added or retyped") ?? false)
    }

    @Test func partitionsThatComeAndGoWithRowsStopTheCapture() throws {
        for (sql, words) in [
            ("ALTER TABLE t DETACH PARTITION t_2", "1 of the partitions of t were dropped or detached"),
            ("DROP TABLE t_1", "1 of the partitions of t were dropped or detached"),
            ("TRUNCATE t_1", "the partition t_1 of t was emptied"),
            (
                """
                ALTER TABLE t DETACH PARTITION t_1; UPDATE t_1 SET v = 'unseen';
                ALTER TABLE t ATTACH PARTITION t_1 FOR VALUES FROM (0) TO (100)
                """, "the partition t_1 of t was detached and attached again"
            ),
            (
                """
                BEGIN; SAVEPOINT s; CREATE TABLE t_3 (id int PRIMARY KEY, v text);
                INSERT INTO t_3 VALUES (201, 'unseen'); RELEASE s;
                ALTER TABLE t ATTACH PARTITION t_3 FOR VALUES FROM (200) TO (300); COMMIT
                """, "the partition t_3 was attached to t with rows in it"
            ),
            (
                """
                CREATE TABLE t_3 (id int PRIMARY KEY, v text); INSERT INTO t_3 VALUES (201, 'unseen');
                ALTER TABLE t ATTACH PARTITION t_3 FOR VALUES FROM (200) TO (300)
                """, "the partition t_3 was attached to t with rows in it"
            ),
            (
                """
                CREATE TABLE m (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
                CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (200) TO (250);
                INSERT INTO m VALUES (201, 'unseen');
                ALTER TABLE t ATTACH PARTITION m FOR VALUES FROM (200) TO (300)
                """, "the partition m_1 was attached to t with rows in it"
            ),
            (
                """
                CREATE TABLE t_3 (id int PRIMARY KEY, v text); INSERT INTO t_3 VALUES (201, 'unseen'); COMMIT;
                ALTER TABLE t ATTACH PARTITION t_3 FOR VALUES FROM (200) TO (300)
                """, "the partition t_3 was attached to t with rows in it"
            ),
        ] {
            let captured = try CapturedDatabase(Self.partitioned, ["t"])
            let source = try open(captured)
            #expect(try source.words() == [])
            try captured.app.execute(sql)
            try expectStop(captured, source, words)
        }
    }

    @Test func partitionsThatLoseNothingStopNobody() throws {
        let captured = try CapturedDatabase(Self.partitioned, ["t"])
        let source = try open(captured)
        #expect(try source.words() == [])
        try captured.app.execute(
            """
            CREATE TABLE t_3 PARTITION OF t FOR VALUES FROM (200) TO (300); COMMIT;
            CREATE TABLE t_4 (id int PRIMARY KEY, v text);
            ALTER TABLE t ATTACH PARTITION t_4 FOR VALUES FROM (300) TO (400);
            INSERT INTO t VALUES (201, 'c'), (301, 'd')
            """)
        try captured.app.execute("VACUUM FULL t_1")
        // Older than the partition that it writes.
        try captured.app.execute(
            """
            BEGIN; INSERT INTO t VALUES (202, 'e'); SAVEPOINT s;
            CREATE TABLE t_5 PARTITION OF t FOR VALUES FROM (400) TO (500); RELEASE s;
            INSERT INTO t VALUES (401, 'f'); COMMIT
            """)
        #expect(
            try source.words() == [
                "insert t (201, c)", "insert t (301, d)", "insert t (202, e)", "insert t (401, f)",
            ])
        let point = source.resumePoint
        try captured.app.execute("UPDATE t SET v = 'e' WHERE id = 301")
        let again = try open(captured, after: point)
        #expect(try again.words() == ["update t (301, -) (301, e)"])
        let installed = try PostgresCapture.install(
            .init(name: captured.name, tables: ["t"]), at: captured.address)
        #expect(installed.vigil.tables["t"]?.leaves.count == 5)
    }

    /// A partition's changes carry what its own identity says, under the name of its table.
    @Test func aPartitionWithAnotherIdentityStopsTheCaptureBeforeItsRowsAreRead() throws {
        let database = try CapturedServer.makeDatabase(
            Self.partitioned + ";"
                + ["t", "t_1", "t_2"].map { "ALTER TABLE \($0) REPLICA IDENTITY FULL" }
                .joined(separator: ";"))
        let address = try PostgresAddress(database.address)
        let name = PostgresCapture.name(of: "t\(CapturedServer.number())")
        try PostgresCapture.install(.init(name: name, tables: ["t"], wholeRows: ["t"]), at: address)
        let source = PatientSource(try PostgresSource(address, capture: name, name: "legacy"))
        _ = try source.open(after: nil)
        try database.app.execute("UPDATE t SET v = 'c' WHERE id = 1")
        #expect(try source.words() == ["update t (1, a) (1, c)"])
        try database.app.execute(
            """
            CREATE TABLE t_3 PARTITION OF t FOR VALUES FROM (200) TO (300);
            INSERT INTO t VALUES (201, 'd'); DELETE FROM t WHERE id = 201
            """)
        let error = #expect(throws: CaptureError.self) { try source.words() }
        #expect(error?.code == .schemaChanged)
        #expect(error?.message == "changes of table t_3 do not carry the whole row before any more")
        source.close()
    }

    @Test func aFurtherColumnInTheKeyStopsTheCapture() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v text NOT NULL)", ["t"])
        let source = try open(captured)
        try captured.app.execute(
            """
            ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ADD PRIMARY KEY (id, v);
            INSERT INTO t VALUES (1, 'a'), (1, 'b')
            """)
        let error = #expect(throws: CaptureError.self) { try source.words() }
        #expect(error?.message == "the key of table t has a further column, v")
    }
}
