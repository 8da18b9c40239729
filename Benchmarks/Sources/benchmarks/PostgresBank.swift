import Foundation

/// The accounts and movements of `pgbench -N`, whose transactions change two rows each.
enum PostgresBank {
    static let plan = """
        migration: bench
        systems:
          legacy:  { postgres: "${LEGACY_URL}" }
          service: { postgres: "${SERVICE_URL}" }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          bank:
            from: legacy
            into: service
            reads:
              a: { table: pgbench_accounts, root: true }
              h: { table: pgbench_history, root: true }
            aggregates:
              account:
                root: a
                identity: { natural: [a.aid] }
                table: account
                facts: { all: { id: a.aid, branch: a.bid, balance: a.abalance } }
              movement:
                root: h
                identity: { natural: [h.id] }
                table: movement
                facts: { all: { id: h.id, teller: h.tid, branch: h.bid, account: h.aid, delta: h.delta } }

        """
    private static let service = """
        CREATE TABLE account (id int PRIMARY KEY, branch int, balance int);
        CREATE TABLE movement (id bigint PRIMARY KEY, teller int, branch int, account int, delta int)
        """
    static let clients = 4
    private static let scale = 2

    /// Makes a round's tables: those of `pgbench` in legacy and at the peer, ours at the service.
    static func prepare(_ round: PostgresRound) throws {
        for address in [round.legacy, round.peer] {
            let isLegacy = address == round.legacy
            try round.cluster.run(
                "pgbench", ["-i", "-q", "-I", isLegacy ? "dtgvp" : "dtp", "-s", "\(scale)", address])
            // The load's own table has no key, and its statements name their columns.
            try round.connect(address).execute(
                "ALTER TABLE pgbench_history ADD COLUMN id bigserial PRIMARY KEY")
        }
        try round.connect(round.ours).execute(service)
        try round.subscribe(to: "pgbench_accounts, pgbench_history")
        try round.setSubscription(enabled: false)
    }

    /// Lets every client write so many transactions; returns what `pgbench` says it reached a second.
    ///
    /// - Parameters:
    ///   - transactions: How many each client writes.
    ///   - rate: Transactions a second of all clients; nil for as many as possible.
    ///   - options: What the clients ask of the server.
    @discardableResult
    static func load(_ round: PostgresRound, _ transactions: Int, rate: Int? = nil, options: String = "")
        throws -> Double
    {
        let pace = rate.map { ["-R", "\($0)"] } ?? []
        let address = options.isEmpty ? round.legacy : round.legacy + "&options=" + options
        let said = try round.cluster.run(
            "pgbench", ["-n", "-N", "-c", "\(clients)", "-t", "\(transactions)"] + pace + [address])
        let line = said.split(separator: "\n").first { $0.hasPrefix("tps = ") }
        guard let rate = line?.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }) else {
            throw BenchmarkFailure("pgbench said \(said)")
        }
        return rate
    }

    /// What an address holds: movements, and what the balances come to.
    static func sums(_ round: PostgresRound, _ address: String) throws -> String {
        let isOurs = address == round.ours
        let (accounts, balance) = isOurs ? ("account", "balance") : ("pgbench_accounts", "abalance")
        return try round.value(
            of: """
                SELECT (SELECT count(*) FROM \(isOurs ? "movement" : "pgbench_history")) || ' '
                    || (SELECT sum(\(balance)) FROM \(accounts))
                """, in: address)
    }
}
