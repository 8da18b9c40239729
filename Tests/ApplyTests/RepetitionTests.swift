import ChangeLog
import Model
import TestKit
import Testing

@testable import Apply

/// What is applied twice has one effect, and whoever lost the stream has none.
@Suite struct RepetitionTests {
    /// A bit of everything: history, transactions, poison, a natural key used twice, parts.
    private func script(_ legacy: Legacy) {
        legacy.seed("pol", ["A", "DE"])
        legacy.seed("ver", [1, "A", 1, "EN", 10])
        for table in ["pol", "app", "ver"] { legacy.backfill(table) }
        legacy.commit { $0.put("ver", [2, "A", 2, "EN", 20]) }
        legacy.commit { legacy in
            legacy.put("app", [1, 2, "Y"])
            legacy.put("ver", [3, "B", 3, "EA", 30])
        }
        legacy.commit { $0.put("ver", [4, "A", 1, "EN", 40]) }
        legacy.commit { $0.put("pol", ["B", "??"]) }
        legacy.commit { $0.put("ver", [3, "B", 4, "EA", 31]) }
        legacy.commit { legacy in
            legacy.put("ver", [1, "A", 5, "EN", 11])
            legacy.put("app", [2, 1, "N"])
        }
        legacy.commit { $0.put("app", [1, 1, "Y"]) }
        legacy.commit { $0.delete("ver", [2]) }
    }

    private func reference(_ kind: StoreKind) throws -> [String: [[String]]] {
        let bench = try Bench(.endorsements(), on: kind)
        script(bench.legacy)
        try bench.catchUp()
        return try bench.state()
    }

    @Test(arguments: StoreKind.allCases) func portionsMakeNoDifference(_ kind: StoreKind) throws {
        let wanted = try reference(kind)
        for size in [1, 2, 3, 5] {
            let bench = try Bench(.endorsements(), on: kind)
            script(bench.legacy)
            try bench.catchUp(size)
            #expect(try bench.state() == wanted, "portions of \(size)")
        }
    }

    @Test(arguments: StoreKind.allCases) func bothKindsOfStoreHoldTheSame(_ kind: StoreKind) throws {
        #expect(try reference(kind) == reference(.memory))
    }

    @Test(arguments: StoreKind.allCases) func anySuffixAppliedAgainChangesNothing(_ kind: StoreKind) throws {
        let bench = try Bench(.endorsements(), on: kind)
        script(bench.legacy)
        try bench.catchUp(1)
        let wanted = try bench.state()
        for offset in 0..<bench.legacy.log.count {
            var stale = bench.entry
            stale.offset = LogOffset(UInt64(offset))
            let records = bench.records(after: stale.offset)
            let error = #expect(throws: TargetError.self) { try bench.applier.apply(records, from: stale) }
            #expect(error?.code == .fenced)
            #expect(try bench.state() == wanted, "from \(offset)")
        }
    }

    @Test(arguments: StoreKind.allCases) func aWorkerWithAnOldEpochChangesNothing(_ kind: StoreKind) throws {
        let bench = try Bench(.endorsements(), on: kind)
        script(bench.legacy)
        let (zombie, old) = (bench.applier, bench.entry)
        try bench.restart()
        let before = try bench.state()
        let error = #expect(throws: TargetError.self) {
            try zombie.apply(bench.records(after: old.offset), from: old)
        }
        #expect(error?.recovery == .halt)
        #expect(throws: TargetError.self) {
            try zombie.replayQuarantine(where: { _ in true }, latestOnly: false, from: old)
        }
        #expect(try bench.state() == before)
        try bench.catchUp()
        #expect(try bench.state() == reference(kind))
    }

    @Test(arguments: StoreKind.allCases) func aRestartAnywhereMakesNoDifference(_ kind: StoreKind) throws {
        let bench = try Bench(.endorsements(), on: kind)
        script(bench.legacy)
        while !bench.records(after: bench.entry.offset).isEmpty {
            try bench.restart()
            bench.legacy.commit()
            try bench.step(1)
        }
        #expect(try bench.state() == reference(kind))
    }

    @Test func aFailureAtAnyCallIsRepairedByTryingAgain() throws {
        let wanted = try reference(.memory)
        let faults: [MemoryFault] = [
            .unavailable, .crashBefore, .crashAfter, .lostAnswer(applied: true), .lostAnswer(applied: false),
        ]
        for fault in faults {
            var call = 1
            var isReached = true
            while isReached {
                let bench = try Bench(.endorsements(), on: .memory)
                let database = try #require(bench.store as? MemoryStore).database
                script(bench.legacy)
                database.restartCount()
                database.faults = [call: fault]
                try recover(bench)
                isReached = database.calls >= call
                database.faults = [:]
                #expect(try bench.state() == wanted, "\(fault) at call \(call)")
                call += 1
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func aNewLogBesideAnOldStoreIsRefusedAtOnce(_ kind: StoreKind) throws
    {
        let bench = try Bench(.endorsements(), on: kind)
        let (log, other) = (LogIdentity.random(), LogIdentity.random())
        for _ in 0..<2 { try bench.applier.tie(to: log) }
        script(bench.legacy)
        try bench.catchUp()
        try bench.restart()
        let error = #expect(throws: TargetError.self) { try bench.applier.tie(to: other) }
        #expect(error?.code == .foreignLog && error?.recovery == .halt)
        try bench.applier.tie(to: log)
        #expect(try bench.state() == reference(kind))
    }

    @Test(arguments: StoreKind.allCases) func tablesOfAnotherFormatAreRefused(_ kind: StoreKind) throws {
        let bench = try Bench(.endorsements(), on: kind)
        let log = LogIdentity.random()
        try bench.applier.tie(to: log)
        let table = OwnedTables.log
        let access = TableAccess(table: table, columns: [0, 2], key: table.key)
        var row = RowBuffer(columns: 2)
        row.beginRow()
        RowWriter.text("ctx", &row.bytes)
        RowWriter.integer(OwnedTables.formatVersion - 1, &row.bytes)
        let store = try bench.store.open()
        try store.begin()
        #expect(try store.upsert(row, access).isEmpty)
        try store.commit()
        let error = #expect(throws: TargetError.self) { try bench.applier.tie(to: log) }
        #expect(error?.code == .schemaChanged && error?.message.contains("format 1") == true)
    }

    @Test(arguments: [true, false]) func computingAgainUnderAnyFaultEndsInTheSameStore(isJoined: Bool) throws
    {
        let (_, wanted) = try computedAgain(isJoined: isJoined)
        let faults: [MemoryFault] = [
            .unavailable, .crashBefore, .crashAfter, .lostAnswer(applied: true), .lostAnswer(applied: false),
        ]
        for fault in faults {
            var call = 1
            var isReached = true
            while isReached {
                let (calls, found) = try computedAgain(isJoined: isJoined, fault: fault, at: call)
                isReached = calls >= call
                #expect(found == wanted, "\(fault) at call \(call)")
                call += 1
            }
            #expect(call > 10)
        }
    }

    /// Applies a history, changes the plan, computes everything again while one call fails, and goes on.
    private func computedAgain(isJoined: Bool, fault: MemoryFault? = nil, at call: Int = 0) throws -> (
        calls: Int, state: [String: [[String]]]
    ) {
        let bench = try Bench(isJoined ? .endorsements() : .customers(), on: .memory)
        let database = try #require(bench.store as? MemoryStore).database
        if isJoined { script(bench.legacy) } else { customers(bench.legacy) }
        try bench.catchUp()
        let better = bench.scene.plan.replacing("DE: germany", with: "DE: deutschland")
            .replacing("P: private", with: "P: person")
        try bench.restart(plan: better)
        database.restartCount()
        if let fault { database.faults = [call: fault] }
        try computeAgain(bench, better)
        let calls = database.calls
        database.faults = [:]
        #expect(try bench.applier.ledger()?.mapping == "m2")
        bench.legacy.commit {
            isJoined ? $0.put("ver", [5, "A", 9, "EN", 1]) : $0.put("cust", [9, "z", "P", nil, nil])
        }
        try bench.settle()
        try bench.catchUp()
        return (calls, try bench.state())
    }

    private func customers(_ legacy: Legacy) {
        for number in 1...4 { legacy.seed("cust", [.int(Int64(number)), "old", "P", nil, nil]) }
        legacy.backfill("cust")
        legacy.commit { $0.put("cust", [1, "new", "P", "s", 1]) }
        legacy.commit { $0.delete("cust", [2]) }
        legacy.commit { $0.put("cust", [3, "poison", "?", nil, nil]) }
        legacy.commit { $0.move("cust", [4], to: [5, "moved", "B", nil, 2]) }
        legacy.commit { $0.put("cust", [3, "waits", "P", nil, nil]) }
    }

    private func computeAgain(_ bench: Bench, _ plan: String) throws {
        for _ in 0..<100 {
            do {
                _ = try bench.applier.recompute(
                    where: { _ in true }, from: bench.entry, log: BenchLog(bench.legacy.log))
                try bench.applier.adoptMapping(from: bench.entry)
                return
            } catch let error as TargetError where error.recovery == .retry {
                continue
            } catch let error as TargetError where error.recovery == .consultLedger {
                try bench.settle()
            } catch is MemoryCrash {
                try bench.restart(plan: plan)
            }
        }
        Issue.record("it does not come to an end")
    }

    /// Applies everything as a driver does: after a failure again, after a lost answer as the ledger says,
    /// after a crash anew.
    private func recover(_ bench: Bench) throws {
        for _ in 0..<100 {
            do {
                try bench.catchUp(2)
                return
            } catch let error as TargetError where error.recovery == .retry {
                continue
            } catch let error as TargetError where error.recovery == .consultLedger {
                try bench.settle()
            } catch is MemoryCrash {
                try bench.restart()
            }
        }
        Issue.record("it does not come to an end")
    }

    @Test func theQuarantineIsKnownAfterALostAnswer() throws {
        let bench = try Bench(.customers(), on: .memory)
        let database = try #require(bench.store as? MemoryStore).database
        bench.legacy.commit { $0.put("cust", [1, "a", "?", nil, nil]) }
        database.restartCount()
        try bench.catchUp()
        let commit = database.calls

        let other = try Bench(.customers(), on: .memory)
        let store = try #require(other.store as? MemoryStore).database
        other.legacy.commit { $0.put("cust", [1, "a", "?", nil, nil]) }
        store.restartCount()
        store.faults = [commit: .lostAnswer(applied: true)]
        let error = #expect(throws: TargetError.self) { try other.catchUp() }
        #expect(error?.code == .ambiguous)
        try other.settle()
        try other.live { $0.put("cust", [1, "b", "P", nil, nil]) }
        #expect(try other.quarantine() == ["1:unknown_code", "1:waits"])
        #expect(try other.rows("customer").isEmpty)
    }
}
