import Foundation

/// The stream of small transactions, written by `pgbench -N`, against PostgreSQL's own subscription.
enum PostgresSmallBenchmark {
    private static let transactions = 200_000

    static func run() throws {
        let pair = try PostgresPair()
        var (ours, peers, memory) = ([Double](), [Double](), 0.0)
        for number in 0..<2 {
            let round = try pair.makeRound("small\(number)", plan: PostgresBank.plan)
            try PostgresBank.prepare(round)
            // Installs the capture, and reads what is there.
            _ = try round.run()
            // How fast they were written is not measured here.
            try PostgresBank.load(
                round, transactions / PostgresBank.clients, options: "-csynchronous_commit%3Doff")
            let sums = try PostgresBank.sums(round, round.legacy)
            func demand(_ address: String) throws {
                let found = try PostgresBank.sums(round, address)
                guard found == sums else { throw BenchmarkFailure("\(found) arrived, not \(sums)") }
            }
            func measureOurs() throws {
                let result = try round.run()
                try demand(round.ours)
                ours.append(result.seconds)
                memory = max(memory, result.memory)
            }
            func measurePeer() throws {
                let start = ContinuousClock.now
                try round.setSubscription(enabled: true)
                try round.wait(
                    for: "\(transactions)", of: "SELECT count(*) FROM pgbench_history", in: round.peer)
                peers.append((ContinuousClock.now - start) / .seconds(1))
                try demand(round.peer)
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
            benchmark: "pg_stream_small", peer: "PostgreSQL's own subscription, binary, to the same server",
            figures: [
                "transactions": Double(transactions), "seconds": Report.median(ours),
                "peer_seconds": Report.median(peers),
                "transactions_per_second": Double(transactions) / Report.median(ours), "peak_rss_mb": memory,
                "memory_floor_mb": 256,
            ], ratio: ratio, floor: 1.2, holds: ratio >= 1.2 && memory <= 256
        ).print()
    }
}
