import Model
import Plan
import Reconcile
import Testing

/// Totals that the business wrote, on both sides at one place.
@Suite struct TotalsTests {
    private static let byKind = """
        kinds: { legacy: "SELECT CASE kd WHEN 'P' THEN 'private' ELSE 'business' END, \
        count(*) FROM cust GROUP BY 1", \
        service: "SELECT kind, count(*) FROM customer GROUP BY 1" }
        """
    private static let quantity = """
        quantity: { legacy: "SELECT sum(qty) FROM line", service: "SELECT sum(quantity) FROM order_line", \
        tolerance: 2 }
        """

    private func words(_ report: EqualityReport) -> [String] {
        report.totals.map { total in
            let lines = total.lines.map {
                ($0.group + [$0.legacy ?? "none", $0.service ?? "none"]).joined(separator: " ")
                    + ($0.isEqual ? "" : " !")
            }
            return "\(total.name) \(total.verdict.rawValue): \(lines.joined(separator: ", "))"
        }
    }

    @Test func figuresThatAgreeAreEqual() throws {
        let report = try Workshop(totals: [Self.byKind, Self.quantity]).compare()
        #expect(
            words(report) == ["kinds equal: business 20 20, private 20 20", "quantity equal: 350 350"])
        #expect(report.isClean)
    }

    /// A tolerance is for the figure; a group that one side lacks differs whatever it says.
    @Test func figuresThatDifferAreNamed() throws {
        let shop = try Workshop(totals: [Self.byKind, Self.quantity])
        try shop.run(
            """
            UPDATE order_line SET quantity = quantity + 2 WHERE no = 11;
            UPDATE customer SET kind = 'foreign' WHERE number = 1
            """, on: shop.service)
        let report = try shop.compare()
        #expect(
            words(report) == [
                "kinds different: business 20 19 !, foreign none 1 !, private 20 20",
                "quantity equal: 350 352",
            ])
        #expect(!report.isClean)
        try shop.run("UPDATE order_line SET quantity = quantity + 1 WHERE no = 11", on: shop.service)
        #expect(words(try shop.compare()).last == "quantity different: 350 353 !")
    }

    /// What changes after one side was asked and before the other was is no difference.
    @Test func bothSidesAreAskedAnewWhenSomethingChanged() throws {
        let shop = try Workshop(totals: [Self.byKind, Self.quantity])
        var asked = 0
        let report = try shop.compare { what in
            if what != "total" { return }
            asked += 1
            if asked > 3 { return }
            try shop.run("INSERT INTO cust VALUES (\(100 + asked), 'n', 'P')", on: shop.legacy)
        }
        #expect(asked == 5)
        #expect(words(report).first == "kinds equal: business 20 20, private 23 23")
        #expect(report.isClean, "\(report)")
    }

    @Test func nothingIsSaidWhereSomethingAlwaysChanges() throws {
        let shop = try Workshop(totals: [Self.byKind])
        var asked = 0
        let report = try shop.compare { what in
            if what != "total" { return }
            asked += 1
            try shop.run("UPDATE cust SET nm = 'n \(asked)' WHERE no = 1", on: shop.legacy)
        }
        #expect(asked == 20)
        #expect(words(report) == ["kinds not_comparable: "])
        #expect(report.totals.first?.reason?.contains("20 times") ?? false)
        #expect(report.discrepancies.isEmpty && !report.isClean)
    }

    @Test func nothingIsSaidWhileNobodyKnowsWhatChanged() throws {
        let report = try Workshop(totals: [Self.quantity]).compare(unseen: [7])
        #expect(words(report) == ["quantity not_comparable: "])
    }

    /// What is set aside stands in no figure of the service's.
    @Test func figuresThatLackWhatIsSetAsideAreNoDifference() throws {
        let shop = try Workshop(totals: [Self.byKind])
        try shop.run("INSERT INTO cust VALUES (60, 'n', '?')", on: shop.legacy)
        try shop.catchUp()
        let report = try shop.compare()
        #expect(words(report) == ["kinds set_aside: business 21 20 !, private 20 20"])
        let reason = "1 keys are set aside or wait for another row, and the service's figures lack them"
        #expect(report.totals.first?.reason == reason)
    }

    /// A query that cannot be answered says so, and the others go on; none can write.
    @Test(arguments: [
        ("SELECT count(*) FROM nowhere", "the query on legacy fails: no such table: nowhere"),
        (
            "WITH x AS (SELECT 1) DELETE FROM cust",
            "the query on legacy fails: SQLite refuses it (code 8); run it by hand to see why"
        ),
        (
            "SELECT 1 FROM cust",
            "the query on legacy gives a group twice: group by every column but the last"
        ),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) SELECT i, i FROM n",
            "the query on legacy fails: it gives more than 10000 rows: sum up by fewer groups"
        ),
    ])
    func whatCannotBeAskedIsSaid(_ query: String, _ reason: String) throws {
        let total = "broken: { legacy: \"\(query)\", service: \"SELECT 1\" }"
        let report = try Workshop(totals: [total, Self.quantity]).compare()
        #expect(report.totals.first?.reason == reason)
        #expect(words(report) == ["broken not_comparable: ", "quantity equal: 350 350"])
    }

    /// Numbers agree as numbers, anything else as text.
    @Test(arguments: [
        ("1", "1.00", "0", true), ("0.1", "1e-1", "0", true), ("-3", "-3.011", "0.01", false),
        ("-3", "-3.01", "0.01", true), ("2024-01-01", "2024-01-01", "0", true), ("a", "b", "5", false),
        ("12345678901234567890123456789.01", "12345678901234567890123456789.02", "0", false),
        ("1", "one", "9", false), ("", "0", "9", false), ("2024-01-01", "2024-12-31", "0", false),
        ("1.2.3", "1.2.4", "0", false), ("1e5x", "1e5", "0", false), ("1 2", "1 3", "0", false),
        ("5.", "5", "0", true), ("-0", "0", "0", true), ("+7", "7.0", "0", true),
        ("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567891", "0", false),
        ("1e999", "1e998", "0", false), ("\u{E9}", "e\u{301}", "0", false),
    ])
    func figuresAreCompared(_ left: String, _ right: String, _ tolerance: String, _ isEqual: Bool) throws {
        let total = CheckedTotal(name: "t", legacy: "", service: "", tolerance: tolerance)
        let found = try TotalComparison(
            total, legacy: QueryTable(rows: [[left]]), service: QueryTable(rows: [[right]]), at: .start)
        #expect(found.lines.map(\.isEqual) == [isEqual])
    }

    @Test func aMissingFigureIsNotNull() throws {
        let total = CheckedTotal(name: "t", legacy: "", service: "", tolerance: "0")
        let found = try TotalComparison(
            total, legacy: QueryTable(rows: [["a", nil], ["b", nil], [nil, "1"]]),
            service: QueryTable(rows: [["b", nil], [nil, "1"]]), at: .start)
        #expect(found.lines.map(\.isEqual) == [true, false, true])
        #expect(found.lines.map(\.group) == [["NULL"], ["a"], ["b"]])
    }

    /// Two groups are one only when their bytes are the same.
    @Test func groupsAreToldApart() throws {
        let total = CheckedTotal(name: "t", legacy: "", service: "", tolerance: "0")
        let found = try TotalComparison(
            total, legacy: QueryTable(rows: [[nil, "1"], ["\u{E9}", "2"], ["NULL", "3"]]),
            service: QueryTable(rows: [["NULL", "3"], ["e\u{301}", "2"]]), at: .start)
        #expect(found.lines.map { $0.group[0].unicodeScalars.count } == [4, 4, 2, 1])
        #expect(found.lines.map(\.isEqual) == [false, true, false, false])
    }
}
