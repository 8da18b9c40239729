import Capture
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// What is installed in a database, and what stands in its way.
@Suite struct PostgresCaptureTests {
    private func name() -> String { PostgresCapture.name(of: "c\(CapturedServer.number())") }

    @Test func whatIsInstalledIsListedAndRemovedByItsExactName() throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let address = try PostgresAddress(database.address)
        let (name, sibling) = (name(), name())
        for name in [name, sibling] {
            try PostgresCapture.install(.init(name: name, tables: ["t"]), at: address)
        }
        let found = try PostgresCapture.installed(name, at: address)
        #expect(found?.objects == ["publication \(name)", "slot \(name)"] && found?.tables == ["t"])
        #expect(
            try PostgresCapture.uninstall(name, at: address) == ["slot \(name)", "publication \(name)"])
        #expect(try PostgresCapture.installed(name, at: address) == nil)
        #expect(try PostgresCapture.installed(sibling, at: address)?.slot != nil)
        #expect(try PostgresCapture.uninstall(name, at: address) == [])
        try PostgresCapture.uninstall(sibling, at: address)
        let left = try database.app.query(
            "SELECT count(*) FROM pg_class WHERE relname LIKE 'banyan%' OR relnamespace::regnamespace::text "
                + "LIKE 'banyan%'")
        #expect(left.integer(0, 0) == 0)
    }

    @Test func anInstallationKeepsItsNumberUntilItsSlotIsMadeAgain() throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let address = try PostgresAddress(database.address)
        let request = PostgresCapture.Request(name: name(), tables: ["t"])
        let nonce = try PostgresCapture.install(request, at: address).nonce
        #expect(try PostgresCapture.install(request, at: address).nonce == nonce)
        _ = try database.app.query("SELECT pg_drop_replication_slot($1)", [request.name])
        #expect(try PostgresCapture.install(request, at: address).nonce != nonce)
        try database.app.execute("COMMENT ON PUBLICATION \(request.name) IS 'mine'")
        let error = #expect(throws: CaptureError.self) {
            try PostgresCapture.installed(request.name, at: address)
        }
        #expect(error?.code == .tampered)
        _ = try database.app.query("SELECT pg_drop_replication_slot($1)", [request.name])
    }

    @Test func aTableIsAddedOnlyBetweenItsWritersTransactions() throws {
        let captured = try CapturedDatabase(
            "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY)", ["t"])
        let point = try captured.open(after: nil).resumePoint
        let writer = try captured.database.connect()
        try writer.execute("BEGIN; INSERT INTO u VALUES (1)")
        var request = PostgresCapture.Request(name: captured.name, tables: ["t", "u"])
        request.lockLimitMilliseconds = 50
        let error = #expect(throws: CaptureError.self) {
            try PostgresCapture.install(request, at: captured.address)
        }
        #expect(error?.recovery == .retry)
        try writer.execute("INSERT INTO u VALUES (2); COMMIT")
        #expect(try PostgresCapture.install(request, at: captured.address).tables == ["t", "u"])
        try writer.execute("INSERT INTO u VALUES (3)")
        #expect(try captured.open(after: point).words() == ["insert u (3)"])
    }

    @Test func everyObstacleComesWithTheStatementThatClearsIt() throws {
        let database = try CapturedServer.makeDatabase(
            """
            CREATE TABLE keyless (v int); CREATE UNLOGGED TABLE fleeting (id int PRIMARY KEY);
            CREATE VIEW shown AS SELECT 1 AS id; CREATE TABLE silent (id int PRIMARY KEY);
            ALTER TABLE silent REPLICA IDENTITY NOTHING; CREATE TABLE brief (id int PRIMARY KEY);
            CREATE TABLE other (id int PRIMARY KEY, code int NOT NULL UNIQUE);
            ALTER TABLE other REPLICA IDENTITY USING INDEX other_code_key;
            CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
            CREATE TABLE part PARTITION OF parts DEFAULT; ALTER TABLE part REPLICA IDENTITY NOTHING;
            CREATE TABLE elder (id int PRIMARY KEY); CREATE TABLE heir (v int) INHERITS (elder);
            CREATE TABLE sums (id int PRIMARY KEY, v int, twice int GENERATED ALWAYS AS (v * 2) STORED,
                thrice int GENERATED ALWAYS AS (v * 3) STORED)
            """)
        let address = try PostgresAddress(database.address)
        var request = PostgresCapture.Request(
            name: name(),
            tables: [
                "keyless", "fleeting", "shown", "silent", "brief", "other", "parts", "elder", "sums",
                "nowhere",
            ],
            wholeRows: ["brief"])
        request.columns = ["sums": ["id", "v", "twice"]]
        let found = try PostgresCapture.obstacles(request, at: address).map(\.remedy)
        #expect(
            found == [
                "ALTER TABLE \"public\".\"keyless\" ADD PRIMARY KEY (…), or name its key in the plan",
                "ALTER TABLE \"public\".\"fleeting\" SET LOGGED",
                "capture the tables that it shows, or the partitioned table that it belongs to",
                "ALTER TABLE \"public\".\"silent\" REPLICA IDENTITY DEFAULT",
                "ALTER TABLE \"public\".\"brief\" REPLICA IDENTITY FULL",
                "ALTER TABLE \"public\".\"other\" REPLICA IDENTITY DEFAULT",
                "ALTER TABLE \"public\".\"part\" REPLICA IDENTITY DEFAULT",
                "ALTER TABLE \"public\".\"heir\" NO INHERIT \"public\".\"elder\"",
                "compute it in the plan, from the columns that it is made of",
                "correct its name in the plan",
            ])
        #expect(throws: CaptureError.self) { try PostgresCapture.install(request, at: address) }
        #expect(try PostgresCapture.installed(request.name, at: address) == nil)
    }

    /// What a server does not take for an identity is no key: its application could change nothing any more.
    @Test func aKeyThatTheServerDoesNotKnowRowsByIsNone() throws {
        let database = try CapturedServer.makeDatabase(
            """
            CREATE TABLE late (id int PRIMARY KEY DEFERRABLE);
            CREATE TABLE parts (id int NOT NULL) PARTITION BY RANGE (id);
            CREATE TABLE part PARTITION OF parts DEFAULT; CREATE UNIQUE INDEX parts_id ON parts (id);
            ALTER TABLE parts REPLICA IDENTITY USING INDEX parts_id
            """)
        let tables = try PostgresCatalog.read(database.app)
        #expect(tables.map(\.schema.key) == [[], []])
        let found = try PostgresCapture.obstacles(
            .init(name: name(), tables: ["late", "parts"]), at: try PostgresAddress(database.address))
        #expect(found.map(\.message).count { $0.contains("no primary key") } == 2)
    }

    @Test func aDomainThatIsOnlyCalledLikeOursIsNotOurs() throws {
        let database = try CapturedServer.makeDatabase(
            """
            CREATE SCHEMA banyan; CREATE DOMAIN banyan.cell AS bytea; CREATE DOMAIN cell AS text;
            CREATE TABLE t (id int PRIMARY KEY, ours banyan.cell, theirs cell)
            """)
        let table = try #require(
            try PostgresCatalog.read(database.app).first { $0.schema.name == "t" })
        #expect(table.columns.map(\.isCell) == [false, true, false])
    }

    @Test func rowsThatAPolicyHidesAreAnErrorAndNotMissing() throws {
        let database = try CapturedServer.makeDatabase(
            """
            CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2);
            ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY one_row ON t USING (id = 1)
            """)
        let role = "role_\(CapturedServer.number())"
        try database.app.execute("CREATE ROLE \(role) LOGIN; GRANT SELECT ON t TO \(role)")
        let address = try PostgresAddress(
            database.address.replacing("postgres://postgres@", with: "postgres://\(role)@"))
        let connection = try PostgresConnection(address, application: "reader")
        let error = #expect(throws: PostgresError.self) { try connection.query("SELECT * FROM t") }
        #expect(error?.sqlState == "42501")
        try database.app.execute("ALTER ROLE \(role) BYPASSRLS")
        let allowed = try PostgresConnection(address, application: "reader")
        #expect(try allowed.query("SELECT * FROM t").count == 2)
    }

    @Test func aRoleThatMayNotReplicateIsToldWhatItLacks() throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let role = "role_\(CapturedServer.number())"
        try database.app.execute("CREATE ROLE \(role) LOGIN")
        let address = try PostgresAddress(
            database.address.replacing("postgres://postgres@", with: "postgres://\(role)@"))
        let found = try PostgresCapture.obstacles(.init(name: name(), tables: ["t"]), at: address)
        #expect(found.map(\.remedy).contains("ALTER ROLE \(role) REPLICATION"))
        #expect(found.map(\.remedy).contains { $0.hasPrefix("GRANT CREATE ON DATABASE") })
    }
}
