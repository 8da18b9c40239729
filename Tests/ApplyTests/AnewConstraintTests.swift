import Model
import PostgreSQL
import TestKit
import Testing

@testable import Apply

/// History that is read anew into a store with rules of its own.
@Suite struct AnewConstraintTests {
    private static let shop = Scene(
        legacy: [
            Scene.table("cust", "no TEXT not null, nm TEXT", key: ["no"]),
            Scene.table("ord", "no INTEGER not null, cust TEXT not null", key: ["no"]),
        ],
        service: [
            Scene.table("customer", "number TEXT not null, name TEXT", key: ["number"]),
            Scene.table("purchase", "number INTEGER not null, customer TEXT not null", key: ["number"]),
        ],
        plan: """
                reads:
                  c: { table: cust, root: true }
                  o: { table: ord, root: true }
                aggregates:
                  customer:
                    root: c
                    identity: { natural: [c.no] }
                    table: customer
                    facts: { all: { number: c.no, name: c.nm } }
                  order:
                    root: o
                    identity: { natural: [o.no] }
                    table: purchase
                    facts: { all: { number: o.no, customer: o.cust } }

            """)

    private func shop(_ kind: StoreKind = .postgres, then sql: String) throws -> Bench {
        let bench = try Bench(Self.shop, on: kind)
        for name in ["a", "b", "c"] { bench.legacy.seed("cust", [.text(name), "n"]) }
        for (number, name) in ["a", "b", "c"].enumerated() {
            bench.legacy.seed("ord", [.int(Int64(number)), .text(name)])
        }
        bench.legacy.backfillAll()
        try bench.catchUp()
        let store = try #require(bench.store as? PostgresStore)
        try store.database.app.execute(sql)
        try bench.restart()
        return bench
    }

    /// A row goes after those that refer to it, in whatever order the tables are read.
    @Test(arguments: [["cust", "ord"], ["ord", "cust"]]) func whatIsGoneGoesAfterWhatRefersToIt(
        _ order: [String]
    ) throws {
        let bench = try shop(
            then: "ALTER TABLE purchase ADD FOREIGN KEY (customer) REFERENCES customer (number)")
        bench.legacy.unseen { legacy in
            legacy.delete("ord", [0])
            legacy.delete("cust", ["a"])
            legacy.put("ord", [1, "c"])
            legacy.delete("cust", ["b"])
        }
        bench.legacy.restart()
        for table in order { bench.legacy.backfill(table) }
        try bench.catchUp(1)
        #expect(try bench.rows("customer", ["number"]) == [["c"]])
        #expect(try bench.rows("purchase") == [["1", "c"], ["2", "c"]])
        #expect(try bench.rows(OwnedTables.met) == [])
    }

    /// Rows that were refused a change, and are gone since, refer to one another: the one that is referred to
    /// cannot go first, and that ends nothing.
    @Test func whatWasRefusedAndIsGoneGoesAfterWhatRefersToIt() throws {
        let bench = try shop(
            then: """
                ALTER TABLE purchase ADD FOREIGN KEY (customer) REFERENCES customer (number);
                ALTER TABLE customer ADD CHECK (name <> 'bad')
                """)
        bench.legacy.restart()
        try bench.live { legacy in
            for name in ["a", "b"] { legacy.put("cust", [.text(name), "bad"]) }
            for number in 0...1 { legacy.put("ord", [.int(Int64(number)), "nobody"]) }
        }
        #expect(try bench.quarantine().count == 4)
        try bench.live { legacy in
            for number in 0...1 { legacy.delete("ord", [.int(Int64(number))]) }
            for name in ["a", "b"] { legacy.delete("cust", [.text(name)]) }
        }
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.quarantine() == [])
        #expect(try bench.rows("customer", ["number"]) == [["c"]])
        #expect(try bench.rows("purchase") == [["2", "c"]])
    }

    /// A row that refers to one which came unseen is refused its new state until that one is read: what it
    /// referred to before goes after it.
    @Test func whatIsGoneGoesAfterWhatWasRefusedItsNewState() throws {
        let bench = try shop(
            then: "ALTER TABLE purchase ADD FOREIGN KEY (customer) REFERENCES customer (number)")
        bench.legacy.unseen { legacy in
            legacy.put("cust", ["z", "new"])
            legacy.put("ord", [0, "z"])
            legacy.delete("cust", ["a"])
        }
        bench.legacy.restart()
        bench.legacy.commit { $0.put("ord", [1, "z"]) }
        for table in ["ord", "cust"] { bench.legacy.backfill(table) }
        try bench.catchUp(1)
        #expect(try bench.quarantine() == [])
        #expect(try bench.rows("customer", ["number"]) == [["b"], ["c"], ["z"]])
        #expect(try bench.rows("purchase") == [["0", "z"], ["1", "z"], ["2", "c"]])
    }

    /// Rows of one table that refer to one another, further apart than are removed at a time.
    @Test func whatIsGoneGoesAfterWhatRefersToItInTheSameTable() throws {
        let bench = try Bench(Self.shop, on: .postgres)
        let numbers = 1...2_500
        for number in numbers {
            bench.legacy.seed("ord", [.int(Int64(number)), .text("\(number)")])
            bench.legacy.seed(
                "cust", [.text("\(10_000 + number)"), .text("\(number > 1 ? 10_001 : 10_000)")])
        }
        bench.legacy.seed("cust", ["10000", nil])
        bench.legacy.backfillAll()
        try bench.catchUp()
        let store = try #require(bench.store as? PostgresStore)
        try store.database.app.execute(
            "ALTER TABLE customer ADD FOREIGN KEY (name) REFERENCES customer (number)")
        try bench.restart()
        bench.legacy.unseen { legacy in
            for number in 0...2_500 { legacy.delete("cust", [.text("\(10_000 + number)")]) }
        }
        bench.legacy.restart()
        bench.legacy.backfillAll()
        try bench.catchUp(1)
        #expect(try bench.rows("customer") == [])
    }

    /// A store may spell a key in its own way, padded or in other letters: it is the same key.
    @Test func aKeyThatTheStorePadsIsMet() throws {
        let bench = try shop(then: "ALTER TABLE customer ALTER COLUMN number TYPE char(10)")
        bench.legacy.unseen { $0.delete("cust", ["b"]) }
        bench.legacy.restart()
        bench.legacy.backfill("cust")
        bench.legacy.commit { $0.put("cust", ["d", "large"]) }
        bench.legacy.put("cust", ["e", "larger"])
        bench.legacy.put("cust", ["f", "larger"])
        bench.legacy.commit(parts: 2)
        bench.legacy.backfill("ord")
        try bench.catchUp(held: 1)
        let found = try bench.rows("customer", ["number"]).map { $0[0].prefix { $0 != " " } }
        #expect(found == ["a", "c", "d", "e", "f"])
    }

    /// A value that only one row may have is free again when the row is gone that had it, and two rows that
    /// exchange theirs do so although each is read in a chunk of its own.
    @Test(arguments: [StoreKind.sqlite, .postgres]) func whatOnlyOneMayHaveGoesToWhoHasItNow(
        _ kind: StoreKind
    )
        throws
    {
        let bench = try Bench(.customers(), on: kind)
        for (number, slot) in ["w", "x", "y", "z"].enumerated() {
            bench.legacy.seed("cust", [.int(Int64(number)), "n", "P", .text(slot), 1])
        }
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen { legacy in
            legacy.delete("cust", [3])
            legacy.put("cust", [4, "n", "P", "z", 1])
            legacy.put("cust", [0, "n", "P", "x", 1])
            legacy.put("cust", [1, "n", "P", "w", 1])
        }
        bench.legacy.restart()
        for number in 0...2 {
            bench.legacy.backfill("cust", keys: { $0[0] == .int(Int64(number)) }, isLast: false)
        }
        bench.legacy.commit { $0.put("cust", [4, "live", "P", "z", 1]) }
        bench.legacy.backfill("cust", keys: { _ in false })
        try bench.catchUp(1)
        #expect(try bench.quarantine() == [])
        #expect(
            try bench.rows("customer", ["number", "slot"]) == [
                ["0", "x"], ["1", "w"], ["2", "y"], ["4", "z"],
            ])
    }

    /// A row that is refused while it is read, and taken when the reading ends, was not there to be met.
    @Test(arguments: [StoreKind.sqlite, .postgres]) func whatIsTakenAtTheEndStays(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.seed("cust", [3, "n", "P", "z", 1])
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen { legacy in
            legacy.put("cust", [3, "n", "P", "q", 1])
            legacy.put("cust", [2, "n", "P", "z", 1])
        }
        bench.legacy.restart()
        bench.legacy.backfill("cust", keys: { $0[0] == .int(2) }, isLast: false)
        bench.legacy.backfill("cust", keys: { $0[0] == .int(3) })
        try bench.catchUp(1)
        #expect(try bench.quarantine() == [])
        #expect(try bench.rows("customer", ["number", "slot"]) == [["2", "z"], ["3", "q"]])
    }

    /// A live change whose parent came unseen, and has not been read again: nothing has ended, and nobody is
    /// told so.
    @Test(arguments: StoreKind.allCases) func anAggregateWhoseParentIsNotReadAgainYetHasNotEnded(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.endorsements(), on: kind)
        bench.legacy.seed("pol", ["A", "DE"])
        bench.legacy.seed("ver", [1, "A", 1, "EN", 10])
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen { legacy in
            legacy.put("pol", ["B", "AT"])
            legacy.put("ver", [1, "B", 1, "EN", 10])
        }
        bench.legacy.restart()
        try bench.live { $0.put("ver", [1, "B", 1, "EN", 11]) }
        #expect(try bench.events() == [])
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.rows("endo", ["country", "amount"]) == [["austria", "11"]])
        #expect(try bench.events() == [])
        try bench.live { $0.put("app", [1, 1, "Y"]) }
        #expect(try bench.events() == ["Approved"])
    }

    /// A large transaction of Banyan's own is not applied, and its rows are there all the same.
    @Test(arguments: StoreKind.allCases) func whatBanyanWroteInALargeTransactionIsMet(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(), on: kind)
        for number in 1...6 { bench.legacy.seed("cust", [.int(Int64(number)), "n", "P", .null, 1]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.restart()
        for number in 1...4 { bench.legacy.put("cust", [.int(Int64(number)), "n", "P", .null, 1]) }
        bench.legacy.commit(parts: 4, origin: .banyan)
        bench.legacy.backfill("cust", keys: { $0[0] == .int(5) })
        try bench.catchUp(held: 1)
        #expect(try bench.rows("customer", ["number"]) == [["1"], ["2"], ["3"], ["4"], ["5"]])
    }
}
