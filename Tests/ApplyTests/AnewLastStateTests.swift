import Apply
import Testing

/// What is still refused when history has been read anew: which of it is taken as it is now, and that the
/// rest stays as it was.
@Suite struct AnewLastStateTests {
    private func bench(_ kind: StoreKind, customers: ClosedRange<Int64>) throws -> Bench {
        let bench = try Bench(.customers(), on: kind)
        for number in customers { bench.legacy.seed("cust", [.int(number), "n", "P", .null, 1]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        try limitCredit(bench, to: 8)
        return bench
    }

    private func limitCredit(_ bench: Bench, to most: Int64?) throws {
        let table = try #require(bench.scene.table("customer"))
        try bench.store.limit(table, column: "credit", to: most)
    }

    /// A last state that cannot be computed, because it was sent in part: what had led to it is still there,
    /// and can be applied when the cause is gone.
    @Test(arguments: StoreKind.allCases) func whatCannotBeComputedStaysAsItWas(_ kind: StoreKind) throws {
        let bench = try bench(kind, customers: 1...2)
        bench.legacy.restart()
        for number in 1...2 {
            bench.legacy.backfill("cust", keys: { $0[0] == .int(Int64(number)) }, isLast: false)
        }
        try bench.live { legacy in
            for number in 1...2 { legacy.put("cust", [.int(Int64(number)), "m", "P", .unsent, 9]) }
        }
        let before = try bench.applier.quarantineEntries()
        #expect(before.map(\.reason) == ["constraint", "constraint"])
        bench.legacy.backfill("cust", keys: { _ in false })
        try bench.catchUp()
        #expect(try bench.applier.quarantineEntries() == before)
        try limitCredit(bench, to: nil)
        #expect(try bench.replay().freed == 2)
        #expect(
            try bench.rows("customer", ["number", "name", "credit"]) == [["1", "m", "9"], ["2", "m", "9"]])
        #expect(try bench.events() == ["Renamed", "Renamed"])
    }

    /// What waits in a line for a value that one behind it gives up is told its changes, in whatever order
    /// the keys come.
    @Test(arguments: [StoreKind.sqlite, .postgres]) func whatWaitsInALineIsToldItsChanges(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(), on: kind)
        for (number, slot) in [(9, "a"), (2, "b"), (1, "c")] {
            bench.legacy.seed("cust", [.int(Int64(number)), "n", "P", .text(slot), 1])
        }
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen { $0.delete("cust", [9]) }
        bench.legacy.restart()
        try bench.live { $0.put("cust", [2, "n", "P", "a", 1]) }
        try bench.live { $0.put("cust", [1, "m", "P", "b", 1]) }
        #expect(try bench.quarantine() == ["1:constraint", "2:constraint"])
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.quarantine().isEmpty)
        #expect(try bench.rows("customer", ["number", "slot"]) == [["1", "b"], ["2", "a"]])
        #expect(try bench.events() == ["Renamed"])
    }

    /// One row alone that a constraint refuses waits for nobody: that it is all right now is no reason to
    /// pass over what it waits to tell.
    @Test(arguments: StoreKind.allCases) func whatIsWrongAloneStays(_ kind: StoreKind) throws {
        let bench = try bench(kind, customers: 1...1)
        try bench.live { $0.put("cust", [1, "m", "P", .null, 9]) }
        try bench.live { $0.put("cust", [1, "o", "P", .null, 1]) }
        bench.legacy.restart()
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.quarantine() == ["1:constraint", "1:waits", "1:waits"])
        #expect(try bench.events().isEmpty)
    }

    /// A row takes over the number of one that waits, in the transaction in which that gives it up, and waits
    /// for a reason of its own: applied later, when the other has gone on without a word, it is no birth.
    @Test(arguments: StoreKind.allCases) func whatTakesOverFromOneThatWaitsIsNoBirth(_ kind: StoreKind) throws
    {
        let bench = try Bench(.numberedCustomers, on: kind)
        bench.legacy.seed("cust", [1, 1, "ann", "P", nil, nil])
        bench.legacy.seed("cust", [2, 2, "bob", "P", nil, nil])
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen { $0.put("cust", [2, 5, "bob", "P", nil, nil]) }
        bench.legacy.restart()
        try bench.live { $0.put("cust", [1, 2, "ann", "P", nil, nil]) }
        #expect(try bench.quarantine() == ["1:identity_ambiguous"])
        try bench.live { $0.put("cust", [1, 1, "ann", "P", nil, nil]) }
        try bench.live { legacy in
            legacy.put("cust", [1, 7, "ann", "P", nil, nil])
            legacy.put("cust", [3, 1, "carl", "?", nil, nil])
        }
        #expect(try bench.applier.quarantineEntries().last?.operation == "replace")
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.quarantine() == ["3:unknown_code", "3:waits"])
        #expect(
            try bench.rows("customer", ["number", "name"]).sorted { $0[0] < $1[0] } == [
                ["5", "bob"], ["7", "ann"],
            ])
    }

    /// A row that is applied late goes without a word, and sets another one free that has had its number
    /// since: that begins nothing new, and is told by what has become different.
    @Test(arguments: StoreKind.allCases) func whatComesInThePlaceOfWhatWentUntoldIsNoBirth(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.numberedCustomers, on: kind)
        try bench.live { legacy in
            legacy.put("cust", [2, 1, "ann", "P", nil, nil])
            legacy.put("cust", [3, 2, "bob", "P", nil, nil])
        }
        try bench.live { legacy in
            legacy.put("cust", [3, 1, "bob", "?", nil, nil])
            legacy.put("cust", [2, 2, "ann", "P", nil, nil])
        }
        #expect(try bench.quarantine() == ["2:identity_ambiguous", "3:unknown_code"])
        bench.legacy.backfill("cust", keys: { _ in false })
        try bench.live { $0.put("cust", [2, 2, "anna", "P", nil, nil]) }
        try bench.live { $0.delete("cust", [3]) }
        #expect(try bench.events() == ["Appeared", "Appeared"])
        #expect(try bench.replay(latestOnly: true).freed == 2)
        #expect(try bench.rows("customer", ["number", "name"]) == [["2", "anna"]])
        let events = try bench.events().dropFirst(2)
        #expect(!events.contains("Appeared") && events.contains("Renamed"))
    }
}
