import PostgreSQL
import PostgresCluster
import TestKit
import Testing

/// Tables without a key of their own, for which the plan names one.
@Suite struct PostgresKeylessTests {
    private static let plan = """
        migration: %
        systems:
          legacy:  { postgres: "${LEGACY_URL}" }
          service: { postgres: "${SERVICE_URL}" }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          orders:
            owner: archive
            approvers: [archive]
            from: legacy
            into: service
            reads:
              o: { table: ord, key: [no], root: true }
              l: { table: line, key: [ord, place], many: "l.ord == o.no" }
            aggregates:
              order:
                root: o
                identity: { natural: [o.no] }
                table: orders
                facts: { all: { no: o.no, name: o.name, lines: size(l) } }
                parts:
                  lines:
                    of: l
                    table: order_line
                    parent: ord
                    key: [place]
                    fields: { place: l.place, what: l.what }

        """
    private static let legacy = """
        CREATE TABLE ord (no int NOT NULL, name text);
        CREATE TABLE line (place int NOT NULL, ord int NOT NULL, what text);
        INSERT INTO ord SELECT n, 'order ' || n FROM generate_series(1, 2500) n;
        INSERT INTO line SELECT p, n, n || ':' || p
            FROM generate_series(1, 2500) n, generate_series(1, 2) p
        """
    private static let whole =
        "ALTER TABLE ord REPLICA IDENTITY FULL; ALTER TABLE line REPLICA IDENTITY FULL"
    private let sample: SampleMigration
    private let service: PostgresDatabase

    init() throws {
        sample = try SampleMigration()
        service = try PostgresServer.makeDatabase(
            """
            CREATE TABLE orders (no int PRIMARY KEY, name text, lines int);
            CREATE TABLE order_line (
                ord int REFERENCES orders, place int, what text, PRIMARY KEY (ord, place))
            """)
        try sample.write(
            Self.plan.replacing("%", with: "keyless-\(service.address.filter(\.isNumber))"), to: "orders.yaml"
        )
    }

    private func run(_ legacy: PostgresDatabase) throws -> (status: Int32, errors: String) {
        let ended = try sample.banyan.start(
            ["run", "orders.yaml", "--until", "caught-up"], environment: variables(legacy)
        ).end(within: .seconds(120))
        return (ended.status, ended.errors)
    }

    private func variables(_ legacy: PostgresDatabase) -> [String: String] {
        ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
    }

    /// What both sides hold, in the service's words.
    private func digests(_ legacy: PostgresDatabase) throws -> [String?] {
        try [
            legacy.app.query(
                """
                SELECT md5(string_agg(no || coalesce(name, '-')
                        || (SELECT count(*) FROM line WHERE ord = no), ',' ORDER BY no))
                    || (SELECT md5(string_agg(ord || '/' || place || what, ',' ORDER BY ord, place))
                        FROM line WHERE ord IN (SELECT no FROM ord)) FROM ord
                """),
            service.app.query(
                """
                SELECT md5(string_agg(no || coalesce(name, '-') || lines, ',' ORDER BY no))
                    || (SELECT md5(string_agg(ord || '/' || place || what, ',' ORDER BY ord, place))
                    FROM order_line) FROM orders
                """),
        ].map { $0.text(0, 0) }
    }

    @Test func theyMoveByTheKeyThatThePlanNames() throws {
        let legacy = try PostgresServer.makeDatabase(Self.legacy)
        let checked = try sample.banyan("plan", "check", "orders.yaml", environment: variables(legacy))
        for table in ["ord", "line"] {
            #expect(
                checked.errors.contains("ALTER TABLE public.\(table) REPLICA IDENTITY FULL")
                    || checked.errors.contains("ALTER TABLE \"public\".\"\(table)\" REPLICA IDENTITY FULL"),
                "\(checked.errors)")
        }
        try legacy.app.execute(
            "ALTER TABLE ord REPLICA IDENTITY FULL; ALTER TABLE line REPLICA IDENTITY FULL")
        for sql in [
            "INSERT INTO ord VALUES (9000, NULL)",
            """
            UPDATE line SET what = 'changed' WHERE ord % 7 = 0;
            DELETE FROM line WHERE ord % 11 = 0 AND place = 2;
            UPDATE line SET place = place + 10 WHERE ord % 13 = 0; UPDATE line SET ord = 9000 WHERE ord = 17;
            DELETE FROM ord WHERE no % 5 = 0; UPDATE ord SET no = no + 20000 WHERE no % 17 = 0;
            """,
        ] {
            try legacy.app.execute(sql)
            let ran = try run(legacy)
            #expect(ran.status == 0, "\(ran.errors)")
            let found = try digests(legacy)
            #expect(found[0] != nil && found[0] == found[1])
        }
        #expect(try sample.banyan("uninstall", "orders.yaml", environment: variables(legacy)).status == 0)
    }

    @Test func aColumnOfTheKeyThatMayBeNullIsNamedWithItsRemedy() throws {
        let legacy = try PostgresServer.makeDatabase(
            Self.legacy.replacing("place int NOT NULL", with: "place int") + ";" + Self.whole)
        let refused = try run(legacy)
        #expect(refused.status == 1 && refused.errors.contains("SET NOT NULL"), "\(refused.errors)")
    }

    /// Rows that the key does not tell apart are met wherever a chunk of history ends.
    @Test(arguments: [1, 250, 251, 500, 1_250, 2_500])
    func rowsThatTheKeyDoesNotTellApartStopHistory(order: Int) throws {
        let legacy = try PostgresServer.makeDatabase(
            "\(Self.legacy); \(Self.whole); INSERT INTO line VALUES (2, \(order), 'again')")
        let stopped = try run(legacy)
        #expect(
            stopped.status == 1
                && stopped.errors.contains("holds rows that (ord, place) does not tell apart"),
            "\(stopped.errors)")
        #expect(try sample.banyan("uninstall", "orders.yaml", environment: variables(legacy)).status == 0)
    }
}
