import ChangeLog
import Model
import Testing

@testable import Apply

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

    /// Changes that nobody knows stop whoever reads their table, with the reason, and nobody else.
    @Test func unknownChangesStopWhoReadsTheirTable() throws {
        let scene = Scene.customers(events: false)
        let shapes = ReadShapes(try scene.check(scene.plan))
        for (table, isRead) in [("elsewhere", false), ("cust", true)] {
            var batch = ChangeBatch(tables: scene.legacy)
            let unknown = UnknownChanges(table: table, reason: "it was renamed", remedy: "name it back")
            batch.tables.append(unknown.schema)
            unknown.write(to: &batch.bytes)
            batch.changes = [
                .init(operation: .unknown, table: UInt16(batch.tables.count - 1), before: nil, after: 0)
            ]
            batch.transactions = [
                .init(position: Position(1), committedAt: nil, origin: .application, changes: 0..<1)
            ]
            let read = LogRecord(offset: LogOffset(7), appendedAt: 0, batch: batch)
            #expect(try ChangeBatch(frame: batch.frame()) == batch)
            guard isRead else {
                #expect(try shapes.conforming([read]).count == 1)
                continue
            }
            let error = #expect(throws: TargetError.self) { try shapes.conforming([read]) }
            #expect(error?.code == .schemaChanged && error?.recovery == .halt)
            #expect(error?.message == "record 7 says that changes of cust are not known: it was renamed")
            #expect(error?.hint.hasPrefix("name it back; `banyan backfill restart`") ?? false)
        }
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
