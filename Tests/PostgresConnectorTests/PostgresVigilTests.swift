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

    @Test func partitionsThatComeAndGoWithRowsStopTheCapture() throws {
        for (sql, words) in [
            ("ALTER TABLE t DETACH PARTITION t_2", "1 of the partitions of t were dropped or detached"),
            ("DROP TABLE t_1", "1 of the partitions of t were dropped or detached"),
            ("TRUNCATE t_1", "the partition t_1 of t was emptied"),
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
        #expect(try source.words() == ["insert t (201, c)", "insert t (301, d)"])
        let point = source.resumePoint
        try captured.app.execute("UPDATE t SET v = 'e' WHERE id = 301")
        let again = try open(captured, after: point)
        #expect(try again.words() == ["update t (301, -) (301, e)"])
        let installed = try PostgresCapture.install(
            .init(name: captured.name, tables: ["t"]), at: captured.address)
        #expect(installed.vigil.tables["t"]?.leaves.count == 4)
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
