import Foundation

/// Both sides compared on files, 2 million rows of ten columns, against reading both tables in the order of
/// their keys with the sqlite3 shell.
enum ReconcileBenchmark {
    private static let rows = 2_000_000

    static func run() throws {
        let scratch = try Scratch()
        let legacy = scratch.file("legacy.db")
        _ = try runProcess("/usr/bin/sqlite3", [legacy], input: BackfillBenchmark.legacy(rows: rows))
        let table = try runProcess("/usr/bin/sqlite3", [legacy, ".schema item"]).output
        _ = try runProcess("/usr/bin/sqlite3", [scratch.file("service.db")], input: table)
        try plan.write(toFile: scratch.file("plan.yaml"), atomically: true, encoding: .utf8)
        _ = try runProcess(CommandLine.arguments[0], ["child-backfill", scratch.path])
        let (equal, peers, memory) = try measure(scratch, differences: 0)
        _ = try runProcess(
            "/usr/bin/sqlite3",
            [
                scratch.file("service.db"),
                "UPDATE item SET city = city || ' ' WHERE item_no % \(rows / 100) = 7",
            ])
        let (different, _, _) = try measure(scratch, differences: 100)
        let ratio = Report.median(peers) / Report.median(equal)
        let spread = Report.median(different) / Report.median(equal)
        try Report(
            benchmark: "reconcile_sqlite", peer: "sqlite3, both tables in the order of their keys",
            figures: [
                "rows": Double(rows), "seconds": Report.median(equal), "peer_seconds": Report.median(peers),
                "seconds_100": Report.median(different), "to_equal_100": spread, "peak_rss_mb": memory,
                "memory_floor_mb": 256,
            ], ratio: ratio, floor: 0.5, holds: ratio >= 0.5 && memory <= 256
        ).print()
    }

    /// The plan of a table that is held as it is.
    static var plan: String {
        var lines = BackfillBenchmark.plan.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        guard let facts = lines.firstIndex(where: { $0.hasSuffix("all:") }) else { return "" }
        lines.removeSubrange((facts + 1)...)
        lines += PostgresReconcileBenchmark.columns.map { "            \($0): t.\($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func measure(
        _ scratch: Scratch, differences: Int
    ) throws -> (ours: [Double], peers: [Double], memory: Double) {
        var (ours, peers, memory) = ([Double](), [Double](), 0.0)
        for _ in 0..<3 {
            let child = try runProcess(CommandLine.arguments[0], ["child-compare", scratch.path])
            let parts = child.output.split(separator: " ").compactMap {
                Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            guard parts.count == 3, Int(parts[2]) == differences else {
                throw BenchmarkFailure("the child said \(child.output)")
            }
            ours.append(parts[0])
            memory = max(memory, parts[1])
            let read = ["legacy.db", "service.db"].map {
                "sqlite3 '\(scratch.file($0))' 'SELECT * FROM item ORDER BY item_no' > /dev/null"
            }
            peers.append(
                try runProcess("/bin/bash", ["-euc", read.joined(separator: "; ")]).seconds)
        }
        return (ours, peers, memory)
    }
}
