import Foundation

/// The stream of large transactions, half of them inserts and half updates, against PostgreSQL's own
/// subscription.
enum PostgresBulkBenchmark {
    private static let changes = 1_000_000
    private static let perTransaction = 1_000

    static func run() throws {
        let pair = try PostgresPair()
        var (ours, peers, memory) = ([Double](), [Double](), 0.0)
        for number in 0..<2 {
            let round = try pair.makeRound("bulk\(number)", plan: PostgresBackfillBenchmark.plan)
            try round.connect(round.ours).execute(PostgresBackfillBenchmark.service)
            for address in [round.legacy, round.peer] {
                try round.connect(address).execute(PostgresBackfillBenchmark.legacy)
            }
            try round.subscribe(to: "item")
            try round.setSubscription(enabled: false)
            // Installs the capture, and reads a history of nothing.
            _ = try round.run()
            let sum = try write(round)
            func measureOurs() throws {
                let result = try round.run()
                try round.demand(sum, of: "SELECT sum(price) FROM item", in: round.ours)
                ours.append(result.seconds)
                memory = max(memory, result.memory)
            }
            func measurePeer() throws {
                let start = ContinuousClock.now
                try round.setSubscription(enabled: true)
                try round.wait(
                    for: "1",
                    of: "SELECT count(*) FROM item WHERE item_no = \(changes / 2) AND note LIKE '%.'",
                    in: round.peer)
                peers.append((ContinuousClock.now - start) / .seconds(1))
                try round.demand(sum, of: "SELECT sum(price) FROM item", in: round.peer)
                try round.unsubscribe()
            }
            if number % 2 == 0 {
                try measureOurs()
                try measurePeer()
            } else {
                try measurePeer()
                try measureOurs()
            }
        }
        let ratio = Report.median(peers) / Report.median(ours)
        try Report(
            benchmark: "pg_stream_bulk", peer: "PostgreSQL's own subscription, binary, to the same server",
            figures: [
                "changes": Double(changes), "seconds": Report.median(ours),
                "peer_seconds": Report.median(peers),
                "changes_per_second": Double(changes) / Report.median(ours), "peak_rss_mb": memory,
                "memory_floor_mb": 256,
            ], ratio: ratio, floor: 1, holds: ratio >= 1 && memory <= 256
        ).print()
    }

    /// Writes all of it; returns what the prices come to.
    private static func write(_ round: PostgresRound) throws -> String {
        let app = try round.connect(round.legacy)
        let half = changes / 2
        for first in stride(from: 1, through: half, by: perTransaction) {
            try app.execute(PostgresBackfillBenchmark.rows(first, first + perTransaction - 1))
        }
        for first in stride(from: 1, through: half, by: perTransaction) {
            try app.execute(
                "UPDATE item SET price = price + 1, note = note || '.' "
                    + "WHERE item_no BETWEEN \(first) AND \(first + perTransaction - 1)")
        }
        return try app.query("SELECT sum(price) FROM item").text(0, 0) ?? ""
    }
}
