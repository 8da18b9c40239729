import Foundation

/// History from server to server, against `COPY | COPY` with the same mapping in SQL, and without one.
enum PostgresBackfillBenchmark {
    static let plan = BackfillBenchmark.plan
        .replacing("{ sqlite: legacy.db }", with: "{ postgres: \"${LEGACY_URL}\" }")
        .replacing("{ sqlite: service.db }", with: "{ postgres: \"${SERVICE_URL}\" }")
    /// Every field as it stands.
    static let plainPlan = plan.replacing("code('kind', t.kind_cd)", with: "t.kind_cd")
        .replacing("date(t.from_dt)", with: "t.from_dt")
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

    /// Runs it with the mapping, or with fields that are columns.
    static func run(isMapped: Bool) throws {
        let count = 2_000_000
        let pair = try PostgresPair()
        var (ours, peers, memory) = ([Double](), [Double](), 0.0)
        for number in 0..<2 {
            let round = try pair.makeRound(
                "history\(number)", plan: isMapped ? plan : plainPlan)
            try round.connect(round.legacy).execute(legacy + ";" + rows(1, count))
            try round.connect(round.legacy).execute("VACUUM ANALYZE item")
            try round.connect(round.legacy).execute("CHECKPOINT")
            let made = isMapped ? service : service.replacing("valid_from date", with: "valid_from text")
            for address in [round.ours, round.peer] { try round.connect(address).execute(made) }
            func measureOurs() throws {
                let result = try round.run()
                try round.demand("\(count)", of: "SELECT count(*) FROM item", in: round.ours)
                ours.append(result.seconds)
                memory = max(memory, result.memory)
            }
            func measurePeer() throws {
                let copied = copy(round, isMapped: isMapped)
                peers.append(try runProcess("/bin/bash", ["-euo", "pipefail", "-c", copied]).seconds)
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
        let floor = isMapped ? 0.7 : 0.9
        try Report(
            benchmark: isMapped ? "pg_backfill" : "pg_backfill_unmapped",
            peer: "psql COPY binary | psql COPY binary"
                + (isMapped ? ", with the same mapping in SQL" : ", of the same columns"),
            figures: [
                "rows": Double(count), "seconds": Report.median(ours), "peer_seconds": Report.median(peers),
                "rows_per_second": Double(count) / Report.median(ours), "peak_rss_mb": memory,
                "memory_floor_mb": 256,
            ], ratio: ratio, floor: floor, holds: ratio >= floor && memory <= 256
        ).print()
    }

    private static func copy(_ round: PostgresRound, isMapped: Bool) -> String {
        let kind =
            isMapped
            ? """
            CASE kind_cd WHEN 'A' THEN 'article' WHEN 'B' THEN 'bundle' WHEN 'C' THEN 'service'
            WHEN 'D' THEN 'deposit' WHEN 'E' THEN 'fee' END
            """ : "kind_cd"
        let from = isMapped ? "to_date(from_dt, 'YYYYMMDD')" : "from_dt"
        return """
            psql -qX '\(round.legacy)' -c "COPY (SELECT item_no, item_nm, \(kind),
            price, \(from), city, note, weight FROM item) TO STDOUT (FORMAT binary)" |
            psql -qX '\(round.peer)' -c "COPY item FROM STDIN (FORMAT binary)"
            """
    }
}
