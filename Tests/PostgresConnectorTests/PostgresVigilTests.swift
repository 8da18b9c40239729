import Capture
import Foundation
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

    /// How something that was done to a table comes to be noticed.
    private enum Occasion: CaseIterable {
        case read, open, install
    }

    private static let plain = "CREATE TABLE t (id int PRIMARY KEY, v text)"

    /// Demands that the log says of `t`, and of `t` alone, that its changes are not known.
    ///
    /// - Parameters:
    ///   - columns: The columns of `t` that are read.
    ///   - sql: What is done to `t`; `%` stands for the publication.
    ///   - words: What the log says then.
    ///   - occasions: When it is noticed.
    private func expectWord(
        _ setup: String = plain, columns: Set<String> = [], after sql: String, _ words: String,
        on occasions: [Occasion] = Occasion.allCases,
        _ location: Testing.SourceLocation = #_sourceLocation
    ) throws {
        for occasion in occasions {
            let captured = try CapturedDatabase(
                "CREATE TABLE other (id int PRIMARY KEY);" + setup, ["other", "t"])
            var request = PostgresCapture.Request(name: captured.name, tables: ["other", "t"])
            request.columns = ["t": columns]
            try PostgresCapture.install(request, at: captured.address)
            var source = try open(captured)
            #expect(try source.words() == [], sourceLocation: location)
            let point = source.resumePoint
            if occasion != .read { source.close() }
            try captured.app.execute(sql.replacing("%", with: captured.name))
            try captured.app.execute("INSERT INTO other VALUES (7)")
            if occasion == .install { try PostgresCapture.install(request, at: captured.address) }
            if occasion != .read { source = try open(captured, after: point) }
            var found: [String] = []
            try waitUntil("the log says so") {
                found += try source.words()
                return found.contains { $0.hasPrefix("unknown") }
            }
            #expect(
                found.filter { $0.hasPrefix("unknown") }.allSatisfy {
                    $0.hasPrefix("unknown t (") && $0.contains(words)
                } && found.contains("insert other (7)"),
                "\(occasion): \(found)", sourceLocation: location)
            // Nobody knows since when, so it goes for all that was written while nothing was read.
            if occasion != .read { #expect(found.first?.hasPrefix("unknown") ?? false, "\(found)") }
            // It is said once, also of what is still there to be seen.
            try captured.app.execute("INSERT INTO other VALUES (8)")
            #expect(try source.words() == ["insert other (8)"], sourceLocation: location)
            let again = try open(captured, after: source.resumePoint)
            try captured.app.execute("INSERT INTO other VALUES (9)")
            let repeated = try again.words()
            #expect(
                repeated == ["insert other (9)"], "\(occasion): \(repeated)", sourceLocation: location)
        }
    }

    @Test(arguments: [
        ("DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, v text)", "was dropped, or another one"),
        ("ALTER TABLE t RENAME TO old; CREATE TABLE t (id int PRIMARY KEY)", "t was renamed to old"),
        ("DROP TABLE t", "was dropped"),
        ("ALTER PUBLICATION % DROP TABLE t", "table t was taken out of the publication"),
    ]) func ofATableThatIsAnotherOneTheLogSaysSo(sql: String, words: String) throws {
        try expectWord(after: sql, words, on: [.read, .open])
    }

    /// Changes of a table were not read when it went, or became another one: they are in the log, and the
    /// present table, or none, stands under its name.
    @Test(arguments: [
        "DROP TABLE t", "ALTER PUBLICATION % DROP TABLE t", "ALTER TABLE t RENAME TO old",
        "ALTER TABLE t DROP CONSTRAINT t_pkey", "ALTER TABLE t RENAME id TO number",
        "DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY); ALTER PUBLICATION % ADD TABLE t",
        "ALTER TABLE t RENAME TO old; CREATE TABLE t (id int PRIMARY KEY); ALTER PUBLICATION % ADD TABLE t",
    ]) func whatWasNotReadOfATableThatIsAnotherOneStopsNobodyElse(sql: String) throws {
        let captured = try CapturedDatabase(
            "CREATE TABLE other (id int PRIMARY KEY);" + Self.plain, ["other", "t"])
        var source = try open(captured)
        #expect(try source.words() == [])
        let point = source.resumePoint
        source.close()
        try captured.app.execute("INSERT INTO t VALUES (1, 'unread')")
        try captured.app.execute(sql.replacing("%", with: captured.name))
        for name in ["t", "old"] {
            let isThere = try captured.app.query("SELECT to_regclass($1) IS NOT NULL", [name])
            if isThere.isTrue(0, 0) { try captured.app.execute("INSERT INTO \(name) VALUES (2)") }
        }
        try captured.app.execute("INSERT INTO other VALUES (7)")
        // Once, and again after a connection that broke.
        for _ in 0..<2 {
            source = try open(captured, after: point)
            var found: [String] = []
            try waitUntil("everything is read") {
                found += try source.words()
                return found.contains("insert other (7)")
            }
            // Whoever reads it stops at the first word, whatever comes of it behind that.
            #expect(found.first?.hasPrefix("unknown t (") ?? false, "\(sql): \(found)")
            #expect(found.allSatisfy { $0.hasPrefix("insert other") || $0.contains(" t (") }, "\(found)")
        }
    }

    /// A table that has another name is not known by both.
    @Test func aTableKeepsTheNameUnderWhichItWasCaptured() throws {
        let captured = try CapturedDatabase(Self.plain, ["t"])
        try captured.app.execute(
            "ALTER TABLE t RENAME TO old; \(Self.plain); ALTER PUBLICATION \(captured.name) ADD TABLE t")
        let before = try #require(try PostgresCapture.installed(captured.name, at: captured.address)).vigil
        var now = PostgresVigil(
            try PostgresCensus(of: captured.name, captured.app), .init(name: captured.name, tables: ["t"]))
        #expect(Set(now.tables.keys) == ["old", "t"])
        now.goOn(from: before)
        #expect(now.tables.keys.sorted() == ["t"] && now.names == before.names)
    }

    /// A table that is not there is no table to begin with.
    @Test func withoutATableThatIsReadNothingIsInstalledAgain() throws {
        let captured = try CapturedDatabase(Self.plain, ["t"])
        try captured.app.execute("DROP TABLE t")
        let error = #expect(throws: CaptureError.self) {
            try PostgresCapture.install(.init(name: captured.name, tables: ["t"]), at: captured.address)
        }
        #expect(error?.message.contains("t") ?? false)
    }

    /// A table that left is captured again, and nobody takes what it did meanwhile for nothing.
    @Test func aTableThatLeftThePublicationIsAddedAgainWithAWord() throws {
        try expectWord(
            after: "ALTER PUBLICATION % DROP TABLE t; INSERT INTO t VALUES (1, 'unseen')",
            "was taken out of the publication", on: [.install])
    }

    @Test func ofATableThatIsPutBackOrFilteredTheLogSaysSo() throws {
        try expectWord(
            after: """
                ALTER PUBLICATION % DROP TABLE t; INSERT INTO t VALUES (1, 'unseen');
                ALTER PUBLICATION % ADD TABLE t
                """, "and put back")
        // A filter that was there when the table was last looked at, of which nobody knows since when.
        let captured = try CapturedDatabase(Self.plain, ["t"])
        try captured.app.execute("ALTER PUBLICATION \(captured.name) SET TABLE t WHERE (id > 5)")
        let census = try PostgresCensus(of: captured.name, captured.app)
        let vigil = PostgresVigil(census, .init(name: captured.name, tables: ["t"]))
        let found = try vigil.looked(at: census, captured.app).unknown
        #expect(found.map(\.table) == ["t"] && found[0].reason.contains("leaves rows of table t out"))
    }

    /// A column whose name another one has now, however it came to that: rows got its values without a word.
    @Test(arguments: [
        """
        ALTER TABLE t ADD v2 text; UPDATE t SET v2 = 'new'; ALTER TABLE t DROP v;
        ALTER TABLE t RENAME v2 TO v
        """,
        "ALTER TABLE t DROP v; ALTER TABLE t ADD v text DEFAULT 'new'",
    ]) func ofAColumnThatIsAnotherOneTheLogSaysSoIfItIsRead(sql: String) throws {
        let setup = "CREATE TABLE t (id int PRIMARY KEY, v text, w int)"
        try expectWord(
            setup, columns: ["id", "v"], after: sql, "column v of t is another one than before")
        let captured = try CapturedDatabase(setup, ["t"])
        var request = PostgresCapture.Request(name: captured.name, tables: ["t"])
        request.columns = ["t": ["id"]]
        try PostgresCapture.install(request, at: captured.address)
        let source = try open(captured)
        try captured.app.execute(sql)
        #expect(try source.words().allSatisfy { !$0.hasPrefix("unknown") })
        try PostgresCapture.install(request, at: captured.address)
    }

    /// Whoever may write to the database may write messages: one that does not know the installation is
    /// passed over, whatever it says.
    @Test func messagesThatSomebodyMadeUpAreNone() throws {
        let captured = try CapturedDatabase(Self.plain, ["t"])
        let source = try open(captured)
        let unknown = UnknownChanges(table: "t", reason: "so I say", remedy: "none")
        let forged = try JSONEncoder().encode(PostgresCapture.Message(nonce: "other", unknown: unknown))
        for content in [Array(forged), [], [0xff, 0]] {
            _ = try captured.app.query(
                "SELECT pg_logical_emit_message(true, $1, $2::bytea)",
                [captured.name, "\\x" + Hex.encode(content)])
        }
        try captured.app.execute("INSERT INTO t VALUES (1, 'a')")
        #expect(try source.words() == ["insert t (1, a)"])
        let told = try JSONEncoder().encode(
            PostgresCapture.Message(nonce: source.inner.nonce, unknown: unknown))
        _ = try captured.app.query(
            "SELECT pg_logical_emit_message(true, $1, $2::bytea)",
            [captured.name, "\\x" + Hex.encode(told)])
        #expect(try source.words() == ["unknown t (so I say, none)"])
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

    @Test func ofPartitionsThatComeAndGoWithRowsTheLogSaysSo() throws {
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
            try expectWord(Self.partitioned, after: sql, words)
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
    @Test func ofAPartitionWithAnotherIdentityNoRowIsRead() throws {
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
        let found = try source.words()
        #expect(!found.isEmpty)
        for word in found {
            #expect(
                word.hasPrefix("unknown t (changes of table t_3 do not carry the whole row before any more"))
        }
        source.close()
    }

    @Test func behindAFurtherColumnInTheKeyChangesAreUnknown() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v text NOT NULL)", ["t"])
        let source = try open(captured)
        try captured.app.execute(
            """
            ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ADD PRIMARY KEY (id, v);
            INSERT INTO t VALUES (1, 'a'), (1, 'b')
            """)
        // What is sent together is one transaction, of which it is said once.
        #expect(
            try source.words() == [
                "unknown t (the key of table t has a further column, v, check the plan again)"
            ])
    }
}
