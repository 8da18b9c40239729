import Apply
import Model
import TestKit
import Testing

/// Aggregates of several tables.
@Suite struct JoinedTests {
    private static let fields = ["policy", "no", "country", "status", "amount"]

    private func bench(_ kind: StoreKind, partKey: [String] = ["endo_id", "no"]) throws -> Bench {
        let bench = try Bench(.endorsements(partKey: partKey), on: kind)
        bench.legacy.seed("pol", ["A", "DE"])
        bench.legacy.seed("pol", ["B", "AT"])
        bench.legacy.backfillAll()
        try bench.catchUp()
        return bench
    }

    @Test(arguments: StoreKind.allCases) func waitsForAParentThatArrivesLate(_ kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.live { $0.put("ver", [1, "C", 1, "EN", 5]) }
        #expect(try bench.rows("endo").isEmpty)
        #expect(bench.applier.pendingKeys == 1)
        #expect(try bench.rows(OwnedTables.pending, ["missing"]) == [["p"]])
        try bench.live { $0.put("pol", ["C", "DE"]) }
        #expect(try bench.rows("endo", Self.fields) == [["C", "1", "germany", "requested", "5"]])
        #expect(try bench.events() == ["Requested"])
        #expect(bench.applier.pendingKeys == 0)
        #expect(try bench.rows(OwnedTables.pending).isEmpty)
        try bench.live { $0.delete("pol", ["C"]) }
        #expect(try bench.rows("endo").isEmpty)
        #expect(bench.applier.pendingKeys == 1)
        #expect(try bench.rows(OwnedTables.crossReference).isEmpty)
    }

    @Test(arguments: StoreKind.allCases) func aChangeOfARowThatManyJoinToReachesThemAll(_ kind: StoreKind)
        throws
    {
        let bench = try bench(kind)
        try bench.live { legacy in
            for id in 1...5 { legacy.put("ver", [.int(Int64(id)), "A", .int(Int64(id)), "EN", nil]) }
            legacy.put("ver", [6, "B", 6, "EN", nil])
        }
        try bench.live { $0.put("pol", ["A", "AT"]) }
        #expect(try bench.rows("endo", ["country"]).allSatisfy { $0 == ["austria"] })
        try bench.live { $0.move("pol", ["B"], to: ["Z", "DE"]) }
        #expect(try bench.rows("endo", ["policy"]).count == 5)
        #expect(bench.applier.pendingKeys == 1)
    }

    @Test(arguments: StoreKind.allCases, [["endo_id", "no"], ["no"]])
    func partsAreAddedChangedRemovedAndMoved(_ kind: StoreKind, partKey: [String]) throws {
        let bench = try bench(kind, partKey: partKey)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", nil])
            legacy.put("ver", [2, "A", 2, "EN", nil])
            for approval in 1...3 { legacy.put("app", [.int(Int64(approval)), 1, "N"]) }
        }
        #expect(
            try bench.rows("endo_app", ["no", "flag"]).sorted { $0[0] < $1[0] } == [
                ["1", "N"], ["2", "N"], ["3", "N"],
            ])
        try bench.live { legacy in
            legacy.put("app", [1, 1, "Y"])
            legacy.put("app", [2, 1, "P"])
            legacy.delete("app", [3])
            legacy.put("app", [4, 1, "N"])
        }
        #expect(
            try bench.rows("endo_app", ["no", "flag"]).sorted { $0[0] < $1[0] } == [["1", "Y"], ["4", "N"]])
        try bench.live { $0.put("app", [1, 2, "Y"]) }
        let owners = try bench.rows("endo_app", ["endo_id", "no"]).sorted { $0[1] < $1[1] }
        let endorsements = try bench.rows("endo", ["id", "no", "status"]).sorted { $0[1] < $1[1] }
        #expect(owners == [[endorsements[1][0], "1"], [endorsements[0][0], "4"]])
        #expect(endorsements.map { $0[2] } == ["requested", "approved"])
        #expect(try bench.events() == ["Requested", "Requested", "Approved", "Approved"])
        try bench.live { $0.delete("ver", [1]) }
        #expect(try bench.rows("endo_app", ["no"]) == [["1"]])
        #expect(try bench.events().last == "Removed")
    }

    @Test(arguments: StoreKind.allCases) func aRootThatTakesAnotherKeyTakesItsPartsAlong(_ kind: StoreKind)
        throws
    {
        let bench = try bench(kind)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 7])
            legacy.put("app", [1, 1, "Y"])
        }
        try bench.live { legacy in
            legacy.move("ver", [1], to: [8, "A", 1, "EN", 7])
            legacy.put("app", [1, 8, "Y"])
        }
        // The natural key is the same, so the aggregate is the same.
        #expect(try bench.rows("endo", Self.fields) == [["A", "1", "germany", "approved", "7"]])
        #expect(try bench.rows("endo_app", ["no"]) == [["1"]])
        #expect(try bench.events() == ["Requested", "Approved"])
        try bench.live { $0.put("ver", [8, "B", 4, "EN", 7]) }
        #expect(try bench.rows("endo", ["policy", "no"]) == [["B", "4"]])
        #expect(try bench.rows("endo_app", ["no"]) == [["1"]])
        #expect(try bench.events().dropFirst(2).sorted() == ["Approved", "Removed", "Requested"])
    }

    @Test(arguments: StoreKind.allCases) func whatSomebodyRemovedFromTheServiceComesBackWithItsNextChange(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.endorsements(events: false), on: kind)
        try bench.live { legacy in
            legacy.put("pol", ["A", "DE"])
            legacy.put("ver", [1, "A", 1, "EN", 10])
            legacy.put("ver", [2, "A", 2, "EN", 20])
            legacy.put("app", [1, 1, "N"])
        }
        let wanted = try bench.state()
        let store = try bench.store.open()
        try store.begin()
        for name in ["endo", "endo_app"] {
            let table = try #require(bench.scene.table(name))
            let access = TableAccess(table: table, columns: table.key, key: table.key)
            try store.delete(try store.scan(access), access)
        }
        try store.commit()
        #expect(try bench.rows("endo").isEmpty && bench.rows("endo_app").isEmpty)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 10])
            legacy.put("ver", [2, "A", 2, "EN", 20])
        }
        #expect(try bench.state() == wanted)
        // To remove what is gone already is no error.
        try store.begin()
        let table = try #require(bench.scene.table("endo"))
        let access = TableAccess(table: table, columns: table.key, key: table.key)
        try store.delete(try store.scan(access), access)
        try store.commit()
        try bench.live { $0.delete("ver", [1]) }
        #expect(try bench.rows("endo_app").isEmpty)
        #expect(try bench.rows(OwnedTables.crossReference).count == 1)
    }

    @Test(arguments: StoreKind.allCases) func aConditionThatTurnsTakesPartsAlong(_ kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 7])
            legacy.put("app", [1, 1, "N"])
        }
        try bench.live { $0.put("ver", [1, "A", 1, "TC", 7]) }
        #expect(try bench.rows("endo").isEmpty)
        #expect(try bench.rows("endo_app").isEmpty)
        try bench.live { $0.put("ver", [1, "A", 1, "EA", 7]) }
        #expect(try bench.rows("endo_app", ["no"]) == [["1"]])
        #expect(try bench.events() == ["Requested", "Removed", "Requested"])
    }

    @Test(arguments: StoreKind.allCases) func aRefusedPartUndoesItsAggregateAloneAndWholly(_ kind: StoreKind)
        throws
    {
        let bench = try bench(kind)
        let parts = try #require(bench.scene.table("endo_app"))
        try bench.store.limit(parts, column: "no", to: 100)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", nil])
            legacy.put("app", [1, 1, "Y"])
            legacy.put("app", [101, 1, "N"])
            legacy.put("ver", [2, "A", 2, "EN", nil])
            legacy.put("app", [2, 2, "Y"])
        }
        #expect(try bench.quarantine() == ["1:constraint"])
        #expect(try bench.rows("endo", ["no"]) == [["2"]])
        #expect(try bench.rows("endo_app", ["no"]) == [["2"]])
        #expect(try bench.events() == ["Requested", "Approved"])
        try bench.store.limit(parts, column: "no", to: nil)
        #expect(try bench.replay() == (1, 1))
        #expect(try bench.rows("endo_app", ["no"]).count == 3)
    }

    @Test(arguments: StoreKind.allCases) func anUnknownCodeOfAParentSetsItsAggregatesAside(_ kind: StoreKind)
        throws
    {
        let bench = try bench(kind)
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 1])
            legacy.put("ver", [2, "B", 2, "EN", 2])
        }
        try bench.live { $0.put("pol", ["A", "XX"]) }
        try bench.live { $0.put("ver", [1, "A", 1, "EN", 9]) }
        #expect(try bench.quarantine() == ["1:unknown_code", "1:waits"])
        #expect(
            try bench.rows("endo", ["country", "amount"]).sorted { $0[0] < $1[0] } == [
                ["austria", "2"], ["germany", "1"],
            ])
        try bench.live { $0.put("pol", ["A", "AT"]) }
        #expect(try bench.replay() == (1, 1))
        #expect(
            try bench.rows("endo", ["country", "amount"]).sorted { $0[1] < $1[1] } == [
                ["austria", "2"], ["austria", "9"],
            ])
    }

    @Test(arguments: StoreKind.allCases) func aNaturalKeyWithNullIsSetAside(_ kind: StoreKind) throws {
        let bench = try bench(kind)
        try bench.live { $0.put("ver", [1, "A", nil, "EN", 1]) }
        #expect(try bench.quarantine() == ["1:identity_missing"])
        // What is no endorsement needs no identity.
        try bench.live { $0.put("ver", [2, "A", nil, "TC", 1]) }
        #expect(try bench.quarantine() == ["1:identity_missing"])
    }

    @Test(arguments: StoreKind.allCases) func aRootThatIsGoneTakesAnAggregateUnderItsOwnKeyAway(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.orders, on: kind)
        try bench.live { legacy in
            legacy.put("cust", [1, "Ada"])
            legacy.put("ord", [10, 1, 2])
            legacy.put("ord", [11, 1, 3])
            legacy.put("ord", [12, 1, 4])
        }
        #expect(try bench.rows("orders") == [["10", "Ada", "2"], ["11", "Ada", "3"], ["12", "Ada", "4"]])
        try bench.live { $0.delete("ord", [10]) }
        #expect(try bench.rows("orders") == [["11", "Ada", "3"], ["12", "Ada", "4"]])
        try bench.live { $0.put("ord", [11, 1, 0]) }
        #expect(try bench.rows("orders") == [["12", "Ada", "4"]])
        try bench.live { $0.move("ord", [12], to: [13, 1, 4]) }
        #expect(try bench.rows("orders") == [["13", "Ada", "4"]])
        try bench.live { $0.delete("cust", [1]) }
        #expect(try bench.rows("orders").isEmpty)
    }
}
