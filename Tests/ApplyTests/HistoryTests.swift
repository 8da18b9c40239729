import Apply
import Model
import Testing

/// Live changes of joined aggregates while history is still being read.
@Suite struct HistoryTests {
    private func seeded(_ kind: StoreKind) throws -> Bench {
        let bench = try Bench(.endorsements(), on: kind)
        bench.legacy.seed("pol", ["A", "DE"])
        bench.legacy.seed("ver", [1, "A", 1, "EN", 10])
        bench.legacy.seed("app", [1, 1, "Y"])
        return bench
    }

    @Test(arguments: StoreKind.allCases) func aParentsUpdateBeforeItsHistoryBeginsNothing(_ kind: StoreKind)
        throws
    {
        let bench = try seeded(kind)
        bench.legacy.backfill("app")
        bench.legacy.backfill("ver")
        try bench.catchUp()
        #expect(bench.applier.pendingKeys == 1)
        try bench.live { $0.put("pol", ["A", "AT"]) }
        #expect(try bench.rows("endo", ["country", "status"]) == [["austria", "approved"]])
        #expect(try bench.events() == [])
    }

    @Test(arguments: StoreKind.allCases) func anUpdateOfARootBeforeItsHistoryBeginsNothing(_ kind: StoreKind)
        throws
    {
        let bench = try seeded(kind)
        bench.legacy.backfill("pol")
        try bench.live { $0.put("ver", [1, "A", 1, "EN", 11]) }
        #expect(try bench.events() == [])
        // The approval was there all along: touching it approves nothing.
        try bench.live { $0.put("app", [1, 1, "Y"]) }
        try bench.live { $0.put("app", [2, 1, "Y"]) }
        #expect(try bench.events() == [])
        bench.legacy.backfill("app")
        bench.legacy.backfill("ver")
        try bench.catchUp()
        #expect(try bench.events() == [])
        #expect(try bench.rows("endo", ["amount", "status"]) == [["11", "approved"]])
        try bench.live { $0.delete("app", [1]) }
        try bench.live { $0.delete("app", [2]) }
        try bench.live { $0.put("app", [3, 1, "Y"]) }
        #expect(try bench.events() == ["Approved"])
    }

    /// The same where the row that is replaced is known already, and waited for its parent itself.
    @Test(arguments: StoreKind.allCases, [false, true])
    func aRootInThePlaceOfOneThatWaitedBeginsNothingLater(_ kind: StoreKind, isRead: Bool) throws {
        let bench = try seeded(kind)
        if isRead {
            bench.legacy.backfill("ver")
            bench.legacy.backfill("app")
            try bench.catchUp()
        } else {
            try bench.live { $0.put("ver", [1, "A", 1, "EN", 11]) }
        }
        #expect(bench.applier.pendingKeys == 1)
        try bench.live { legacy in
            legacy.delete("ver", [1])
            legacy.put("ver", [2, "A", 1, "EN", 12])
            legacy.put("app", [1, 2, "Y"])
        }
        try bench.live { $0.put("pol", ["A", "AT"]) }
        #expect(try bench.rows("endo", ["no", "country", "amount"]) == [["1", "austria", "12"]])
        #expect(try bench.events() == [])
    }

    /// A REPLACE under another id, whose parent is not there yet: what appears with the parent is not new.
    @Test(arguments: StoreKind.allCases) func aRootInThePlaceOfAnUnreadOneBeginsNothingLater(
        _ kind: StoreKind
    ) throws {
        let bench = try seeded(kind)
        try bench.live { legacy in
            legacy.delete("ver", [1])
            legacy.put("ver", [2, "A", 1, "EN", 12])
            legacy.put("app", [1, 2, "Y"])
        }
        #expect(bench.applier.pendingKeys == 1)
        try bench.live { $0.put("pol", ["A", "AT"]) }
        #expect(try bench.rows("endo", ["country", "status"]) == [["austria", "approved"]])
        #expect(try bench.events() == [])
    }

    /// Two roots get other numbers, one of them unread: the other one's second number was taken all along.
    @Test(arguments: StoreKind.allCases) func aRootThatGetsAnUnreadOnesNumberBeginsNothing(
        _ kind: StoreKind
    ) throws {
        let bench = try seeded(kind)
        bench.legacy.backfill("pol")
        try bench.live { $0.put("ver", [2, "A", 2, "EN", 5]) }
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 3, "EN", 10])
            legacy.put("ver", [2, "A", 1, "EN", 5])
        }
        #expect(try bench.rows("endo", ["no"]).flatMap(\.self).sorted() == ["1", "3"])
        #expect(try bench.events() == ["Requested", "Removed"])
        // A correction of an unread root takes nobody's number away.
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 3, "EN", 11])
            legacy.put("ver", [4, "A", 4, "EN", 5])
        }
        #expect(try bench.events() == ["Requested", "Removed", "Requested"])
    }

    /// What the store holds of the root before may lack an approval that was there all along.
    @Test(arguments: StoreKind.allCases) func aRootThatTakesAnAggregateOverApprovesNothingOfThePast(
        _ kind: StoreKind
    ) throws {
        let bench = try seeded(kind)
        bench.legacy.backfill("pol")
        try bench.live { $0.put("ver", [1, "A", 1, "EN", 11]) }
        #expect(try bench.rows("endo", ["amount", "status"]) == [["11", "requested"]])
        try bench.live { legacy in
            legacy.delete("ver", [1])
            legacy.put("ver", [2, "A", 1, "EN", 12])
            legacy.put("app", [1, 2, "Y"])
        }
        #expect(try bench.rows("endo", ["amount", "status"]) == [["12", "approved"]])
        #expect(try bench.events() == [])
    }

    @Test(arguments: StoreKind.allCases) func whatIsBornWhileHistoryIsReadHasItsEvents(_ kind: StoreKind)
        throws
    {
        let bench = try seeded(kind)
        bench.legacy.backfill("pol")
        try bench.live { $0.put("ver", [2, "A", 2, "EN", 10]) }
        try bench.live { $0.put("app", [2, 2, "Y"]) }
        #expect(try bench.events() == ["Requested", "Approved"])
        bench.legacy.backfill("app")
        bench.legacy.backfill("ver")
        try bench.catchUp()
        try bench.live { $0.delete("ver", [2]) }
        #expect(try bench.events() == ["Requested", "Approved", "Removed"])
    }

    @Test(arguments: StoreKind.allCases, [false, true]) func whatWasBornBeforeARestartHasItsEventsAfterIt(
        _ kind: StoreKind, isLater: Bool
    ) throws {
        let bench = try seeded(kind)
        bench.legacy.backfill("pol")
        try bench.live { $0.put("ver", [2, "A", 2, "EN", 10]) }
        if isLater { try bench.live { $0.put("ver", [3, "A", 3, "EN", 10]) } }
        try bench.restart()
        try bench.applier.recallBirths(from: BenchLog(bench.legacy.log))
        try bench.live { $0.put("app", [2, 2, "Y"]) }
        // What was there before the capture is still unknown.
        try bench.live { $0.put("app", [9, 1, "Y"]) }
        #expect(try bench.events().filter { $0 == "Approved" }.count == 1)
        bench.legacy.backfill("app")
        bench.legacy.backfill("ver")
        try bench.catchUp()
        try bench.live { $0.delete("ver", [2]) }
        #expect(try bench.events().suffix(2) == ["Approved", "Removed"])
    }

    @Test(arguments: StoreKind.allCases) func aChunkOfEachTableInAnyOrderGivesTheSameStore(_ kind: StoreKind)
        throws
    {
        var states: [[String: [[String]]]] = []
        for order in [["pol", "app", "ver"], ["ver", "app", "pol"], ["app", "ver", "pol"]] {
            let bench = try seeded(kind)
            for table in order {
                bench.legacy.backfill(table)
                try bench.catchUp()
            }
            states.append(try bench.state())
        }
        #expect(states[0] == states[1] && states[1] == states[2])
    }

    /// How a root that is set aside comes to have a key.
    enum Takeover: CaseIterable {
        /// It goes, and is inserted again.
        case inserted
        /// The same, and it is changed at once.
        case insertedAndUpdated
        /// It is changed.
        case updated
    }

    /// A root takes over the key of an unread one while it waits behind an earlier change of its own.
    @Test(
        arguments: StoreKind.allCases.flatMap { kind in Takeover.allCases.map { (kind, $0) } }, [false, true])
    func whatTakesAKeyOverAndWaitsIsNoBirth(_ variant: (StoreKind, Takeover), isRestarted: Bool) throws {
        let (kind, takeover) = variant
        let bench = try Bench(.endorsements(), on: kind)
        bench.legacy.seed("pol", ["A", "DE"])
        bench.legacy.seed("pol", ["X", "unknown"])
        bench.legacy.seed("ver", [2, "A", 1, "EN", 20])
        bench.legacy.backfill("pol")
        bench.legacy.backfill("app")
        try bench.catchUp()
        try bench.live { $0.put("ver", [5, "X", 1, "EN", 20]) }
        if takeover != .updated { try bench.live { $0.delete("ver", [5]) } }
        try bench.live { legacy in
            legacy.delete("ver", [2])
            legacy.put("ver", [5, "A", 1, "EN", takeover == .insertedAndUpdated ? 19 : 20])
            if takeover == .insertedAndUpdated { legacy.put("ver", [5, "A", 1, "EN", 20]) }
        }
        let waiting = Array(repeating: "5:waits", count: takeover == .updated ? 1 : 2)
        #expect(try bench.quarantine() == ["5:unknown_code"] + waiting)
        if isRestarted {
            try bench.restart()
            try bench.applier.recallBirths(from: BenchLog(bench.legacy.log))
        }
        #expect(try bench.replay() == (1, 1))
        #expect(try bench.rows("endo", ["no", "amount"]) == [["1", "20"]])
        #expect(try bench.events() == [])
        try bench.live { $0.put("ver", [5, "A", 1, "EN", 50]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.rows("endo", ["no", "amount"]) == [["1", "50"]])
        #expect(try bench.events() == [])
    }
}
