import Apply
import ChangeLog
import Model
import Testing

/// Values that a source leaves out because an update left them alone: they stay what they were, and are
/// never guessed.
@Suite struct UnsentTests {
    @Test(arguments: StoreKind.allCases) func whatWasNotSentStaysAsItIs(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.backfillAll()
        try bench.live { $0.put("cust", [1, "a", "P", "s", 5]) }
        try bench.live { $0.put("cust", [2, "x", "B", nil, nil]) }
        try bench.live { legacy in
            legacy.put("cust", [1, "b", .unsent, .unsent, .unsent])
            legacy.put("cust", [2, "y", "P", .unsent, 3])
        }
        #expect(try bench.quarantine().isEmpty)
        #expect(
            try bench.rows("customer") == [
                ["1", "b", "private", "s", "5", "NULL"], ["2", "y", "private", "NULL", "3", "NULL"],
            ])
        #expect(try bench.events() == ["Appeared", "Appeared", "Renamed", "Renamed"])
    }

    @Test(arguments: StoreKind.allCases) func withinAStepItIsWhatTheStepSentBefore(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.live { $0.put("cust", [1, "a", "P", "old", 5]) }
        bench.legacy.commit { $0.put("cust", [1, "b", "B", "new", nil]) }
        bench.legacy.commit { $0.put("cust", [1, "c", .unsent, .unsent, .unsent]) }
        bench.legacy.commit { $0.put("cust", [3, "n", "P", "mine", 1]) }
        bench.legacy.commit { $0.put("cust", [3, "m", .unsent, .unsent, 2]) }
        try bench.catchUp()
        #expect(
            try bench.rows("customer") == [
                ["1", "c", "business", "new", "NULL", "NULL"], ["3", "m", "private", "mine", "2", "NULL"],
            ])
    }

    @Test(arguments: StoreKind.allCases) func anotherRowsValueIsNeverTaken(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.live { $0.put("cust", [1, "a", "P", "one", 1]) }
        try bench.live { $0.put("cust", [2, "b", "P", "two", 2]) }
        // The row with key 2 takes the place of the one with key 1, which is gone.
        try bench.live { legacy in
            legacy.put("cust", [1, "a", "P", .unsent, 9])
            legacy.delete("cust", [1])
            legacy.move("cust", [2], to: [1, "b", "P", .unsent, 2])
        }
        #expect(try bench.quarantine() == ["1:not_sent"])
        #expect(try bench.replay() == (1, 0))
        #expect(try bench.replay(latestOnly: true) == (1, 0))
        #expect(try bench.quarantine() == ["1:not_sent"])
        // A later change that leaves the key alone does not make it the row that the service has.
        try bench.live { $0.put("cust", [1, "c", "P", .unsent, 2]) }
        for isLatestOnly in [true, false, true] {
            #expect(try bench.replay(latestOnly: isLatestOnly) == (1, 0))
        }
        #expect(try bench.quarantine() == ["1:not_sent"])
        #expect(try bench.rows("customer", ["number", "slot"]) == [["1", "one"]])
        try bench.live { $0.put("cust", [1, "b", "P", "two", 2]) }
        #expect(try bench.replay(latestOnly: true) == (1, 1))
        #expect(try bench.rows("customer", ["number", "name", "slot"]) == [["1", "b", "two"]])
    }

    @Test(arguments: StoreKind.allCases) func whatGetsAnotherServiceKeyTakesItsValuesAlong(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.restart(
            plan: bench.scene.plan.replacing("natural: [c.no]", with: "natural: [c.credit]")
                .replacing("number: c.no", with: "number: c.credit")
                .replacing("        credit: c.credit\n", with: ""))
        try bench.live { $0.put("cust", [1, "a", "P", "one", 10]) }
        try bench.live { $0.put("cust", [2, "b", "B", "two", 20]) }
        // Both change their keys, one to the key that the other gives up.
        try bench.live { legacy in
            legacy.put("cust", [1, "a", .unsent, .unsent, 30])
            legacy.put("cust", [2, "b", .unsent, .unsent, 10])
        }
        #expect(try bench.quarantine().isEmpty)
        #expect(
            try bench.rows("customer", ["number", "name", "kind", "slot"]) == [
                ["10", "b", "business", "two"], ["30", "a", "private", "one"],
            ])
    }

    @Test(arguments: StoreKind.allCases) func aRowThatTheServiceLacksIsSetAside(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(events: false), on: kind)
        bench.legacy.seed("cust", [1, "a", "P", "s", 1])
        try bench.live { $0.put("cust", [1, "b", "P", .unsent, 2]) }
        #expect(try bench.quarantine() == ["1:not_sent"])
        bench.legacy.backfillAll()
        try bench.catchUp()
        #expect(try bench.quarantine() == ["1:not_sent", "1:waits"])
        #expect(try bench.replay(latestOnly: true) == (1, 1))
        #expect(try bench.rows("customer", ["name", "slot", "credit"]) == [["b", "s", "2"]])
    }

    @Test(arguments: StoreKind.allCases) func whatIsPartlySentCannotBeComputed(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.restart(
            plan: bench.scene.plan.replacing("name: c.nm", with: "name: c.nm + coalesce(c.slot, '')"))
        try bench.live { $0.put("cust", [1, "a", "P", "-s", 1]) }
        try bench.live { $0.put("cust", [1, "b", "P", .unsent, 1]) }
        #expect(try bench.quarantine() == ["1:not_sent"])
        #expect(try bench.rows("customer", ["name"]) == [["a-s"]])
    }

    @Test(arguments: StoreKind.allCases) func aReplayOfTheLastStateKeepsWhatEarlierOnesSent(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.live { $0.put("cust", [1, "a", "P", "old", 1]) }
        try bench.live { $0.put("cust", [1, "b", "X", "new", 2]) }
        try bench.live { $0.put("cust", [1, "c", .unsent, .unsent, 3]) }
        try bench.live { $0.put("cust", [1, "d", .unsent, .unsent, .unsent]) }
        #expect(try bench.quarantine() == ["1:unknown_code", "1:waits", "1:waits"])
        // The code is still unknown, and what was sent of it is not forgotten.
        #expect(try bench.replay(latestOnly: true) == (1, 0))
        #expect(try bench.quarantine() == ["1:unknown_code"])
        try bench.restart(plan: bench.scene.plan.replacing("P: private", with: "X: extern, P: private"))
        #expect(try bench.replay(latestOnly: true) == (1, 1))
        #expect(try bench.rows("customer") == [["1", "d", "extern", "new", "3", "NULL"]])
    }

    @Test(arguments: StoreKind.allCases) func aValueByAnotherMappingIsNotKept(_ kind: StoreKind) throws {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.live { $0.put("cust", [1, "a", "P", "s", 1]) }
        try bench.live { $0.put("cust", [1, "b", "X", .unsent, 2]) }
        #expect(try bench.quarantine() == ["1:unknown_code"])
        // The service has the slot as the old mapping spelled it.
        try bench.restart(
            plan: bench.scene.plan.replacing("P: private", with: "X: extern, P: private")
                .replacing("slot: c.slot", with: "slot: coalesce(c.slot, '') + '!'"))
        for isLatestOnly in [false, true, false] {
            #expect(try bench.replay(latestOnly: isLatestOnly) == (1, 0))
            #expect(try bench.quarantine() == ["1:not_sent"])
        }
        try bench.live { $0.put("cust", [1, "c", "X", "t", 3]) }
        #expect(try bench.replay(latestOnly: true) == (1, 1))
        #expect(try bench.rows("customer", ["name", "kind", "slot"]) == [["c", "extern", "t!"]])
    }

    @Test(arguments: StoreKind.allCases) func aReplayInOrderCompletesEachStateFromTheOneBefore(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.customers(), on: kind)
        bench.legacy.backfillAll()
        try bench.live { $0.put("cust", [1, "a", "P", "old", 1]) }
        try bench.live { $0.put("cust", [1, "b", "X", "new", 2]) }
        try bench.live { $0.put("cust", [1, "c", .unsent, .unsent, 3]) }
        try bench.restart(plan: bench.scene.plan.replacing("P: private", with: "X: extern, P: private"))
        #expect(try bench.replay() == (1, 1))
        #expect(try bench.rows("customer") == [["1", "c", "extern", "new", "3", "NULL"]])
        #expect(try bench.events() == ["Appeared", "Renamed", "Renamed"])
    }
}
