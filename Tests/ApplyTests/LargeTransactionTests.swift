import ChangeLog
import Model
import SQLiteConnector
import TestKit
import Testing

@testable import Apply

/// A transaction that is too large to be held comes to what it comes to when it is held.
@Suite struct LargeTransactionTests {
    /// What one transaction does to the tables of `endorsements` or `customers`.
    struct Story: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var hasJoins: Bool
        var transaction: @Sendable (Legacy) -> Void

        init(_ name: String, hasJoins: Bool = true, _ transaction: @escaping @Sendable (Legacy) -> Void) {
            testDescription = name
            self.hasJoins = hasJoins
            self.transaction = transaction
        }
    }

    private static let stories = [
        Story("new roots with parts and a parent") { legacy in
            legacy.put("app", [8, 21, "N"])
            legacy.put("ver", [21, "Z", 21, "EN", 1])
            legacy.put("pol", ["Z", "DE"])
            for id in 22...30 { legacy.put("ver", [.int(Int64(id)), "A", .int(Int64(id)), "EN", 1]) }
            legacy.put("app", [9, 30, "Y"])
        },
        Story("what begins and ends within it") { legacy in
            legacy.put("ver", [21, "A", 21, "EN", 1])
            legacy.put("ver", [1, "A", 1, "EN", 6])
            legacy.delete("ver", [21])
            legacy.put("ver", [1, "A", 1, "EN", 7])
            legacy.delete("ver", [2])
            legacy.put("ver", [2, "A", 2, "EN", 8])
        },
        Story("a state between that cannot be translated") { legacy in
            legacy.put("pol", ["A", "??"])
            legacy.put("ver", [1, "A", 1, "EN", 6])
            legacy.put("pol", ["A", "AT"])
        },
        Story("a state after it that cannot be translated") { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 6])
            legacy.put("pol", ["A", "??"])
            legacy.put("ver", [5, "B", 5, "EN", 7])
        },
        Story("keys that go from one to another") { legacy in
            legacy.put("ver", [1, "A", 91, "EN", 5])
            legacy.put("ver", [2, "A", 1, "EN", 5])
            legacy.put("ver", [3, "A", 2, "EN", 5])
        },
        Story("keys that go round") { legacy in
            legacy.put("ver", [1, "A", 2, "EN", 5])
            legacy.put("ver", [2, "A", 3, "EN", 5])
            legacy.put("ver", [3, "A", 1, "EN", 5])
        },
        Story("all rows under other ids, and one new") { legacy in
            for id in 1...4 { legacy.delete("ver", [.int(Int64(id))]) }
            for id in (1...4).reversed() {
                legacy.put("ver", [.int(Int64(id + 10)), "A", .int(Int64(id)), "EN", 5])
            }
            legacy.put("ver", [20, "A", 20, "EN", 5])
        },
        Story("parts that change their owner") { legacy in
            for id in 1...3 { legacy.put("app", [.int(Int64(id)), .int(Int64(4 - id)), "Y"]) }
            legacy.put("ver", [1, "B", 1, "EN", 5])
        },
        Story("rows that stand alone", hasJoins: false) { legacy in
            legacy.put("cust", [1, "b", .unsent, .unsent, .unsent])
            legacy.put("cust", [2, "x", "B", nil, 7])
            legacy.delete("cust", [3])
            legacy.put("cust", [1, "c", "P", .unsent, .unsent])
            legacy.put("cust", [4, "none", "P", nil, nil])
            legacy.put("cust", [5, "new", "?", nil, nil])
            legacy.put("cust", [5, "newer", "P", nil, nil])
        },
        Story("unique values that go round", hasJoins: false) { legacy in
            legacy.put("cust", [1, "a", "P", "s2", 1])
            legacy.put("cust", [2, "a", "P", "s3", 2])
            legacy.put("cust", [3, "a", "P", "s1", 3])
        },
        Story("a unique value that is given away", hasJoins: false) { legacy in
            legacy.put("cust", [1, "a", "P", "s3", 1])
            legacy.put("cust", [4, "d", "P", "s2", 1])
            legacy.delete("cust", [3])
            legacy.put("cust", [2, "a", "P", nil, 2])
        },
        Story("rows under other keys", hasJoins: false) { legacy in
            legacy.move("cust", [1], to: [11, "a", "P", .unsent, 1])
            legacy.put("cust", [1, "again", "P", nil, 2])
            legacy.move("cust", [2], to: [12, "b", "B", "t", 3])
            legacy.put("cust", [12, "bb", "B", .unsent, 3])
        },
    ]

    private func bench(_ kind: StoreKind, hasJoins: Bool) throws -> Bench {
        let bench = try Bench(hasJoins ? .endorsements() : .customers(), on: kind)
        if hasJoins {
            for policy in ["A", "B"] { bench.legacy.seed("pol", [.text(policy), "DE"]) }
            for id in 1...4 { bench.legacy.seed("ver", [.int(Int64(id)), "A", .int(Int64(id)), "EN", 5]) }
            bench.legacy.seed("ver", [5, "B", 5, "EN", 5])
            for id in 1...3 { bench.legacy.seed("app", [.int(Int64(id)), .int(Int64(id)), "N"]) }
        } else {
            for id in 1...3 {
                bench.legacy.seed("cust", [.int(Int64(id)), "a", "P", .text("s\(id)"), .int(Int64(id))])
            }
        }
        bench.legacy.backfillAll()
        try bench.catchUp()
        return bench
    }

    /// The state, with the events of the transaction in any order: aggregates that exchange something come
    /// together.
    private func state(_ bench: Bench) throws -> [String: [[String]]] {
        var state = try bench.state()
        let events = state[OwnedTables.outbox.name]?.map { Array($0.dropFirst()) }
        state[OwnedTables.outbox.name] = events?.sorted { $0.lexicographicallyPrecedes($1) }
        return state
    }

    @Test(arguments: StoreKind.allCases, stories) func comesToWhatAHeldOneComesTo(
        _ kind: StoreKind, _ story: Story
    ) throws {
        let held = try bench(kind, hasJoins: story.hasJoins)
        let large = try bench(kind, hasJoins: story.hasJoins)
        let before = large.applier.counts
        for bench in [held, large] {
            story.transaction(bench.legacy)
            bench.legacy.commit(parts: 3)
        }
        try held.catchUp()
        try large.catchUp(held: 1, rootsAtATime: 1)
        #expect(try state(large) == state(held))
        #expect(large.applier.counts.large - before.large == 1)
        #expect(large.applier.counts.changes == held.applier.counts.changes)
    }

    @Test(arguments: StoreKind.allCases) func moreRootsThanAreTakenAtATimeAreAllApplied(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.backfillAll()
        try bench.catchUp()
        for round in 1...2 {
            for id in 1...2_500 {
                bench.legacy.put("cust", [.int(Int64(id)), .text("n\(round)"), "P", nil, .int(Int64(id))])
            }
        }
        bench.legacy.commit(parts: 7)
        try bench.catchUp(held: 1)
        let rows = try bench.rows("customer", ["number", "name"])
        #expect(rows.count == 2_500 && rows.allSatisfy { $0[1] == "n2" })
        #expect(try bench.events().count == 2_500)
        #expect(try Set(bench.events()) == ["Appeared"])
    }

    /// What begins while history is being read is not told of a large transaction: it does not see everything
    /// at once, so it cannot know.
    @Test(arguments: StoreKind.allCases) func withoutHistoryItTellsNothing(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.seed("cust", [1, "a", "P", nil, nil])
        bench.legacy.put("cust", [2, "b", "P", nil, nil])
        bench.legacy.put("cust", [3, "c", "P", nil, nil])
        bench.legacy.commit(parts: 2)
        try bench.catchUp(held: 1)
        bench.legacy.backfillAll()
        try bench.catchUp(held: 1)
        #expect(try bench.rows("customer", ["number"]) == [["1"], ["2"], ["3"]])
        #expect(try bench.events().isEmpty)
        #expect(bench.applier.counts.stepsWithoutHistory == 2)
    }

    @Test func withoutRoomForItTheOperatorHearsWhere() throws {
        let bench = try Bench(.customers(), on: .memory)
        let applier = try ContextApplier(
            context: bench.context, mapping: "m1", store: try bench.store.open(),
            scratch: { try SQLiteTarget(path: "/nowhere/at/all", name: "temporary file") })
        let entry = try applier.open()
        for id in 1...4 { bench.legacy.put("cust", [.int(Int64(id)), "n", "P", nil, nil]) }
        bench.legacy.commit(parts: 2)
        var large = LargeTransaction(after: .start)
        for record in bench.legacy.log { large.add(record) }
        let error = #expect(throws: TargetError.self) {
            try applier.apply(large, of: BenchLog(bench.legacy.log), from: entry)
        }
        #expect(error?.recovery == .retry && error?.hint.contains("TMPDIR") == true)
        // An engine that is told to stop in the middle has done nothing.
        let stopped = #expect(throws: TargetError.self) {
            try bench.applier.apply(
                large, of: BenchLog(bench.legacy.log), from: bench.applier.open(), isStopping: { true })
        }
        #expect(stopped?.recovery == .retry)
        #expect(try bench.rows("customer").isEmpty)
    }

    @Test func anAttemptThatCaptureGaveUpIsPassedOver() throws {
        let bench = try Bench(.customers(), on: .memory)
        bench.legacy.backfillAll()
        for id in 1...4 { bench.legacy.put("cust", [.int(Int64(id)), "n", "P", nil, nil]) }
        bench.legacy.abandonHalf()
        bench.legacy.commit(parts: 2)
        try bench.catchUp(held: 1)
        #expect(bench.applier.counts.changes == 4 && bench.applier.counts.large == 1)
        #expect(try bench.events().count == 4)
    }

    @Test func aFailureAtAnyCallLeavesNothingOfIt() throws {
        let story = try #require(
            Self.stories.first { $0.testDescription == "keys that go from one to another" })
        let wanted = try bench(.memory, hasJoins: true)
        story.transaction(wanted.legacy)
        wanted.legacy.commit(parts: 3)
        let before = try wanted.state()
        try wanted.catchUp()
        let after = try wanted.state()
        var call = 1
        while true {
            let bench = try bench(.memory, hasJoins: true)
            let database = try #require(bench.store as? MemoryStore).database
            story.transaction(bench.legacy)
            bench.legacy.commit(parts: 3)
            database.restartCount()
            database.faults = [call: .unavailable]
            do { try bench.catchUp(held: 1) } catch is TargetError {}
            let wasReached = database.calls >= call
            database.faults = [:]
            if !wasReached { break }
            #expect(try bench.state() == before, "call \(call)")
            try bench.catchUp(held: 1)
            #expect(try bench.state() == after, "call \(call)")
            call += 1
        }
        #expect(call > 20)
    }

    @Test(arguments: [1, 1 << 20]) func whatWasReadOfAnUnfinishedOneIsNotReadAgain(_ held: Int) throws {
        let bench = try Bench(.customers(), on: .memory)
        for id in 1...20 { bench.legacy.put("cust", [.int(Int64(id)), "n", "P", nil, nil]) }
        bench.legacy.commit(parts: 10)
        let log = BenchLog(Array(bench.legacy.log.prefix(9)))
        let driver = ApplyDriver(
            applier: bench.applier, reader: log, limits: ApplyLimits(held: held),
            around: ApplyDriver.Surroundings(
                waitForRecords: { _, _ in }, pause: { _ in }, isStopping: { false }, jitter: { 1 },
                now: { 0 },
                publish: { _ in }))
        var last: ApplyDriver.Turn?
        for _ in 0..<5 { last = driver.turn() }
        // It waits for what comes next, and not for what it has read.
        guard case .idle(after: LogOffset(9)) = last else {
            Issue.record("the worker does not wait: \(String(describing: last))")
            return
        }
        #expect(log.asked.filter { $0 < LogOffset(9) }.count == 5)
        #expect(try bench.rows("customer").isEmpty)
        log.log = bench.legacy.log
        _ = driver.turn()
        #expect(try bench.rows("customer").count == 20)
        #expect(log.floor == LogOffset(10))
    }

    @Test(arguments: [1, 1 << 20]) func isReadAgainForABetterMappingWithoutBeingHeld(_ held: Int) throws {
        let bench = try Bench(.customers(events: false), on: .memory)
        for id in 1...20 { bench.legacy.put("cust", [.int(Int64(id)), "n", "P", nil, nil]) }
        bench.legacy.put("cust", [1, "m", .unsent, nil, nil])
        bench.legacy.delete("cust", [2])
        bench.legacy.commit(parts: 5)
        try bench.catchUp()
        try bench.restart(plan: Scene.customerPlan.replacing("name: c.nm", with: "name: \"c.nm + '!'\""))
        bench.applier.held = held
        let count = try bench.applier.recompute(
            where: { _ in true }, from: bench.entry, log: BenchLog(bench.legacy.log))
        #expect(count == 20)
        let rows = try bench.rows("customer", ["number", "name", "kind"])
        #expect(rows.count == 19 && rows.first == ["1", "m!", "private"])
        #expect(rows.dropFirst().allSatisfy { $0[1] == "n!" })
    }

    // MARK: what is held

    @Test func onlySoMuchOfATransactionIsHeld() throws {
        let legacy = Legacy(Scene.customers().legacy)
        for id in 1...100 { legacy.put("cust", [.int(Int64(id)), "n", "P", nil, nil]) }
        legacy.commit(parts: 10)
        legacy.commit { $0.put("cust", [1, "m", "P", nil, nil]) }
        for (most, isHeld) in [(1, false), (1_000, false), (1 << 20, true)] {
            var assembly = RecordAssembly(most: most)
            for record in legacy.log where assembly.takesMore { assembly.add(record) }
            let portion = assembly.take()
            switch try #require(portion) {
            case .records(let records): #expect(isHeld && records.count == 11)
            case .large(let large):
                #expect(!isHeld && large.after == .start && large.through == LogOffset(10))
                #expect(large.position == Position(10) && large.committedAt == 10_000)
                #expect(assembly.handedOver == LogOffset(10) && assembly.last == LogOffset(10))
            }
        }
    }

    @Test func whatStandsBeforeALargeOneComesFirst() throws {
        let legacy = Legacy(Scene.customers().legacy)
        legacy.commit { $0.put("cust", [1, "m", "P", nil, nil]) }
        for id in 1...4 { legacy.put("cust", [.int(Int64(id)), "n", "P", nil, nil]) }
        legacy.commit(parts: 2)
        var assembly = RecordAssembly(most: 1)
        for record in legacy.log where assembly.takesMore { assembly.add(record) }
        guard case .records(let records) = assembly.take() else {
            Issue.record("the small one is missing")
            return
        }
        #expect(records.map(\.offset) == [LogOffset(1)] && assembly.isReady)
        guard case .large(let large) = assembly.take() else {
            Issue.record("the large one is missing")
            return
        }
        #expect(large.after == LogOffset(1) && large.through == LogOffset(3) && !assembly.isReady)
    }
}
