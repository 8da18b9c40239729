import Apply
import Model
import Testing

/// Natural keys that legacy gives to several rows, one after the other or at once.
@Suite struct IdentityTests {
    private func bench(_ kind: StoreKind) throws -> Bench {
        let bench = try Bench(.endorsements(), on: kind)
        bench.legacy.seed("pol", ["A", "DE"])
        bench.legacy.backfillAll()
        try bench.catchUp()
        return bench
    }

    private func rows(_ bench: Bench) throws -> [String] {
        try bench.rows("endo", ["no", "amount"]).map { $0.joined(separator: ":") }.sorted()
    }

    @Test(arguments: StoreKind.allCases) func aSecondRowOfANaturalKeyWaitsUntilTheFirstIsGone(
        _ kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.live { $0.put("ver", [1, "A", 1, "EN", 10]) }
        try bench.live { $0.put("ver", [2, "A", 1, "EN", 20]) }
        #expect(try bench.quarantine() == ["2:identity_ambiguous"])
        #expect(try rows(bench) == ["1:10"])
        try bench.live { $0.delete("ver", [1]) }
        #expect(try bench.quarantine().isEmpty)
        #expect(try rows(bench) == ["1:20"])
        #expect(try bench.events() == ["Requested", "Removed", "Requested"])
    }

    @Test(arguments: StoreKind.allCases) func twoRowsBornTogetherUnderOneKeyHaveOneEventEach(
        _ kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 10])
            legacy.put("ver", [2, "A", 1, "EN", 20])
        }
        #expect(try bench.quarantine() == ["2:identity_ambiguous"])
        try bench.live { $0.delete("ver", [1]) }
        #expect(try bench.quarantine().isEmpty)
        #expect(try bench.events() == ["Requested", "Removed", "Requested"])
        #expect(Set(try bench.rows(OwnedTables.outbox, ["id"]).map { $0[0] }).count == 3)
    }

    @Test(arguments: StoreKind.allCases) func aKeyIsHandedOverWithinOneTransaction(_ kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 10])
            legacy.put("ver", [2, "A", 2, "EN", 20])
            legacy.put("app", [1, 1, "N"])
        }
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 2, "EN", 10])
            legacy.put("ver", [2, "A", 1, "EN", 20])
        }
        #expect(try bench.quarantine().isEmpty)
        #expect(try rows(bench) == ["1:20", "2:10"])
        try bench.live { legacy in
            legacy.delete("ver", [1])
            legacy.put("ver", [3, "A", 2, "EN", 30])
        }
        #expect(try rows(bench) == ["1:20", "2:30"])
        #expect(try bench.rows("endo_app").isEmpty)
    }

    @Test(arguments: StoreKind.allCases) func aKeyIsNotTakenFromARowThatCannotLeaveIt(_ kind: StoreKind)
        throws
    {
        let bench = try bench(kind)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 10])
            legacy.put("ver", [3, "A", 3, "EN", 30])
        }
        // 1 wants the key of 3, which stays; so 1 stays too, and 2 must not have its key.
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 3, "EN", 10])
            legacy.put("ver", [2, "A", 1, "EN", 20])
        }
        #expect(try bench.quarantine() == ["1:identity_ambiguous", "2:identity_ambiguous"])
        #expect(try rows(bench) == ["1:10", "3:30"])
        try bench.live { $0.delete("ver", [3]) }
        #expect(try bench.quarantine().isEmpty)
        #expect(try rows(bench) == ["1:20", "3:10"])
    }

    @Test(arguments: StoreKind.allCases) func aKeyIsNotTakenFromARowThatCannotBeTranslatedOrWritten(
        _ kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        let table = try #require(bench.scene.table("endo"))
        try bench.live { legacy in
            legacy.put("pol", ["X", "??"])
            legacy.put("ver", [1, "A", 1, "EN", 10])
            legacy.put("ver", [2, "A", 2, "EN", 20])
        }
        try bench.store.limit(table, column: "amount", to: 100)
        try bench.live { legacy in
            legacy.put("ver", [1, "X", 9, "EN", 10])
            legacy.put("ver", [2, "A", 8, "EN", 200])
            legacy.put("ver", [3, "A", 1, "EN", 30])
            legacy.put("ver", [4, "A", 2, "EN", 40])
        }
        #expect(try rows(bench) == ["1:10", "2:20"])
        #expect(
            try bench.quarantine() == [
                "1:unknown_code", "2:constraint", "3:identity_ambiguous", "4:identity_ambiguous",
            ])
        try bench.live { $0.put("pol", ["X", "AT"]) }
        try bench.store.limit(table, column: "amount", to: nil)
        _ = try bench.replay()
        #expect(try bench.quarantine().isEmpty)
        #expect(try rows(bench) == ["1:30", "2:40", "8:200", "9:10"])
    }

    @Test(arguments: StoreKind.allCases) func everyWaiterHasItsTurn(_ kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.live { $0.put("ver", [1, "A", 1, "EN", 10]) }
        try bench.live { $0.put("ver", [2, "A", 1, "EN", 20]) }
        try bench.live { $0.put("ver", [3, "A", 1, "EN", 30]) }
        // The first that waits no longer wants the key, or is gone, when its turn comes.
        try bench.live { $0.put("ver", [2, "A", 2, "EN", 20]) }
        try bench.live { $0.put("ver", [4, "A", 2, "EN", 40]) }
        try bench.live { $0.delete("ver", [4]) }
        try bench.live { $0.delete("ver", [1]) }
        #expect(try bench.quarantine().isEmpty)
        #expect(try rows(bench) == ["1:30", "2:20"])
    }

    @Test(arguments: StoreKind.allCases) func aReplayReleasesWhoeverWaitedForIt(_ kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.live { legacy in
            legacy.put("pol", ["X", "??"])
            legacy.put("ver", [5, "A", 1, "EN", 50])
        }
        try bench.live { $0.put("ver", [5, "X", 1, "EN", 50]) }
        try bench.live { $0.delete("ver", [5]) }
        try bench.live { $0.put("ver", [1, "A", 1, "EN", 10]) }
        #expect(try bench.quarantine() == ["1:identity_ambiguous", "5:unknown_code", "5:waits"])
        _ = try bench.replay()
        #expect(try bench.quarantine().isEmpty)
        #expect(try rows(bench) == ["1:10"])
    }

    /// Two natural keys whose service key is the same: the second must not overwrite the first.
    @Test(arguments: StoreKind.allCases) func oneServiceKeyHasOneAggregate(_ kind: StoreKind) throws {
        var scene = Scene.customers()
        scene.plan = scene.plan.replacing("number: c.no", with: "number: c.no % 100")
        let bench = try Bench(scene, on: kind)
        try bench.live { $0.put("cust", [7, "a", "P", nil, 7]) }
        try bench.live { $0.put("cust", [107, "b", "P", nil, 7]) }
        #expect(try bench.quarantine() == ["107:identity_ambiguous"])
        #expect(try bench.rows("customer", ["number", "name"]) == [["7", "a"]])
        try bench.live { $0.move("cust", [7], to: [8, "a", "P", nil, 8]) }
        #expect(try bench.quarantine().isEmpty)
        #expect(try bench.rows("customer", ["number", "name"]) == [["7", "b"], ["8", "a"]])
    }

    /// A swap behind a row that cannot be applied: each wants the number that the other still has. The rows
    /// stand alone here, with keys of their own.
    @Test(arguments: StoreKind.allCases) func aSwapBehindAPoisonRowIsReplayedTogether(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.numberedCustomers, on: kind)
        bench.legacy.backfillAll()
        try bench.catchUp()
        try bench.live { $0.put("cust", [1, 1, "ann", "P", nil, nil]) }
        try bench.live { $0.put("cust", [2, 2, "bob", "P", nil, nil]) }
        try bench.live { $0.put("cust", [2, 2, "bob", "unknown", nil, nil]) }
        try bench.live { legacy in
            legacy.put("cust", [1, 2, "ann", "P", nil, nil])
            legacy.put("cust", [2, 1, "bob", "P", nil, nil])
        }
        try bench.live { $0.put("cust", [1, 2, "ann", "B", nil, nil]) }
        let setAside = ["1:identity_ambiguous", "1:waits", "2:unknown_code", "2:waits"]
        #expect(try bench.quarantine().sorted() == setAside)
        // What came first cannot be applied still.
        #expect(try bench.replay() == (2, 0))
        #expect(try bench.quarantine().sorted() == setAside)
        #expect(try bench.replay(latestOnly: true) == (2, 2))
        #expect(try bench.quarantine().isEmpty)
        #expect(
            Set(try bench.rows("customer", ["number", "name", "kind"]))
                == [["1", "bob", "private"], ["2", "ann", "business"]])
        #expect(try bench.events() == ["Appeared", "Appeared", "Renamed", "Renamed"])
    }

    /// What only one of several rows waits for is no ring: each of them is told as it happened.
    @Test(arguments: StoreKind.allCases) func aChainIsReplayedOneByOne(_ kind: StoreKind) throws {
        let bench = try bench(kind)
        let table = try #require(bench.scene.table("endo"))
        try bench.live { $0.put("ver", [1, "A", 1, "EN", 10]) }
        try bench.live { $0.put("ver", [2, "A", 2, "EN", 20]) }
        try bench.store.limit(table, column: "amount", to: 100)
        try bench.live { $0.put("ver", [1, "A", 9, "EN", 200]) }
        try bench.live { $0.put("ver", [2, "A", 1, "EN", 20]) }
        #expect(try bench.quarantine() == ["1:constraint", "2:identity_ambiguous"])
        try bench.store.limit(table, column: "amount", to: nil)
        #expect(try bench.replay() == (2, 2))
        #expect(try rows(bench) == ["1:20", "9:200"])
        let told = ["Requested", "Requested", "Removed", "Requested", "Removed", "Requested"]
        #expect(try bench.events().sorted() == told.sorted())
    }

    /// Nor do rows wait for one another that are set aside for reasons of their own: history stays silent,
    /// and what is live is told.
    @Test(arguments: StoreKind.allCases) func whatIsLiveIsToldBesideHistory(_ kind: StoreKind) throws {
        let bench = try Bench(.endorsements(), on: kind)
        let table = try #require(bench.scene.table("endo"))
        bench.legacy.seed("pol", ["A", "DE"])
        bench.legacy.seed("ver", [1, "A", 1, "EN", 200])
        try bench.store.limit(table, column: "amount", to: 100)
        bench.legacy.backfillAll()
        try bench.catchUp()
        try bench.live { $0.put("ver", [2, "A", 2, "EN", 300]) }
        #expect(try bench.quarantine() == ["1:constraint", "2:constraint"])
        try bench.store.limit(table, column: "amount", to: 250)
        #expect(try bench.replay() == (2, 1))
        #expect(try bench.events() == [])
        try bench.store.limit(table, column: "amount", to: nil)
        #expect(try bench.replay() == (1, 1))
        #expect(try bench.events() == ["Requested"])
    }

    /// The same where tables are joined, and where the keys were handed on one transaction after the other.
    @Test(arguments: StoreKind.allCases) func aRingOfSeveralTransactionsIsReplayedTogether(
        _ kind: StoreKind
    ) throws {
        let bench = try bench(kind)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 10])
            legacy.put("ver", [2, "A", 2, "EN", 20])
            legacy.put("pol", ["X", "unknown"])
        }
        try bench.live { $0.put("ver", [2, "X", 2, "EN", 20]) }
        try bench.live { $0.put("ver", [1, "A", 2, "EN", 10]) }
        try bench.live { $0.put("ver", [2, "A", 1, "EN", 20]) }
        #expect(
            try bench.quarantine().sorted() == ["1:identity_ambiguous", "2:unknown_code", "2:waits"])
        #expect(try bench.replay() == (2, 2))
        #expect(try bench.quarantine().isEmpty)
        #expect(try rows(bench) == ["1:20", "2:10"])
        #expect(try bench.events() == ["Requested", "Requested"])
    }
}
