import Foundation

/// One transaction of two gigabytes in the server's log, a part of it rolled back, against PostgreSQL's own
/// subscription with streaming: what it costs is disk, and not memory.
enum PostgresLargeBenchmark {
    private static let rows = 4_400_000
    private static let bytesLeast = 2.0 * Double(1 << 30)

    static func run() throws {
        let pair = try PostgresPair()
        let round = try pair.makeRound("large", plan: PostgresBackfillBenchmark.plan)
        try round.connect(round.ours).execute(PostgresBackfillBenchmark.service)
        for address in [round.legacy, round.peer] {
            try round.connect(address).execute(PostgresBackfillBenchmark.legacy)
        }
        try round.subscribe(to: "item")
        try round.setSubscription(enabled: false)
        try round.connect(round.peer).execute("ALTER SUBSCRIPTION \(round.name) SET (streaming = true)")
        // Installs the capture, and reads a history of nothing.
        _ = try round.run()
        let app = try round.connect(round.legacy)
        let before = try app.query("SELECT pg_current_wal_lsn()").text(0, 0) ?? ""
        try app.execute(
            """
            BEGIN; \(PostgresBackfillBenchmark.rows(1, rows)); SAVEPOINT s;
            \(PostgresBackfillBenchmark.rows(rows + 1, rows + 100_000)); ROLLBACK TO s;
            UPDATE item SET price = price + 1, note = note || '.' WHERE item_no % 4 = 0; COMMIT
            """)
        let logged =
            try app.query(
                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1::pg_lsn)::float8", [before]
            ).text(0, 0).flatMap(Double.init) ?? 0
        guard logged >= bytesLeast else { throw BenchmarkFailure("the transaction has \(logged) bytes only") }
        let sum = try app.query("SELECT sum(price) FROM item").text(0, 0) ?? ""
        let ours = try round.run()
        try round.demand(sum, of: "SELECT sum(price) FROM item", in: round.ours)
        let start = ContinuousClock.now
        try round.setSubscription(enabled: true)
        try round.wait(
            for: sum, of: "SELECT sum(price) FROM item", in: round.peer, within: .seconds(1_800))
        let peer = (ContinuousClock.now - start) / .seconds(1)
        try round.unsubscribe()
        try Report(
            benchmark: "pg_large",
            peer: "PostgreSQL's own subscription, binary, streaming, to the same server",
            figures: [
                "log_mib": logged / Double(1 << 20), "changes": Double(rows) * 1.25, "seconds": ours.seconds,
                "peer_seconds": peer, "peak_rss_mb": ours.memory, "memory_floor_mb": 256,
            ], ratio: peer / ours.seconds, floor: 0, holds: ours.memory <= 256
        ).print()
    }
}
