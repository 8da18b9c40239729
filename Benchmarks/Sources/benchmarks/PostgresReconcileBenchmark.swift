import Foundation
import PostgreSQL

/// Both sides compared, 2 million rows of ten columns from server to server, against reladiff on the same
/// tables and against reading both with `COPY` in the order of their keys.
enum PostgresReconcileBenchmark {
    private static let count = 2_000_000
    static let columns = [
        "item_no", "item_nm", "kind_cd", "price", "from_dt", "city", "note", "weight", "entered_by",
        "changed",
    ]
    static func run() throws {
        let pair = try PostgresPair()
        let round = try pair.makeRound("compared", plan: plan)
        try round.connect(round.legacy).execute(
            PostgresBackfillBenchmark.legacy + ";" + PostgresBackfillBenchmark.rows(1, count))
        try round.connect(round.legacy).execute("VACUUM ANALYZE item")
        try round.connect(round.ours).execute(PostgresBackfillBenchmark.legacy)
        _ = try round.run()
        try round.demand("\(count)", of: "SELECT count(*) FROM item", in: round.ours)
        try round.connect(round.ours).execute("VACUUM ANALYZE item")
        for address in [round.legacy, round.ours] { try round.connect(address).execute("CHECKPOINT") }
        // A pass needs somebody who applies: legacy's place moves on by itself.
        let (engine, output) = try round.start()
        defer {
            engine.interrupt()
            _ = output.fileHandleForReading.readDataToEndOfFile()
            engine.waitUntilExit()
        }
        let equal = try measure(round)
        // A hundred differences, all over the table.
        try round.connect(round.ours).execute(
            "UPDATE item SET city = city || ' ' WHERE item_no % \(count / 100) = 7")
        let different = try measure(round, differences: 100)
        for (name, found) in [("reconcile_pg", equal), ("reconcile_pg_100", different)] {
            try report(name, found, equal: equal)
        }
    }

    private static var plan: String {
        ReconcileBenchmark.plan.replacing("{ sqlite: legacy.db }", with: "{ postgres: \"${LEGACY_URL}\" }")
            .replacing("{ sqlite: service.db }", with: "{ postgres: \"${SERVICE_URL}\" }")
    }

    private struct Measured {
        var ours: [Double] = []
        var reladiff: [Double] = []
        var copies: [Double] = []
        var memory = 0.0
    }

    private static func measure(_ round: PostgresRound, differences: Int = 0) throws -> Measured {
        var measured = Measured()
        for _ in 0..<3 {
            let ours = try round.compare()
            guard ours.differences == differences else {
                throw BenchmarkFailure("\(ours.differences) differences were found, not \(differences)")
            }
            measured.ours.append(ours.seconds)
            measured.memory = max(measured.memory, ours.memory)
            measured.copies.append(try copyBoth(round))
            measured.reladiff.append(try reladiff(round))
        }
        return measured
    }

    /// Reads both sides in the order of their keys at the same time, into nothing.
    private static func copyBoth(_ round: PostgresRound) throws -> Double {
        let list = columns.joined(separator: ", ")
        let command = [round.legacy, round.ours].map { address in
            "psql -qX '\(address)' -c \"COPY (SELECT \(list) FROM item ORDER BY item_no) "
                + "TO STDOUT (FORMAT binary)\" > /dev/null"
        }.joined(separator: " & ")
        return try runProcess("/bin/bash", ["-euo", "pipefail", "-c", command + " & wait"]).seconds
    }

    /// reladiff with more threads than there are cores and large segments, which is its best here.
    private static func reladiff(_ round: PostgresRound) throws -> Double {
        let others = columns.dropFirst().flatMap { ["-c", $0] }
        return try runProcess(
            "/usr/bin/env",
            ["reladiff", url(round.legacy), "item", url(round.ours), "item", "-k", "item_no"] + others
                + ["--threads", "4", "--bisection-factor", "32", "--bisection-threshold", "50000", "-s"]
        ).seconds
    }

    private static func url(_ address: String) -> String {
        address.replacing("postgres://", with: "postgresql://")
    }

    private static func report(_ name: String, _ found: Measured, equal: Measured) throws {
        let ours = Report.median(found.ours)
        let ratio = Report.median(found.reladiff) / ours
        let toCopy = Report.median(found.copies) / ours
        let spread = ours / Report.median(equal.ours)
        try Report(
            benchmark: name, peer: "reladiff, 4 threads",
            figures: [
                "rows": Double(count), "seconds": ours, "peer_seconds": Report.median(found.reladiff),
                "copy_seconds": Report.median(found.copies), "copy_ratio": toCopy, "copy_floor": 0.5,
                "to_equal": spread, "peak_rss_mb": found.memory, "memory_floor_mb": 256,
            ], ratio: ratio, floor: 3,
            holds: ratio >= 3 && toCopy >= 0.5 && found.memory <= 256 && spread <= 1.2
        ).print()
    }
}
