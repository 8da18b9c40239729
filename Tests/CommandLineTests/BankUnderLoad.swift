import Foundation
import PostgreSQL
import PostgresCluster
import TestKit

/// The tables of `pgbench` on a server of their own, moving into a service on another one; the engine reaches
/// both through proxies.
final class BankUnderLoad {
    private static let plan = """
        migration: bank
        systems:
          legacy:  { postgres: "${LEGACY_URL}" }
          service: { postgres: "${SERVICE_URL}" }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          bank:
            owner: bank
            approvers: [bank]
            from: legacy
            into: service
            reads:
              a: { table: pgbench_accounts, root: true }
              t: { table: pgbench_tellers, root: true }
              b: { table: pgbench_branches, root: true }
              h: { table: pgbench_history, root: true }
            aggregates:
              account:
                root: a
                identity: { natural: [a.aid] }
                table: account
                facts:
                  all:
                    id: a.aid
                    branch: a.bid
                    balance: a.abalance
                    standing: "a.abalance == 0 ? 'even' : a.abalance > 0 ? 'credit' : 'debit'"
                    filler: trim(a.filler)
              teller:
                root: t
                identity: { natural: [t.tid] }
                table: teller
                facts: { all: { id: t.tid, branch: t.bid, balance: t.tbalance } }
              branch:
                root: b
                identity: { natural: [b.bid] }
                table: branch
                facts: { all: { id: b.bid, balance: b.bbalance } }
              movement:
                root: h
                identity: { natural: [h.id] }
                table: movement
                facts:
                  all:
                    id: h.id
                    teller: h.tid
                    branch: h.bid
                    account: h.aid
                    delta: h.delta
                    moved_at: h.mtime

        """

    private static let service = """
        CREATE TABLE account (id int PRIMARY KEY, branch int, balance int, standing text NOT NULL,
            filler text);
        CREATE TABLE teller (id int PRIMARY KEY, branch int, balance int);
        CREATE TABLE branch (id int PRIMARY KEY, balance int);
        CREATE TABLE movement (id bigint PRIMARY KEY, teller int, branch int, account int, delta int,
            moved_at timestamp)
        """

    /// What each side holds, named by hand: tables, keys, columns.
    private static let tables = [
        (
            (
                "pgbench_accounts", "aid",
                """
                aid, bid, abalance,
                CASE sign(abalance) WHEN 0 THEN 'even' WHEN 1 THEN 'credit' ELSE 'debit' END,
                btrim(filler)
                """
            ), ("account", "id", "id, branch, balance, standing, filler")
        ),
        (("pgbench_tellers", "tid", "tid, bid, tbalance"), ("teller", "id", "id, branch, balance")),
        (("pgbench_branches", "bid", "bid, bbalance"), ("branch", "id", "id, balance")),
        (
            ("pgbench_history", "id", "id, tid, bid, aid, delta, mtime"),
            ("movement", "id", "id, teller, branch, account, delta, moved_at")
        ),
    ]

    private static let scale = 4
    /// How many accounts there are.
    static let accounts = Int64(scale) * 100_000

    let legacy: PostgresCluster
    let service: PostgresCluster
    let legacyProxy: TCPProxy
    let serviceProxy: TCPProxy
    private let sample: SampleMigration
    private var load: Process?
    /// The engine that runs now.
    private(set) var engine: BanyanProgram.Running?
    /// How often one was killed.
    private(set) var kills = 0

    init() throws {
        sample = try SampleMigration()
        // The servers run as a user of their own, who has to reach their folders.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: sample.folder.path)
        legacy = try PostgresCluster(in: sample.folder.file("legacy"), isDurable: false)
        service = try PostgresCluster(in: sample.folder.file("service"), isDurable: false)
        legacyProxy = try TCPProxy(to: UInt16(legacy.port))
        serviceProxy = try TCPProxy(to: UInt16(service.port))
        try legacy.run("pgbench", ["-i", "-q", "-s", String(Self.scale), legacy.address()])
        // The load's own table has no key, and its statements name their columns.
        try legacy.connect().execute("ALTER TABLE pgbench_history ADD COLUMN id bigserial PRIMARY KEY")
        try service.connect().execute(Self.service)
        try sample.write(Self.plan, to: "bank.yaml")
    }

    deinit {
        load?.terminate()
        legacyProxy.stop()
        serviceProxy.stop()
    }

    /// Starts the load: four clients at full speed, each with so many transactions.
    ///
    /// A time would be ended by a signal, which a program that is started from here may not get. Only a
    /// sanitized engine is given a load that goes on for longer than it needs to read history.
    func startLoad(transactions: Int) throws {
        let pace = Patience.factor > 1 ? ["--rate", "150"] : []
        load = try legacy.start(
            "pgbench", ["-n", "-c", "4", "-t", String(transactions)] + pace + [legacy.address()])
    }

    /// Waits for the load's own end; returns its status.
    func endLoad() -> Int32? {
        load?.waitUntilExit()
        return load?.terminationStatus
    }

    func start(_ arguments: String...) throws -> BanyanProgram.Running {
        func address(_ proxy: TCPProxy) -> String { "postgres://postgres@127.0.0.1:\(proxy.port)/postgres" }
        let engine = try sample.banyan.start(
            ["run", "bank.yaml"] + arguments,
            environment: ["LEGACY_URL": address(legacyProxy), "SERVICE_URL": address(serviceProxy)])
        self.engine = engine
        return engine
    }

    /// Kills the engine and starts another; returns how the first ended.
    func kill() throws -> Int32? {
        engine?.signal(SIGKILL)
        let status = try engine?.end().status
        kills += 1
        _ = try start()
        return status
    }

    /// How many rows a table of the service holds.
    func count(_ table: String) throws -> Int64 {
        try service.connect().query("SELECT count(*) FROM \(table)").integer(0, 0) ?? 0
    }

    /// What the engine said when it ended although it should not have.
    struct Ended: Error {
        let words: String
    }

    /// Waits for something that the running engine brings about.
    func wait(for what: String, _ condition: () throws -> Bool) throws {
        try waitUntil(what, within: .seconds(240)) {
            if let engine, !engine.isRunning { throw Ended(words: try engine.end().errors) }
            return try condition()
        }
    }

    /// Starts the load again when it has come to its own end, as it does early on a fast machine.
    func keepLoad() throws {
        if let load, !load.isRunning, load.terminationStatus == 0 { try startLoad(transactions: 3_000) }
    }

    /// Waits until more movements have arrived.
    func waitForProgress() throws {
        let before = try count("movement")
        try wait(for: "more movements") {
            try keepLoad()
            return try count("movement") >= before + 200
        }
    }

    /// One digest a table of what a side holds, in words.
    func digests() throws -> (legacy: [String], service: [String]) {
        func digest(_ connection: PostgresConnection, _ table: (String, String, String)) throws -> String {
            let (name, key, columns) = table
            let found = try connection.query(
                """
                SELECT count(*) || ' ' || md5(string_agg(concat_ws(':', \(columns)), ',' ORDER BY \(key)))
                FROM \(name)
                """)
            return "\(found.text(0, 0) ?? "nothing")"
        }
        let (before, after) = (try legacy.connect(), try service.connect())
        return (
            try Self.tables.map { try digest(before, $0.0) }, try Self.tables.map { try digest(after, $0.1) }
        )
    }

    /// The four sums that the load keeps equal, and how many keys are set aside.
    func sums() throws -> [String?] {
        let found = try service.connect().query(
            """
            SELECT (SELECT sum(balance) FROM account), (SELECT sum(balance) FROM teller),
                (SELECT sum(balance) FROM branch), (SELECT sum(delta) FROM movement),
                (SELECT count(*) FROM banyan.banyan_quarantine)
            """)
        return (0..<5).map { found.text(0, $0) }
    }
}
