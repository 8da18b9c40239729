import Apply
import ChangeLog
import Model
import Testing

/// Aggregates of one row.
@Suite struct SingleRowTests {
    @Test(arguments: StoreKind.allCases) func mergesTransactionsWhereNoEventNeedsTheirBoundary(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.customers(events: false), on: kind)
        bench.legacy.commit { $0.put("cust", [1, "Ada", "P", nil, nil]) }
        bench.legacy.commit { $0.put("cust", [1, "Bea", "B", nil, 5]) }
        bench.legacy.commit { $0.put("cust", [2, "Cy", nil, nil, nil]) }
        bench.legacy.commit { $0.delete("cust", [2]) }
        try bench.catchUp()
        #expect(try bench.rows("customer") == [["1", "Bea", "business", "NULL", "5", "NULL"]])
        #expect(bench.applier.counts.written == 1)
        #expect(bench.applier.counts.changes == 4)
    }

    @Test(arguments: StoreKind.allCases) func twoTransactionsGiveTwoEventsAndOneGivesOne(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.backfillAll()
        bench.legacy.commit { $0.put("cust", [1, "a", "P", nil, nil]) }
        bench.legacy.commit { $0.put("cust", [1, "b", "P", nil, nil]) }
        bench.legacy.commit { $0.put("cust", [1, "c", "P", nil, nil]) }
        bench.legacy.commit { legacy in
            legacy.put("cust", [1, "d", "P", nil, nil])
            legacy.put("cust", [1, "e", "P", nil, nil])
        }
        bench.legacy.commit { legacy in
            legacy.put("cust", [2, "x", "P", nil, nil])
            legacy.delete("cust", [2])
        }
        bench.legacy.commit { $0.delete("cust", [1]) }
        try bench.catchUp()
        #expect(try bench.events() == ["Appeared", "Renamed", "Renamed", "Renamed", "Left"])
        let payloads = try bench.rows(OwnedTables.outbox, ["payload"]).map { $0[0] }
        #expect(payloads[3].contains("\"e\"") && payloads[4].contains("\"e\""))
    }

    @Test(arguments: StoreKind.allCases) func aKeyChangeIsOneLeavingAndOneAppearing(_ kind: StoreKind) throws
    {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.backfillAll()
        try bench.live { $0.put("cust", [1, "a", "P", nil, nil]) }
        try bench.live { $0.move("cust", [1], to: [9, "a", "P", nil, nil]) }
        #expect(try bench.events() == ["Appeared", "Left", "Appeared"])
        #expect(try bench.rows("customer", ["number"]) == [["9"]])
    }

    @Test(arguments: StoreKind.allCases) func historyGivesNoEventAndNoFalseBeginning(_ kind: StoreKind) throws
    {
        let bench = try Bench(.customers(), on: kind)
        for number in 1...4 { bench.legacy.seed("cust", [.int(Int64(number)), "old", "P", nil, nil]) }
        // Rows that history has not brought yet: nobody knows what they were.
        try bench.live { $0.put("cust", [1, "new", "P", nil, nil]) }
        try bench.live { $0.delete("cust", [2]) }
        try bench.live { $0.put("cust", [5, "born", "P", nil, nil]) }
        #expect(try bench.events() == ["Appeared"])
        bench.legacy.backfill("cust")
        try bench.catchUp()
        #expect(try bench.events() == ["Appeared"])
        try bench.live { $0.put("cust", [3, "new", "P", nil, nil]) }
        try bench.live { $0.put("cust", [1, "newer", "P", nil, nil]) }
        #expect(try bench.events() == ["Appeared", "Renamed", "Renamed"])
        #expect(bench.applier.counts.stepsWithoutHistory == 2)
    }

    @Test(arguments: StoreKind.allCases) func aConditionThatTurnsTakesTheAggregateAwayAndBringsItBack(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.backfillAll()
        try bench.live { $0.put("cust", [1, "a", "P", nil, nil]) }
        try bench.live { $0.put("cust", [1, "none", "P", nil, nil]) }
        #expect(try bench.rows("customer").isEmpty)
        try bench.live { $0.put("cust", [1, "b", "P", nil, nil]) }
        #expect(try bench.events() == ["Appeared", "Left", "Appeared"])
    }

    @Test(arguments: StoreKind.allCases) func whatIsNoAggregateNeedsNoSoundValues(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(), on: kind)
        try bench.live { $0.put("cust", [1, "none", "?", nil, nil]) }
        #expect(try bench.quarantine().isEmpty)
    }

    @Test(arguments: StoreKind.allCases) func changesBehindAPoisonRowWaitInOrderAndAreReplayedInOrder(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.backfillAll()
        try bench.live { $0.put("cust", [1, "a", "P", nil, nil]) }
        try bench.live { $0.put("cust", [1, "b", "X", nil, nil]) }
        try bench.live { $0.put("cust", [1, "c", "B", nil, nil]) }
        try bench.live { $0.put("cust", [2, "free", "B", nil, nil]) }
        #expect(try bench.quarantine() == ["1:unknown_code", "1:waits"])
        #expect(try bench.rows("customer", ["number", "name"]) == [["1", "a"], ["2", "free"]])
        #expect(try bench.replay() == (1, 0))
        #expect(try bench.quarantine() == ["1:unknown_code", "1:waits"])
        try bench.restart(plan: bench.scene.plan.replacing("P: private", with: "X: extern, P: private"))
        try bench.live { $0.put("cust", [1, "d", "P", nil, nil]) }
        #expect(try bench.quarantine() == ["1:unknown_code", "1:waits", "1:waits"])
        #expect(try bench.replay() == (1, 1))
        #expect(try bench.quarantine().isEmpty)
        #expect(
            try bench.rows("customer", ["number", "name", "kind"]) == [
                ["1", "d", "private"], ["2", "free", "business"],
            ])
        #expect(try bench.events() == ["Appeared", "Appeared", "Renamed", "Renamed", "Renamed"])
    }

    @Test(arguments: StoreKind.allCases) func aReplayOfAnUpdateBeforeHistoryBeginsNothing(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.seed("cust", [1, "old", "P", nil, nil])
        try bench.live { $0.put("cust", [1, "new", "X", nil, nil]) }
        bench.legacy.backfill("cust")
        try bench.catchUp()
        try bench.restart(plan: bench.scene.plan.replacing("P: private", with: "X: extern, P: private"))
        #expect(try bench.replay() == (1, 1))
        #expect(try bench.rows("customer", ["name"]) == [["new"]])
        #expect(try bench.events() == [])
    }

    /// What is set aside as history, and changed live behind that, was there all along.
    @Test(arguments: StoreKind.allCases) func aReplayOfTheLastStateOfHistoryBeginsNothing(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.seed("cust", [1, "old", "X", nil, nil])
        bench.legacy.backfill("cust")
        try bench.catchUp()
        try bench.live { $0.put("cust", [1, "new", "X", nil, nil]) }
        #expect(try bench.quarantine().count == 2)
        try bench.restart(plan: bench.scene.plan.replacing("P: private", with: "X: extern, P: private"))
        #expect(try bench.replay(latestOnly: true) == (1, 1))
        #expect(try bench.rows("customer", ["name"]) == [["new"]])
        #expect(try bench.events() == [])
    }

    @Test(arguments: StoreKind.allCases) func aRefusedRowIsSetAsideAloneAndReplayedWhenTheSchemaAllows(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.backfillAll()
        let table = try #require(bench.scene.table("customer"))
        try bench.store.limit(table, column: "credit", to: 100)
        try bench.live { legacy in
            legacy.put("cust", [1, "a", "P", "s1", 10])
            legacy.put("cust", [2, "b", "P", "s2", 101])
            legacy.put("cust", [3, "c", "P", "s1", 10])
            legacy.put("cust", [4, "d", "P", "s4", 100])
        }
        #expect(try bench.quarantine() == ["2:constraint", "3:constraint"])
        #expect(try bench.rows("customer", ["number"]) == [["1"], ["4"]])
        #expect(try bench.events() == ["Appeared", "Appeared"])
        try bench.live { $0.put("cust", [1, "a", "P", "s9", 10]) }
        try bench.store.limit(table, column: "credit", to: 1_000)
        #expect(try bench.replay() == (2, 2))
        #expect(
            try bench.rows("customer", ["number", "slot"]) == [
                ["1", "s9"], ["2", "s2"], ["3", "s1"], ["4", "s4"],
            ])
        #expect(try bench.events().count == 4)
    }

    @Test(arguments: StoreKind.allCases, [true, false])
    func twoAggregatesSwapAUniqueValueBesideAPoisonRow(_ kind: StoreKind, hasEvents: Bool) throws {
        let bench = try Bench(.customers(events: hasEvents), on: kind)
        let table = try #require(bench.scene.table("customer"))
        try bench.store.limit(table, column: "credit", to: 100)
        try bench.live { legacy in
            legacy.put("cust", [1, "a", "P", "x", nil])
            legacy.put("cust", [2, "b", "P", "y", nil])
        }
        try bench.live { legacy in
            legacy.put("cust", [1, "a", "P", "y", nil])
            legacy.put("cust", [3, "c", "P", "z", 999])
            legacy.put("cust", [2, "b", "P", "x", nil])
        }
        #expect(try bench.quarantine() == ["3:constraint"])
        #expect(try bench.rows("customer", ["number", "slot"]) == [["1", "y"], ["2", "x"]])
    }

    @Test(arguments: StoreKind.allCases) func whatBanyanWroteItselfDoesNotComeBack(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.put("cust", [1, "a", "P", nil, nil])
        bench.legacy.commit(origin: .banyan)
        try bench.live { $0.put("cust", [2, "b", "P", nil, nil]) }
        #expect(try bench.rows("customer", ["number"]) == [["2"]])
        #expect(try bench.events() == ["Appeared"])
    }

    @Test(arguments: StoreKind.allCases) func aLargeTransactionIsOneStepEvenWhenItWasBegunTwice(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.backfillAll()
        func fill(_ legacy: Legacy) {
            for number in 1...9 { legacy.put("cust", [.int(Int64(number)), "a", "P", nil, nil]) }
            for number in 1...9 { legacy.put("cust", [.int(Int64(number)), "b", "P", nil, nil]) }
        }
        fill(bench.legacy)
        bench.legacy.abandonHalf()
        bench.legacy.commit(parts: 4)
        bench.legacy.commit { $0.put("cust", [1, "c", "P", nil, nil]) }
        try bench.catchUp(1)
        #expect(try bench.events().count == 10)
        #expect(try bench.events().filter { $0 == "Renamed" }.count == 1)
        #expect(bench.applier.counts.changes == 19)
        #expect(try bench.rows("customer", ["name"]).map { $0[0] } == ["c"] + Array(repeating: "b", count: 8))
    }

    @Test(arguments: StoreKind.allCases) func aTableOfAnotherShapeThanThePlanWasCheckedAgainstHalts(
        _ kind: StoreKind
    ) throws {
        for scene in [Scene.customers(), .customers(events: false)] {
            let bench = try Bench(scene, on: kind)
            var changed = scene.legacy
            changed[0].columns.remove(at: 2)
            let other = Legacy(changed)
            other.commit { $0.put("cust", [1, "a", nil, 5]) }
            let error = #expect(throws: TargetError.self) {
                try bench.applier.apply(other.log, from: bench.entry)
            }
            #expect(error?.code == .schemaChanged)
            #expect(try bench.rows("customer").isEmpty)
        }
    }
}
