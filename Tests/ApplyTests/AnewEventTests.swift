import Apply
import Model
import Testing

/// What is told of numbers that went from one row to another unseen, while history is read anew: that one has
/// gone only where it has.
@Suite struct AnewEventTests {
    /// Rows 1 and 2, with numbers 1 and 2; what is done to them unseen, and the log that begins behind it.
    private func bench(_ kind: StoreKind, unseen: (Legacy) -> Void) throws -> Bench {
        let bench = try Bench(.numberedCustomers, on: kind)
        bench.legacy.seed("cust", [1, 1, "ann", "P", nil, nil])
        bench.legacy.seed("cust", [2, 2, "bob", "P", nil, nil])
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen(unseen)
        bench.legacy.restart()
        return bench
    }

    private func rows(_ bench: Bench) throws -> [String] {
        try bench.rows("customer", ["number", "name"]).map { $0.joined(separator: ":") }.sorted()
    }

    @Test(arguments: StoreKind.allCases) func aNumberThatWasGivenAwayUnseenHasNotGone(_ kind: StoreKind)
        throws
    {
        let bench = try bench(kind) { legacy in
            legacy.put("cust", [1, 3, "ann", "P", nil, nil])
            legacy.put("cust", [2, 1, "bob", "P", nil, nil])
        }
        try bench.live { $0.put("cust", [1, 3, "ann", "B", nil, nil]) }
        #expect(try bench.events() == [])
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try rows(bench) == ["1:bob", "3:ann"])
        #expect(try bench.events() == [])
        try bench.live { $0.delete("cust", [2]) }
        #expect(try bench.events() == ["Left"])
    }

    /// The row had it until now, as its own change says.
    @Test(arguments: StoreKind.allCases) func aNumberThatGoesIsToldAsGone(_ kind: StoreKind) throws {
        let bench = try bench(kind) { $0.put("cust", [2, 2, "bob", "B", nil, nil]) }
        try bench.live { $0.put("cust", [1, 3, "ann", "P", nil, nil]) }
        try bench.live { $0.delete("cust", [2]) }
        #expect(try bench.events() == ["Left", "Left"])
    }

    /// A row that is set aside for another reason takes the number in the same transaction.
    @Test(arguments: StoreKind.allCases) func aNumberThatSomethingSetAsideTakesHasNotGone(_ kind: StoreKind)
        throws
    {
        let bench = try bench(kind) { $0.put("cust", [2, 5, "bob", "P", nil, nil]) }
        try bench.live { $0.put("cust", [3, 2, "carl", "P", nil, nil]) }
        #expect(try bench.quarantine() == ["3:identity_ambiguous"])
        try bench.live { legacy in
            legacy.put("cust", [1, 7, "ann", "P", nil, nil])
            legacy.put("cust", [3, 1, "carl", "P", nil, nil])
        }
        #expect(try bench.quarantine() == ["3:identity_ambiguous", "3:waits"])
        #expect(try bench.events() == [])
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try rows(bench) == ["1:carl", "5:bob", "7:ann"])
        #expect(try bench.events().contains("Left") == false)
    }

    /// A row that waited takes a number and gives it back when another has it no longer: late, so that it
    /// says nothing of who has it now.
    @Test(arguments: StoreKind.allCases) func whatIsAppliedLateTellsNoEnd(_ kind: StoreKind) throws {
        let bench = try bench(kind) { legacy in
            legacy.put("cust", [1, 2, "ann", "P", nil, nil])
            legacy.put("cust", [2, 1, "bob", "P", nil, nil])
        }
        try bench.live { $0.put("cust", [1, 2, "ann", "B", nil, nil]) }
        #expect(try bench.quarantine() == ["1:identity_ambiguous"])
        try bench.live { legacy in
            legacy.put("cust", [1, 1, "ann", "P", nil, nil])
            legacy.put("cust", [2, 2, "bob", "P", nil, nil])
        }
        try bench.live { $0.delete("cust", [2]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.quarantine().isEmpty)
        #expect(try rows(bench) == ["1:ann"])
        #expect(try bench.events().contains("Left") == false)
    }

    /// A row alone waits for a number that it does not want any more, and that is not given up: as history
    /// shows it, nothing stands in its way. Then what takes its number over begins nothing new.
    @Test(arguments: StoreKind.allCases) func whatWaitsForWhatItNoLongerWantsComesFree(_ kind: StoreKind)
        throws
    {
        let bench = try bench(kind) { legacy in
            legacy.delete("cust", [1])
            legacy.put("cust", [2, 1, "bob", "P", nil, nil])
        }
        try bench.live { $0.put("cust", [1, 2, "carl", "P", nil, nil]) }
        #expect(try bench.quarantine() == ["1:identity_ambiguous"])
        try bench.live { legacy in
            legacy.put("cust", [2, 2, "bob", "P", nil, nil])
            legacy.put("cust", [1, 1, "carl", "P", nil, nil])
        }
        let untold = bench.applier.counts.stepsWithoutHistory
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(bench.applier.counts.stepsWithoutHistory == untold + 2)
        #expect(try bench.quarantine().isEmpty)
        #expect(try rows(bench) == ["1:carl", "2:bob"])
        let before = try bench.events()
        try bench.live { legacy in
            legacy.delete("cust", [1])
            legacy.put("cust", [3, 1, "dora", "P", nil, nil])
        }
        #expect(try rows(bench) == ["1:dora", "2:bob"])
        #expect(try bench.events() == before + ["Renamed"])
    }
}
