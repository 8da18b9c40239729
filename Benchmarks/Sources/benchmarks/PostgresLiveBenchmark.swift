import Foundation
import PostgreSQL

/// How long a live change takes from server to server, and what being captured costs whoever writes.
enum PostgresLiveBenchmark {
    private static let rate = 1_000
    private static let perClient = 5_000

    /// From the commit in legacy to the commit in the service, both as their servers have noted them.
    static func runFreshness() throws {
        let pair = try PostgresPair()
        let round = try pair.makeRound("fresh", plan: PostgresBank.plan)
        try PostgresBank.prepare(round)
        try round.unsubscribe()
        _ = try round.run()
        let (engine, output) = try round.start()
        let reached = try PostgresBank.load(round, perClient, rate: rate)
        let count = perClient * PostgresBank.clients
        try round.wait(for: "\(count)", of: "SELECT count(*) FROM movement", in: round.ours)
        let own = try end(engine, output)
        let ages = try ages(round)
        guard ages.count == count else { throw BenchmarkFailure("\(ages.count) of \(count) have an age") }
        let (p50, p99) = (ages[count / 2], ages[count * 99 / 100])
        try Report(
            benchmark: "pg_freshness", peer: "none: commit to commit, by the servers' own commit timestamps",
            figures: [
                "transactions": Double(count), "transactions_per_second": reached, "freshness_ms_p50": p50,
                "freshness_ms_p99": p99, "freshness_ms_max": ages[count - 1], "p50_floor_ms": 20,
                "p99_floor_ms": 150, "engine_freshness_ms_p50": own[0],
                "engine_freshness_ms_p99": own[1],
            ], ratio: 20 / p50, floor: 1, holds: p50 <= 20 && p99 <= 150
        ).print()
    }

    /// Milliseconds between both commits of every movement, shortest first.
    private static func ages(_ round: PostgresRound) throws -> [Double] {
        func commits(_ table: String, _ address: String) throws -> [Int64: Double] {
            let found = try round.connect(address).query(
                "SELECT id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000 FROM \(table)")
            return Dictionary(
                uniqueKeysWithValues: (0..<found.count).map {
                    (found.integer($0, 0) ?? 0, found.text($0, 1).flatMap { Double($0) } ?? 0)
                })
        }
        let legacy = try commits("pgbench_history", round.legacy)
        let service = try commits("movement", round.ours)
        return legacy.compactMap { id, time in service[id].map { $0 - time } }.sorted()
    }

    /// The writer's rate with Banyan attached, against its rate with PostgreSQL's own subscription attached.
    static func runSourceCost() throws {
        let pair = try PostgresPair()
        let round = try pair.makeRound("cost", plan: PostgresBank.plan)
        try PostgresBank.prepare(round)
        _ = try round.run()
        var (ours, peers) = ([Double](), [Double]())
        for number in 0..<4 {
            func measureOurs() throws {
                let (engine, output) = try round.start()
                ours.append(try PostgresBank.load(round, perClient))
                _ = try end(engine, output)
            }
            func measurePeer() throws {
                try round.setSubscription(enabled: true)
                peers.append(try PostgresBank.load(round, perClient))
                try round.setSubscription(enabled: false)
            }
            // Each finds what was written during the other's turn, and works it off during its own.
            if number % 2 == 0 {
                try measureOurs()
                try measurePeer()
            } else {
                try measurePeer()
                try measureOurs()
            }
        }
        try round.unsubscribe()
        let ratio = Report.median(ours) / Report.median(peers)
        try Report(
            benchmark: "pg_source_cost", peer: "the same writer with PostgreSQL's own subscription attached",
            figures: ["writer_tx_s": Report.median(ours), "peer_writer_tx_s": Report.median(peers)],
            ratio: ratio, floor: 0.9, holds: ratio >= 0.9
        ).print()
    }

    /// Ends an engine; returns the p50 and p99 of freshness that it has measured itself, in milliseconds.
    private static func end(_ engine: Process, _ output: Pipe) throws -> [Double] {
        engine.interrupt()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        engine.waitUntilExit()
        let parts = text.split(separator: " ").compactMap {
            Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        guard engine.terminationStatus == 0, parts.count == 2 else {
            throw BenchmarkFailure("the engine said \(text)")
        }
        return parts
    }
}
