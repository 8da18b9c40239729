import Foundation

/// History from server to server, against `COPY | COPY` with the same mapping in SQL.
enum PostgresBackfillBenchmark {
    static let plan = BackfillBenchmark.plan
        .replacing("{ sqlite: legacy.db }", with: "{ postgres: \"${LEGACY_URL}\" }")
        .replacing("{ sqlite: service.db }", with: "{ postgres: \"${SERVICE_URL}\" }")
    static let legacy = """
        CREATE TABLE item (item_no int PRIMARY KEY, item_nm text NOT NULL, kind_cd text NOT NULL,
            price numeric(12,2) NOT NULL, from_dt text NOT NULL, city text NOT NULL, note text NOT NULL,
            weight int NOT NULL, entered_by text, changed bigint)
        """
    static let service = """
        CREATE TABLE item (number int PRIMARY KEY, name text NOT NULL, kind text NOT NULL,
            price numeric(12,2) NOT NULL, valid_from date NOT NULL, city text NOT NULL, note text NOT NULL,
            weight int NOT NULL)
        """

    /// Rows of the legacy table with these numbers.
    static func rows(_ first: Int, _ last: Int) -> String {
        """
        INSERT INTO item SELECT i, 'Article number ' || i, substr('ABCDE', i % 5 + 1, 1),
            (i % 100000) / 100.0, to_char(date '2000-01-01' + i % 9000, 'YYYYMMDD'), 'City of ' || (i % 500),
            'A note of ordinary length about item ' || i, i % 1000, 'user' || (i % 50), 1600000000 + i
        FROM generate_series(\(first), \(last)) i
        """
    }

    static func run() throws {
        let count = 2_000_000
        let pair = try PostgresPair()
        var (ours, peers, memory) = ([Double](), [Double](), 0.0)
        for number in 0..<2 {
            let round = try pair.makeRound("history\(number)", plan: plan)
            try round.connect(round.legacy).execute(legacy + ";" + rows(1, count))
            try round.connect(round.legacy).execute("VACUUM ANALYZE item")
            try round.connect(round.legacy).execute("CHECKPOINT")
            for address in [round.ours, round.peer] { try round.connect(address).execute(service) }
            func measureOurs() throws {
                let result = try round.run()
                try round.demand("\(count)", of: "SELECT count(*) FROM item", in: round.ours)
                ours.append(result.seconds)
                memory = max(memory, result.memory)
            }
            func measurePeer() throws {
                peers.append(try runProcess("/bin/bash", ["-euo", "pipefail", "-c", copy(round)]).seconds)
                try round.demand("\(count)", of: "SELECT count(*) FROM item", in: round.peer)
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
            benchmark: "pg_backfill",
            peer: "psql COPY binary | psql COPY binary, with the same mapping in SQL",
            figures: [
                "rows": Double(count), "seconds": Report.median(ours), "peer_seconds": Report.median(peers),
                "rows_per_second": Double(count) / Report.median(ours), "peak_rss_mb": memory,
                "memory_floor_mb": 256,
            ], ratio: ratio, floor: 0.7, holds: ratio >= 0.7 && memory <= 256
        ).print()
    }

    private static func copy(_ round: PostgresRound) -> String {
        """
        psql -qX '\(round.legacy)' -c "COPY (SELECT item_no, item_nm, CASE kind_cd WHEN 'A' THEN 'article'
        WHEN 'B' THEN 'bundle' WHEN 'C' THEN 'service' WHEN 'D' THEN 'deposit' WHEN 'E' THEN 'fee' END,
        price, to_date(from_dt, 'YYYYMMDD'), city, note, weight FROM item) TO STDOUT (FORMAT binary)" |
        psql -qX '\(round.peer)' -c "COPY item FROM STDIN (FORMAT binary)"
        """
    }
}
