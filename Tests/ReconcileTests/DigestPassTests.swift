import Model
import Reconcile
import TestKit
import Testing

/// Digests find what reading every row finds, and leave the rest unread.
@Suite struct DigestPassTests {
    /// Keys below zero, with gaps, and dense.
    private static let rows = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
        SELECT CASE WHEN i < 300 THEN i * 1000 - 200000 ELSE 1000000 + i END, 'name ' || i, 'other ' || i,
            i * 0.25, i * 1.5, randomblob(8) FROM n
        """

    private func words(_ report: EqualityReport) -> [String] {
        report.discrepancies.map { one in
            "\(one.kind.rawValue) \(one.key) \(one.fields.map(\.field).joined(separator: ","))"
        }
        .sorted()
    }

    @Test func whatIsEqualIsNotRead() throws {
        let shop = try PlainShop(rows: Self.rows)
        let (report, chunks) = try shop.compare(byDigest: true)
        #expect(report.isClean && report.aggregates[0].compared == 900)
        #expect(chunks == 0)
        #expect(try shop.compare(byDigest: false).chunks == 1)
    }

    @Test(arguments: [
        ("DELETE FROM thing WHERE no = -100000", ["missing_in_target -100000 "]),
        ("INSERT INTO thing (no, name) VALUES (999999999, 'x')", ["extra_in_target 999999999 "]),
        ("INSERT INTO thing (no, name) VALUES (-999999999, 'x')", ["extra_in_target -999999999 "]),
        ("INSERT INTO thing (no, name) VALUES (-150500, 'x')", ["extra_in_target -150500 "]),
        ("UPDATE thing SET name = name || ' ' WHERE no = 1000500", ["content 1000500 name"]),
        ("UPDATE thing SET other = NULL WHERE no = 1000500", ["content 1000500 other"]),
        ("UPDATE thing SET price = price + 0.01 WHERE no = 1000500", ["content 1000500 price"]),
        ("UPDATE thing SET size = -size WHERE no = 1000500", ["content 1000500 size"]),
        ("UPDATE thing SET body = zeroblob(8) WHERE no = 1000500", ["content 1000500 body"]),
        // Two rows with each other's values, and one with its own in each other's place.
        (
            """
            UPDATE thing SET name = CASE no WHEN 1000500 THEN 'name 501' ELSE 'name 500' END
            WHERE no IN (1000500, 1000501)
            """, ["content 1000500 name", "content 1000501 name"]
        ),
        ("UPDATE thing SET name = other, other = name WHERE no = 1000500", ["content 1000500 name,other"]),
        (
            "UPDATE thing SET no = 1000950 WHERE no = 1000500",
            ["extra_in_target 1000950 ", "missing_in_target 1000500 "]
        ),
    ])
    func whatDiffersIsFound(_ sql: String, _ wanted: [String]) throws {
        let shop = try PlainShop(rows: Self.rows)
        try shop.run(sql, on: shop.service)
        let (found, chunks) = try shop.compare(byDigest: true)
        #expect(words(found) == wanted)
        #expect((1...2).contains(chunks))
        let (all, _) = try shop.compare(byDigest: false)
        #expect(found.discrepancies == all.discrepancies)
        #expect(found.aggregates[0].compared == all.aggregates[0].compared)
    }

    /// Any damage to the service, by both ways.
    @Test func bothWaysAgree() throws {
        var generator = SplitMix64.unseen()
        let shop = try PlainShop(rows: Self.rows)
        for round in 0..<12 {
            for _ in 0..<generator.next() % 30 {
                let key = "(SELECT no FROM thing ORDER BY no LIMIT 1 OFFSET \(generator.next() % 800))"
                let sql =
                    switch generator.next() % 5 {
                    case 0: "DELETE FROM thing WHERE no = \(key)"
                    case 1:
                        "INSERT OR IGNORE INTO thing (no, name) VALUES (\(Int(generator.next() % 2_000_000)), 'x')"
                    case 2: "UPDATE thing SET other = other || 'x' WHERE no = \(key)"
                    case 3: "UPDATE OR IGNORE thing SET no = no + 1 WHERE no = \(key)"
                    default: "UPDATE thing SET price = NULL WHERE no >= \(key) AND no < \(key) + 40"
                    }
                try shop.run(sql, on: shop.service)
            }
            let (found, all) = (try shop.compare(byDigest: true), try shop.compare(byDigest: false))
            let note = "round \(round), seed \(generator.seed)"
            #expect(Set(found.report.discrepancies) == Set(all.report.discrepancies), "\(note)")
            var (one, other) = (found.report.aggregates[0], all.report.aggregates[0])
            (one.digest, other.digest) = ("", "")
            #expect(one == other, "\(note)")
        }
    }

    /// What changes after legacy was digested and before the service was is no difference.
    @Test func whatChangesMeanwhileIsNoDifference() throws {
        let shop = try PlainShop(rows: Self.rows)
        try shop.run("UPDATE thing SET name = 'wrong' WHERE no = 1000700", on: shop.service)
        var count = 0
        let (report, _) = try shop.compare(byDigest: true) {
            count += 1
            try shop.run(
                """
                UPDATE item SET name = name || '!' WHERE no IN (-150000, 1000400);
                DELETE FROM item WHERE no = 1000600;
                INSERT INTO item (no, name) VALUES (\(2_000_000 + count), 'new'), (\(-900_000 - count), 'new')
                """, on: shop.legacy)
        }
        #expect(count > 0 && words(report) == ["content 1000700 name"], "\(words(report))")
        #expect(report.aggregates[0].hot == 0)
    }

    /// A key that is no whole number belongs to no range: every row is read.
    @Test func keysThatAreNoNumbersAreReadRowByRow() throws {
        let shop = try PlainShop(rows: "SELECT 1, 'a', 'b', 1, 1, x'00'", key: "INT")
        try shop.run("INSERT INTO thing (no, name) VALUES ('x', 'stray')", on: shop.service)
        let (report, chunks) = try shop.compare(byDigest: true)
        #expect(words(report) == ["extra_in_target x "])
        #expect(chunks == 1)
    }
}
