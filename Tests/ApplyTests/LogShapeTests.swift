import Apply
import ChangeLog
import Model
import Testing

/// What a log may hold besides rows of one shape.
@Suite struct LogShapeTests {
    @Test(arguments: StoreKind.allCases) func aTableThatABatchNamesTwiceLosesNoChange(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.live { $0.put("cust", [1, "a", "P", "s", 1]) }
        // The same for the plan: only the declaration is another.
        var older = try #require(bench.legacy.schemas.first)
        older.columns[1].declaredType = "VARCHAR(20)"
        bench.legacy.olderShapes = [older]
        try bench.live { $0.put("cust", [1, "b", "P", "s", 2]) }
        try bench.live { $0.put("cust", [2, "c", "B", nil, nil]) }
        #expect(try bench.rows("customer", ["number", "name"]) == [["1", "b"], ["2", "c"]])
    }

    @Test(arguments: StoreKind.allCases) func aTruncatedTableStopsTheContextByName(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.live { $0.put("cust", [1, "a", "P", "s", 1]) }
        bench.legacy.commit { $0.truncate("cust") }
        let error = #expect(throws: TargetError.self) { try bench.catchUp() }
        #expect(error?.code == .schemaChanged && error?.recovery == .halt)
        #expect(error?.message.contains("cust was emptied by TRUNCATE") ?? false)
        #expect(try bench.rows("customer", ["number"]) == [["1"]])
    }

    @Test(arguments: StoreKind.allCases) func aRowThatARecomputationCannotTranslateIsKept(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.live { $0.put("cust", [1, "a", "P", "s", 1]) }
        let poorer = bench.scene.plan.replacing("P: private, ", with: "")
        try bench.restart(plan: poorer)
        _ = try bench.applier.recompute(
            where: { _ in true }, from: bench.entry, log: BenchLog(bench.legacy.log))
        #expect(try bench.quarantine() == ["1:unknown_code"])
        for isLatestOnly in [false, true] {
            #expect(try bench.replay(latestOnly: isLatestOnly) == (1, 0))
            #expect(try bench.rows("customer", ["number", "name"]) == [["1", "a"]])
        }
        try bench.restart(plan: bench.scene.plan)
        #expect(try bench.replay() == (1, 1))
        #expect(try bench.rows("customer", ["number", "kind"]) == [["1", "private"]])
    }

    @Test(arguments: StoreKind.allCases) func aRecomputationFindsWhatEarlierRecordsSent(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.live { $0.put("cust", [1, "a", "P", "one", 1]) }
        try bench.live { $0.put("cust", [1, "b", "P", .unsent, 2]) }
        try bench.live { $0.put("cust", [2, "x", "P", "two", 2]) }
        try bench.live { legacy in
            legacy.delete("cust", [1])
            legacy.move("cust", [2], to: [1, "y", "P", .unsent, 3])
        }
        try bench.live { $0.put("cust", [3, "z", "P", "three", 3]) }
        try bench.live { $0.put("cust", [3, "w", "P", .unsent, 4]) }
        #expect(try bench.quarantine() == ["1:not_sent"])
        try bench.restart(plan: bench.scene.plan.replacing("credit: c.credit", with: "note: c.slot"))
        _ = try bench.applier.recompute(
            where: { _ in true }, from: bench.entry, log: BenchLog(bench.legacy.log))
        #expect(try bench.rows("customer", ["number", "name", "note"]).last == ["3", "w", "three"])
        #expect(try bench.quarantine() == ["1:not_sent"])
    }
}
