import ChangeLog
import Model
import Testing

@testable import Apply

/// History that is read anew after changes went unseen: what the service holds afterwards, and what it keeps.
@Suite struct AnewTests {
    /// Customers whose key in the service is not theirs in legacy.
    private static var numbered: Scene {
        var scene = Scene.customers()
        scene.service = [
            Scene.table(
                "customer",
                "id TEXT not null, number INTEGER not null, name TEXT not null, kind TEXT not null, slot TEXT, "
                    + "credit INTEGER", key: ["id"])
        ]
        scene.plan = scene.plan.replacing(
            "identity: { natural: [c.no] }", with: "identity: { natural: [c.no], surrogate: id }")
        return scene
    }

    private func endorsements(_ kind: StoreKind) throws -> Bench {
        let bench = try Bench(.endorsements(), on: kind)
        bench.legacy.seed("pol", ["A", "DE"])
        bench.legacy.seed("pol", ["B", "AT"])
        for number in 1...4 {
            let number = Int64(number)
            bench.legacy.seed(
                "ver", [.int(number), number < 3 ? "A" : "B", .int(number), "EN", 10])
            bench.legacy.seed("app", [.int(number), .int(number), "Y"])
        }
        bench.legacy.backfillAll()
        try bench.catchUp()
        return bench
    }

    /// What a service holds that reads legacy for the first time, but for events.
    private func fresh(_ bench: Bench, on kind: StoreKind) throws -> [[[String]]] {
        let other = try Bench(bench.scene, on: kind)
        for (table, rows) in bench.legacy.rows {
            for row in rows.values { other.legacy.seed(table, row) }
        }
        other.legacy.backfillAll()
        try other.catchUp()
        return try content(other)
    }

    private func content(_ bench: Bench) throws -> [[[String]]] {
        try bench.scene.service.map { try bench.rows($0) } + [bench.rows(OwnedTables.crossReference)]
            + [bench.rows(OwnedTables.pending), [try bench.quarantine()]]
    }

    @Test(arguments: StoreKind.allCases) func whatWentUnseenIsPutRightWhereTablesAreJoined(_ kind: StoreKind)
        throws
    {
        let bench = try endorsements(kind)
        bench.legacy.unseen { legacy in
            legacy.delete("ver", [1])
            legacy.delete("app", [2])
            legacy.put("ver", [3, "B", 3, "EN", 77])
            legacy.put("pol", ["A", "AT"])
            legacy.put("ver", [5, "A", 5, "EN", 5])
        }
        bench.legacy.restart()
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try content(bench) == fresh(bench, on: kind))
        #expect(try bench.rows("endo", ["no"]).count == 4)
        #expect(try bench.events() == [])
        #expect(try bench.rows(OwnedTables.met) == [])
        try bench.live { $0.delete("ver", [3]) }
        #expect(try bench.events() == ["Removed"])
    }

    @Test(arguments: StoreKind.allCases, [false, true])
    func whatWentUnseenIsPutRightWhereRowsStandAlone(_ kind: StoreKind, isNumbered: Bool) throws {
        let bench = try Bench(isNumbered ? Self.numbered : .customers(), on: kind)
        for number in 1...6 { bench.legacy.seed("cust", [.int(Int64(number)), "n", "P", .null, 1]) }
        bench.legacy.seed("cust", [7, "n", "unknown", .null, 1])
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.quarantine() == ["7:unknown_code"])
        bench.legacy.unseen { legacy in
            legacy.delete("cust", [1])
            legacy.put("cust", [2, "none", "P", .null, 1])
            legacy.put("cust", [3, "other", "B", .null, 1])
            legacy.move("cust", [4], to: [40, "n", "P", .null, 1])
            legacy.delete("cust", [7])
            legacy.put("cust", [8, "n", "P", .null, 1])
        }
        bench.legacy.restart()
        bench.legacy.backfillAll()
        try bench.catchUp()
        // What is set aside goes on in its order: the row's end stands behind what could not be translated.
        #expect(try bench.quarantine() == ["7:unknown_code", "7:waits"])
        #expect(try bench.replay(latestOnly: true) == (tried: 1, freed: 1))
        try bench.settle()
        #expect(try content(bench) == fresh(bench, on: kind))
        #expect(try bench.rows("customer", ["number"]).map { $0[0] }.sorted() == ["3", "40", "5", "6", "8"])
        #expect(try bench.events() == [])
    }

    /// A row that changes while history is read stands in no chunk, and one that Banyan writes itself stands
    /// nowhere else either.
    @Test(arguments: StoreKind.allCases) func whatChangesMeanwhileStays(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(), on: kind)
        for number in 1...4 { bench.legacy.seed("cust", [.int(Int64(number)), "n", "P", .null, 1]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.restart()
        bench.legacy.commit { $0.put("cust", [1, "changed", "P", .null, 1]) }
        bench.legacy.commit { $0.put("cust", [9, "new", "P", .null, 1]) }
        bench.legacy.put("cust", [2, "n", "P", .null, 1])
        bench.legacy.commit(origin: .banyan)
        bench.legacy.put("cust", [3, "larger", "P", .null, 1])
        bench.legacy.commit(parts: 1)
        bench.legacy.backfill("cust", keys: { $0.first == .int(4) })
        try bench.catchUp(held: 1)
        #expect(
            try bench.rows("customer", ["number", "name"])
                == [["1", "changed"], ["2", "n"], ["3", "larger"], ["4", "n"], ["9", "new"]])
        #expect(try bench.events() == ["Renamed", "Appeared", "Renamed"])
    }

    /// A row that was set aside when it was met, and is freed by a person while history is still being read.
    @Test(arguments: StoreKind.allCases, [false, true]) func whatIsFreedMeanwhileStays(
        _ kind: StoreKind, isNumbered: Bool
    ) throws {
        let bench = try Bench(isNumbered ? Self.numbered : .customers(), on: kind)
        bench.legacy.seed("cust", [1, "n", "P", .null, 1])
        bench.legacy.seed("cust", [2, "n", "?", .null, 1])
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen { $0.delete("cust", [1]) }
        bench.legacy.restart()
        bench.legacy.commit { $0.put("cust", [2, "n", "P", .null, 1]) }
        bench.legacy.backfill("cust", keys: { _ in false }, isLast: false)
        try bench.catchUp()
        #expect(try bench.replay(latestOnly: true) == (tried: 1, freed: 1))
        bench.legacy.backfill("cust", keys: { _ in false })
        try bench.catchUp()
        #expect(try bench.rows("customer", ["number"]) == [["2"]])
        #expect(try bench.rows(OwnedTables.met) == [])
    }

    /// What was met in a reading that did not come to its end may be gone when the next one begins.
    @Test(arguments: StoreKind.allCases) func aReadingThatIsBrokenOffCountsForNothing(_ kind: StoreKind)
        throws
    {
        let bench = try endorsements(kind)
        bench.legacy.restart()
        bench.legacy.backfill("pol")
        bench.legacy.backfill("ver", isLast: false)
        try bench.catchUp(1)
        try bench.restart()
        bench.legacy.unseen { legacy in
            legacy.delete("ver", [2])
            legacy.delete("pol", ["B"])
        }
        bench.legacy.restart()
        bench.legacy.backfill("ver")
        try bench.catchUp(1)
        try bench.restart()
        bench.legacy.backfill("pol")
        bench.legacy.backfill("app")
        try bench.catchUp(1)
        #expect(try content(bench) == fresh(bench, on: kind))
        #expect(try bench.rows("endo", ["no"]).map { $0[0] }.sorted() == ["1"])
        #expect(bench.applier.pendingKeys == 2)
    }

    /// More rows than are looked at at a time, with keys around each page's end.
    @Test(arguments: StoreKind.allCases, [false, true]) func manyRowsAreLookedAtPageByPage(
        _ kind: StoreKind, isNumbered: Bool
    ) throws {
        let bench = try Bench(isNumbered ? Self.numbered : .customers(events: false), on: kind)
        let numbers = (1...2_100).map(Int64.init)
        for number in numbers { bench.legacy.seed("cust", [.int(number), "n", "P", .null, 1]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        let gone = Set(numbers.filter { $0 % 3 == 0 || (990...1_010).contains($0) })
        bench.legacy.unseen { legacy in for number in gone.sorted() { legacy.delete("cust", [.int(number)]) }
        }
        bench.legacy.restart()
        bench.legacy.backfillAll()
        try bench.catchUp()
        let left = try bench.rows("customer", ["number"]).compactMap { Int64($0[0]) }
        #expect(Set(left) == Set(numbers).subtracting(gone) && left.count == numbers.count - gone.count)
        #expect(try bench.rows(OwnedTables.crossReference).count == (isNumbered ? left.count : 0))
    }

    /// Computed again, the aggregate of a row that is gone does not come back out of the older log.
    @Test(arguments: StoreKind.allCases) func whatIsGoneStaysGoneWhenAggregatesAreComputedAgain(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.commit { $0.put("cust", [1, "n", "P", .null, 1]) }
        bench.legacy.commit { $0.put("cust", [2, "n", "P", .null, 1]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen { $0.delete("cust", [1]) }
        bench.legacy.restart()
        bench.legacy.backfillAll()
        try bench.catchUp()
        let count = try bench.applier.recompute(
            where: { _ in true }, from: bench.entry, log: BenchLog(bench.legacy.log))
        #expect(count == 1)
        #expect(try bench.rows("customer", ["number"]) == [["2"]])
    }

    /// A table that was emptied at once stops its context, until history is read anew behind that.
    @Test(arguments: StoreKind.allCases) func whatCannotBeAppliedIsPassedOverWhenHistoryIsReadAnewBehindIt(
        _ kind: StoreKind
    ) throws {
        let bench = try endorsements(kind)
        bench.legacy.commit { $0.put("ver", [1, "A", 1, "EN", 11]) }
        bench.legacy.commit { $0.truncate("app") }
        bench.legacy.commit { $0.put("app", [9, 1, "N"]) }
        try bench.step(1)
        #expect(throws: TargetError.self) { try bench.catchUp(1) }
        func pass() throws -> Bool {
            let place = try #require(
                bench.legacy.log.firstIndex { $0.batch.chunk?.isRestart ?? false })
            return try bench.applier.pass(
                to: LogOffset(UInt64(place) + 1), in: BenchLog(bench.legacy.log))
        }
        bench.legacy.restart(["pol", "app"])
        #expect(try !pass())
        bench.legacy.restart(["ver"])
        // Nobody else has the stream, and it moves as far as it must.
        #expect(try pass())
        try bench.settle()
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try content(bench) == fresh(bench, on: kind))
        #expect(try bench.rows("endo_app").map { $0[1] } == ["9"])
        #expect(try !pass())
    }

    /// A new process learns nothing from what was passed over, before and after history has begun anew.
    @Test(arguments: StoreKind.allCases) func whatWasPassedOverIsNotReadAgain(_ kind: StoreKind) throws {
        let bench = try Bench(.endorsements(), on: kind)
        bench.legacy.backfill("pol")
        bench.legacy.commit { $0.put("ver", [1, "A", 1, "EN", 11]) }
        bench.legacy.commit { $0.truncate("app") }
        try bench.step(2)
        let log = bench.legacy.log.count
        bench.legacy.restart()
        #expect(
            try bench.applier.pass(
                to: LogOffset(UInt64(log) + 1), in: BenchLog(bench.legacy.log)))
        try bench.restart()
        try bench.applier.recallBirths(from: BenchLog(bench.legacy.log))
        bench.legacy.commit { $0.put("ver", [2, "A", 2, "EN", 12]) }
        try bench.catchUp()
        try bench.restart()
        try bench.applier.recallBirths(from: BenchLog(bench.legacy.log))
        bench.legacy.commit { $0.put("pol", ["A", "DE"]) }
        try bench.catchUp()
        // What came into being since is known to be new; of the other one that is not known any more.
        #expect(try bench.events() == ["Requested"])
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try content(bench) == fresh(bench, on: kind))
    }

    /// Aggregates of one row are computed again from what the log holds since then, however far retention has
    /// come.
    @Test(arguments: StoreKind.allCases) func whatIsComputedAgainBeginsWhereHistoryWasReadAnew(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.commit { $0.put("cust", [1, "n", "P", .null, 1]) }
        bench.legacy.commit { $0.truncate("cust") }
        bench.legacy.restart()
        #expect(try bench.applier.pass(to: LogOffset(3), in: BenchLog(bench.legacy.log)))
        try bench.settle()
        bench.legacy.commit { $0.put("cust", [2, "n", "P", .null, 1]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        let count = try bench.applier.recompute(
            where: { _ in true }, from: bench.entry, log: BenchLog(bench.legacy.log))
        #expect(count == 1)
        #expect(try bench.rows("customer", ["number"]) == [["2"]])
    }

    /// Three rows gave their keys to one another unseen, and each of them is met by itself: each wants what
    /// another one still has.
    @Test(arguments: StoreKind.allCases, [false, true]) func whatWaitsForOneAnotherInARingIsTakenTogether(
        _ kind: StoreKind, isLive: Bool
    ) throws {
        let bench = try Bench(.endorsements(), on: kind)
        bench.legacy.seed("pol", ["A", "DE"])
        for number: Int64 in 1...4 {
            bench.legacy.seed("ver", [.int(number), "A", .int(number), "EN", .int(10 * number)])
        }
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen { legacy in
            for (row, number): (Int64, Int64) in [(1, 2), (2, 3), (3, 1)] {
                legacy.put("ver", [.int(row), "A", .int(number), "EN", .int(10 * row)])
            }
        }
        bench.legacy.restart()
        if isLive { try bench.live { $0.put("ver", [2, "A", 3, "EN", 21]) } }
        for row: Int64 in 1...4 {
            bench.legacy.backfill("ver", keys: { $0[0] == .int(row) })
            try bench.catchUp()
        }
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.quarantine().isEmpty)
        #expect(
            try bench.rows("endo", ["no", "amount"]).map { $0.joined(separator: ":") }.sorted()
                == ["1:30", "2:10", isLive ? "3:21" : "3:20", "4:40"])
        #expect(try bench.events() == [])
    }

    /// What two rows really have in common is no ring, and waits as before: with its place among the changes.
    @Test(arguments: StoreKind.allCases) func whatTwoRowsHaveInCommonWaitsAsBefore(_ kind: StoreKind) throws {
        let bench = try endorsements(kind)
        bench.legacy.restart()
        try bench.live { $0.put("ver", [7, "A", 1, "EN", 70]) }
        try bench.live { $0.put("ver", [8, "A", 2, "EN", 80]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        func setAside() throws -> [String] {
            try bench.quarantine().filter { !$0.hasSuffix(":waits") }.sorted()
        }
        #expect(try setAside() == ["7:identity_ambiguous", "8:identity_ambiguous"])
        // What came live and what history has said of it since, in its order.
        let set = try bench.rows(OwnedTables.quarantine, ["entry", "historical"])
        #expect(set.map { $0.joined(separator: ":") }.sorted() == ["1:0", "1:0", "2:1", "2:1", "3:1", "3:1"])
        try bench.live { $0.delete("ver", [1]) }
        #expect(try setAside() == ["8:identity_ambiguous"])
        #expect(try bench.rows("endo", ["no", "amount"]).contains(["1", "70"]))
    }

    /// A row takes over the key of one that the service knows under an earlier key, or not at all: it is set
    /// aside while somebody else still has that key, and is no birth when it is taken.
    @Test(arguments: StoreKind.allCases, 0..<4) func whatTakesAKeyOverIsNoBirth(
        _ kind: StoreKind, variant: Int
    ) throws {
        let (isKnown, isRestarted) = (variant & 1 == 1, variant & 2 == 2)
        let bench = try Bench(.endorsements(), on: kind)
        bench.legacy.seed("pol", ["A", "DE"])
        bench.legacy.seed("ver", [1, "A", 1, "EN", 10])
        if isKnown { bench.legacy.seed("ver", [2, "A", 2, "EN", 20]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        bench.legacy.unseen { legacy in
            legacy.put("ver", [1, "A", 3, "EN", 10])
            legacy.put("ver", [2, "A", 1, "EN", 20])
        }
        bench.legacy.restart()
        try bench.live { legacy in
            legacy.delete("ver", [2])
            legacy.put("ver", [5, "A", 1, "EN", 20])
        }
        #expect(try bench.quarantine() == ["5:identity_ambiguous"])
        if isRestarted {
            try bench.restart()
            try bench.applier.recallBirths(from: BenchLog(bench.legacy.log))
        }
        try bench.live { $0.put("ver", [5, "A", 1, "EN", 50]) }
        // Whoever had the key is met before it.
        bench.legacy.backfill("ver", keys: { $0[0] == .int(1) })
        try bench.catchUp()
        #expect(try bench.events() == [])
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.quarantine().isEmpty)
        #expect(
            try bench.rows("endo", ["no", "amount"]).map { $0.joined(separator: ":") }.sorted()
                == ["1:50", "3:10"])
        #expect(try bench.events() == [])
    }
}
