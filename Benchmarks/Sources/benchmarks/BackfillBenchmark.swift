import Foundation
import Migration

/// History of one table against one `INSERT INTO … SELECT … CASE …` by the sqlite3 shell, each with a sync
/// for every commit.
enum BackfillBenchmark {
    static let plan = """
        migration: bench
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          parts:
            from: legacy
            into: service
            reads:
              t: { table: item, root: true }
            codes:
              kind: { A: article, B: bundle, C: service, D: deposit, E: fee, otherwise: quarantine }
            aggregates:
              item:
                root: t
                identity: { natural: [t.item_no] }
                table: item
                facts:
                  all:
                    number: t.item_no
                    name: t.item_nm
                    kind: code('kind', t.kind_cd)
                    price: t.price
                    valid_from: date(t.from_dt)
                    city: t.city
                    note: t.note
                    weight: t.weight
        """
    static let service = """
        CREATE TABLE item (number INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
            price NUMERIC(12,2) NOT NULL, valid_from DATE NOT NULL, city TEXT NOT NULL,
            note TEXT NOT NULL, weight INTEGER NOT NULL);
        """

    static func legacy(rows: Int) -> String {
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE item (item_no INTEGER PRIMARY KEY, item_nm TEXT NOT NULL, kind_cd TEXT NOT NULL,
            price NUMERIC(12,2) NOT NULL, from_dt TEXT NOT NULL, city TEXT NOT NULL, note TEXT NOT NULL,
            weight INTEGER NOT NULL, entered_by TEXT, changed INTEGER);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
        INSERT INTO item SELECT i, 'Article number ' || i, substr('ABCDE', i % 5 + 1, 1),
            (i % 100000) / 100.0, strftime('%Y%m%d', '2000-01-01', (i % 9000) || ' days'),
            'City of ' || (i % 500),
            'A note of ordinary length about item ' || i, i % 1000, 'user' || (i % 50), 1600000000 + i FROM n;
        PRAGMA wal_checkpoint(TRUNCATE);
        """
    }

    static let peer = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        INSERT INTO item SELECT item_no, item_nm,
            CASE kind_cd WHEN 'A' THEN 'article' WHEN 'B' THEN 'bundle' WHEN 'C' THEN 'service'
                WHEN 'D' THEN 'deposit' WHEN 'E' THEN 'fee' END,
            price, substr(from_dt, 1, 4) || '-' || substr(from_dt, 5, 2) || '-' || substr(from_dt, 7, 2),
            city, note, weight
        FROM legacy.item;
        """

    static func run() throws {
        let million = try measure(rows: 1_000_000, runs: 3)
        let double = try measure(rows: 2_000_000, runs: 1)
        let ratio = Report.median(million.peer) / Report.median(million.ours)
        let memory = max(million.memory, double.memory)
        try Report(
            benchmark: "sqlite_backfill",
            peer: "sqlite3 INSERT INTO … SELECT … CASE …, attached, synchronous=FULL",
            figures: [
                "rows": 1_000_000, "seconds": Report.median(million.ours),
                "peer_seconds": Report.median(million.peer),
                "rows_per_second": 1_000_000 / Report.median(million.ours), "peak_rss_mb": million.memory,
                "peak_rss_mb_2m": double.memory,
                "ratio_2m": Report.median(double.peer) / Report.median(double.ours),
                "memory_floor_mb": 150,
            ], ratio: ratio, floor: 0.35, holds: ratio >= 0.35 && memory < 150
        ).print()
    }

    private static func measure(rows: Int, runs: Int) throws -> (
        ours: [Double], peer: [Double], memory: Double
    ) {
        let scratch = try Scratch()
        _ = try runProcess("/usr/bin/sqlite3", [scratch.file("legacy.db")], input: legacy(rows: rows))
        try plan.write(toFile: scratch.file("plan.yaml"), atomically: true, encoding: .utf8)
        var ours: [Double] = []
        var peers: [Double] = []
        var memory = 0.0
        for _ in 0..<runs {
            scratch.remove("service.db", "service.db-wal", "service.db-shm", "state")
            _ = try runProcess("/usr/bin/sqlite3", [scratch.file("service.db")], input: service)
            let child = try runProcess(CommandLine.arguments[0], ["child-backfill", scratch.path])
            let parts = child.output.split(separator: " ").compactMap {
                Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            guard parts.count == 2 else { throw BenchmarkFailure("the child said \(child.output)") }
            ours.append(parts[0])
            memory = max(memory, parts[1])
            let count = try runProcess(
                "/usr/bin/sqlite3", [scratch.file("service.db"), "SELECT count(*) FROM item"]
            ).output
            guard Int(count.trimmingCharacters(in: .newlines)) == rows else {
                throw BenchmarkFailure("\(count) rows arrived")
            }
            scratch.remove("peer.db", "peer.db-wal", "peer.db-shm")
            _ = try runProcess("/usr/bin/sqlite3", [scratch.file("peer.db")], input: service)
            let script = "ATTACH '\(scratch.file("legacy.db"))' AS legacy;\n" + peer
            peers.append(try runProcess("/usr/bin/sqlite3", [scratch.file("peer.db")], input: script).seconds)
        }
        return (ours, peers, memory)
    }

    /// One backfill, in a process of its own: prints the seconds it took and its peak memory in MB.
    static func runChild(folder: String) throws {
        let plan = try PlanOpening.open(folder + "/plan.yaml")
        let start = ContinuousClock.now
        var options = MigrationEngine.Options()
        options.statusEvery = .milliseconds(50)
        _ = try MigrationEngine(plan: plan, options: options).run(until: .caughtUp)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(seconds, Double(ProcessMemory.peakBytes()) / 1_048_576)
    }
}
