import Reconcile
import Testing

@Suite struct EqualityPassTests {
    private func counts(_ report: EqualityReport, _ name: String) -> [Int] {
        if let copy = report.copies.first(where: { $0.table == name }) {
            return [copy.missing, copy.extra, copy.different, copy.hot]
        }
        guard let found = report.aggregates.first(where: { $0.aggregate == name }) else { return [] }
        return [found.missing, found.extra, found.different, found.hot]
    }

    @Test func isSilentOnEqualData() throws {
        let report = try Workshop().compare()
        #expect(report.isClean, "\(report)")
        #expect(report.aggregates.map(\.compared) == [40, 20])
        #expect(report.copies.map(\.compared).reduce(0, +) == 100)
    }

    @Test(arguments: [
        ("DELETE FROM customer WHERE number IN (3, 4)", "customer", [2, 0, 0, 0]),
        (
            "INSERT INTO customer VALUES (77, 'x', 'private'), (0, 'y', 'private'), (-1, 'z', 'private')",
            "customer", [0, 3, 0, 0]
        ),
        ("UPDATE customer SET name = name || ' ' WHERE number = 9", "customer", [0, 0, 1, 0]),
        ("UPDATE customer SET number = 99 WHERE number = 9", "customer", [1, 1, 0, 0]),
        (
            "UPDATE customer SET name = 'name ' || (3 - number) WHERE number IN (1, 2)", "customer",
            [0, 0, 2, 0]
        ),
        ("UPDATE orders SET note = NULL WHERE number = 5", "orders", [0, 0, 1, 0]),
        ("DELETE FROM orders WHERE number = 5", "orders", [1, 0, 0, 0]),
        ("INSERT INTO orders VALUES ('zz', 500, 'x', '')", "orders", [0, 1, 0, 0]),
        ("DELETE FROM order_line WHERE no = 51", "orders", [0, 0, 1, 0]),
        ("INSERT INTO order_line SELECT id, 999, 1 FROM orders WHERE number = 6", "orders", [0, 0, 1, 0]),
        (
            "UPDATE order_line SET quantity = CASE no WHEN 51 THEN 6 ELSE 5 END WHERE no IN (51, 61)",
            "orders", [0, 0, 2, 0]
        ),
        ("UPDATE order_line SET no = no + 1000 WHERE no = 51", "orders", [0, 0, 1, 0]),
        ("UPDATE banyan_mirror_shop_cust SET nm = 'x' WHERE no = 40", "cust", [0, 0, 1, 0]),
        ("DELETE FROM banyan_mirror_shop_line WHERE lno = 51", "line", [1, 0, 0, 0]),
        ("INSERT INTO banyan_mirror_shop_ord VALUES (1000, 1, 'x'), (-5, 1, 'y')", "ord", [0, 2, 0, 0]),
    ])
    func findsWhatDiffers(_ sql: String, _ name: String, _ wanted: [Int]) throws {
        let shop = try Workshop()
        try shop.run(sql, on: shop.service)
        let report = try shop.compare()
        #expect(counts(report, name) == wanted, "\(sql): \(report)")
        #expect(!report.isClean)
    }

    /// What has not been read to its end, for the first time (0) or anew (2, 3), says nothing of either side.
    @Test(arguments: [0, 2, 3]) func nothingIsComparedBeforeHistoryIsWhole(_ reading: Int) throws {
        let shop = try Workshop()
        try shop.run(
            "UPDATE banyan_history SET complete = \(reading) WHERE source_table = 'ord'", on: shop.service)
        let error = #expect(throws: NotComparable.self) { try shop.compare() }
        #expect(error?.reason == "the history of ord is still being read")
    }

    /// While a transaction is open that was so when the pass began, nobody knows what it changed: what
    /// differs is not judged, nor is what is computed from a copy that differs, and what is known of it stays
    /// known.
    @Test func whatDiffersIsLeftOpenWhileNobodyKnowsWhatChanged() throws {
        let shop = try Workshop()
        try shop.run(
            """
            UPDATE banyan_mirror_shop_cust SET nm = 'x' WHERE no = 3;
            INSERT INTO banyan_mirror_shop_ord VALUES (1000, 1, 'x');
            INSERT INTO customer VALUES (77, 'x', 'private')
            """, on: shop.service)
        let report = try shop.compare(unseen: [7])
        #expect(report.discrepancies.isEmpty, "\(report.discrepancies)")
        // A key and the transaction.
        #expect(counts(report, "cust") == [0, 0, 0, 2])
        #expect(counts(report, "customer") == [0, 0, 0, 2])
        #expect(counts(report, "orders").dropLast().allSatisfy { $0 == 0 })
        #expect(counts(report, "orders").last ?? 0 > 0)
        #expect(report.spared["customer"] == ["77"])
        #expect(report.spared["table:ord"] == ["1000"])
        #expect(!report.isClean)
    }

    /// What such a transaction changed may stand on neither side: nothing is said to be equal.
    @Test func nothingIsEqualWhileNobodyKnowsWhatChanged() throws {
        let report = try Workshop().compare(unseen: [7])
        #expect(report.discrepancies.isEmpty)
        #expect(counts(report, "cust") == [0, 0, 0, 1] && counts(report, "customer") == [0, 0, 0, 1])
        #expect(report.unjudged["customer"] == [UnjudgedKey(key: "transaction 7", reason: .underWay)])
        #expect(!report.isClean && !report.isListed)
    }

    /// Parts that belong to nobody are found, however much has changed since the pass began.
    @Test func orphansAreFoundAmongChanges() throws {
        let shop = try Workshop()
        try shop.run("INSERT INTO order_line VALUES ('nobody', 1, 1)", on: shop.service)
        var changes = 0
        let report = try shop.compare { _ in
            changes += 1
            try shop.run("UPDATE ord SET note = note || 'x' WHERE ono = 7", on: shop.legacy)
        }
        #expect(changes > 0)
        #expect(counts(report, "orders")[1] == 1, "\(report)")
        #expect(!report.isClean)
    }

    /// Each difference with its kind, its key and the fields with both values.
    @Test(arguments: [
        ("DELETE FROM customer WHERE number = 3", "customer", ["missing_in_target 3 3 "]),
        ("INSERT INTO customer VALUES (77, 'x', 'private')", "customer", ["extra_in_target 77 - "]),
        (
            "UPDATE customer SET name = name || ' ' WHERE number = 9", "customer",
            ["content 9 9 name=name 9|name 9 "]
        ),
        ("UPDATE orders SET note = NULL WHERE number = 5", "orders", ["content id 5 note=order 5|NULL"]),
        ("DELETE FROM order_line WHERE no = 51", "orders", ["content id 5 lines[51]={…}|NULL"]),
        (
            "INSERT INTO order_line SELECT id, 999, 1 FROM orders WHERE number = 6", "orders",
            ["content id 6 lines[999]=NULL|{…}"]
        ),
        (
            "UPDATE order_line SET quantity = quantity + 1 WHERE no = 51", "orders",
            ["content id 5 lines[51].quantity=5|6"]
        ),
        (
            "UPDATE banyan_mirror_shop_cust SET nm = 'x' WHERE no = 40", "table:cust",
            ["content 40 40 nm=name 40|x"]
        ),
        ("DELETE FROM banyan_mirror_shop_line WHERE lno = 51", "table:line", ["missing_in_target 51 51 "]),
    ])
    func namesWhatDiffers(_ sql: String, _ of: String, _ wanted: [String]) throws {
        let shop = try Workshop()
        try shop.run(sql, on: shop.service)
        let report = try shop.compare()
        func word(_ value: String?) -> String {
            guard let value else { return "NULL" }
            return value.hasPrefix("{") ? "{…}" : value
        }
        let found = report.discrepancies.filter { $0.of == of }.map { one in
            let fields = one.fields.map { "\($0.field)=\(word($0.legacy))|\(word($0.service))" }
            // Orders have keys that the service makes.
            let key = of == "orders" ? "id" : one.key
            return "\(one.kind.rawValue) \(key) \(one.legacyKey ?? "-") \(fields.joined(separator: ", "))"
        }
        #expect(found == wanted)
        #expect(report.discrepanciesMore == 0)
    }

    @Test func doesNotJudgeKeysThatChangeMeanwhile() throws {
        let shop = try Workshop()
        var round = 0
        let report = try shop.compare { _ in
            round += 1
            if round > 12 { return }
            try shop.run(
                """
                UPDATE cust SET nm = 'changed \(round)' WHERE no IN (\(round), 40);
                INSERT INTO cust VALUES (\(100 + round), 'born \(round)', 'P');
                INSERT INTO ord VALUES (\(200 + round), 1, 'born');
                INSERT INTO line VALUES (\(3_000 + round), \(200 + round), 1);
                DELETE FROM cust WHERE no = \(20 + round);
                DELETE FROM line WHERE lno = \(round)1;
                """, on: shop.legacy)
        }
        #expect(round > 4)
        #expect(report.isClean, "\(report)")
    }

    @Test func findsWhatDiffersAmongChanges() throws {
        let shop = try Workshop()
        try shop.run(
            "DELETE FROM customer WHERE number = 30; INSERT INTO customer VALUES (5000, 'x', 'private')",
            on: shop.service)
        var round = 0
        let report = try shop.compare { _ in
            round += 1
            if round > 12 { return }
            try shop.run(
                "INSERT INTO cust VALUES (\(100 + round), 'born', 'P'); DELETE FROM cust WHERE no = \(round)",
                on: shop.legacy)
        }
        #expect(counts(report, "customer") == [1, 1, 0, 0], "\(report)")
    }

    @Test func whatIsSetAsideIsNotJudged() throws {
        let shop = try Workshop()
        // The row that the store holds is that from before the change that could not be translated.
        try shop.run(
            "UPDATE cust SET kd = '?' WHERE no = 7; INSERT INTO cust VALUES (60, 'n', '?')", on: shop.legacy)
        try shop.catchUp()
        let report = try shop.compare()
        #expect(report.isClean, "\(report)")
        #expect(report.aggregates.first?.quarantined == 2)
        try shop.run("INSERT INTO customer VALUES (61, 'x', 'private')", on: shop.service)
        #expect(counts(try shop.compare(), "customer") == [0, 1, 0, 0])
    }

    @Test func whatIsSetAsideMeanwhileIsNotMissing() throws {
        let shop = try Workshop()
        var isDone = false
        let report = try shop.compare { table in
            if isDone || table != "cust" { return }
            isDone = true
            try shop.run(
                "UPDATE cust SET kd = '?' WHERE no = 7; INSERT INTO cust VALUES (60, 'n', '?')",
                on: shop.legacy)
        }
        #expect(report.isClean, "\(report)")
    }
}
