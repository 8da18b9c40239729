import Apply
import PostgreSQL
import TestKit
import Testing

/// Parts in a store that refuses to lose what they refer to.
@Suite struct ReferringPartsTests {
    /// Two endorsements of one policy, each with a decision.
    private func bench(partKey: [String] = ["endo_id", "no"]) throws -> Bench {
        let bench = try Bench(.endorsements(partKey: partKey), on: .postgres)
        bench.legacy.seed("pol", ["A", "DE"])
        bench.legacy.backfillAll()
        try bench.catchUp()
        let store = try #require(bench.store as? PostgresStore)
        try store.database.app.execute("ALTER TABLE endo_app ADD FOREIGN KEY (endo_id) REFERENCES endo (id)")
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 1, "EN", 7])
            legacy.put("ver", [2, "A", 2, "EN", 8])
            legacy.put("app", [1, 1, "Y"])
            legacy.put("app", [2, 2, "N"])
        }
        return bench
    }

    private func amounts(_ bench: Bench) throws -> [[String]] {
        try bench.rows("endo", ["no", "amount", "status"]).sorted { $0[0] < $1[0] }
    }

    /// Which decision belongs to which number.
    private func decisions(_ bench: Bench) throws -> [[String]] {
        let numbers = Dictionary(
            uniqueKeysWithValues: try bench.rows("endo", ["id", "no"]).map { ($0[0], $0[1]) })
        return try bench.rows("endo_app", ["endo_id", "no"]).map { [numbers[$0[0]] ?? "none", $0[1]] }
            .sorted { $0[0] < $1[0] }
    }

    @Test func aRootThatIsReplacedByAnotherKeepsWhatRefersToItsAggregate() throws {
        let bench = try bench()
        let ids = try bench.rows("endo", ["id"]).sorted { $0[0] < $1[0] }
        try bench.live { legacy in
            legacy.move("ver", [1], to: [8, "A", 1, "EN", 9])
            legacy.put("app", [1, 8, "Y"])
        }
        #expect(try amounts(bench) == [["1", "9", "approved"], ["2", "8", "requested"]])
        #expect(try decisions(bench) == [["1", "1"], ["2", "2"]])
        #expect(try bench.rows("endo", ["id"]).sorted { $0[0] < $1[0] } == ids)
    }

    @Test func rootsThatExchangeTheirKeysExchangeTheirParts() throws {
        let bench = try bench()
        try bench.live { legacy in
            legacy.put("ver", [1, "A", 2, "EN", 7])
            legacy.put("ver", [2, "A", 1, "EN", 8])
        }
        #expect(try amounts(bench) == [["1", "8", "requested"], ["2", "7", "approved"]])
        #expect(try decisions(bench) == [["1", "2"], ["2", "1"]])
    }

    /// Where a part's key does not hold its parent's, it is the same part under another parent.
    @Test(arguments: [["endo_id", "no"], ["no"]]) func aRootThatGetsANewKeyTakesItsPartsAlong(
        partKey: [String]
    )
        throws
    {
        let bench = try bench(partKey: partKey)
        try bench.live { $0.put("ver", [1, "A", 9, "EN", 7]) }
        #expect(try amounts(bench) == [["2", "8", "requested"], ["9", "7", "approved"]])
        #expect(try decisions(bench) == [["2", "2"], ["9", "1"]])
    }

    @Test func aRootThatGoesTakesItsPartsAlongAndAnotherKeepsThem() throws {
        let bench = try bench()
        // The first takes over the second's key, which is gone; a decision comes with it.
        try bench.live { legacy in
            legacy.delete("ver", [2])
            legacy.delete("app", [2])
            legacy.put("ver", [1, "A", 2, "EN", 7])
        }
        #expect(try amounts(bench) == [["2", "7", "approved"]])
        #expect(try decisions(bench) == [["2", "1"]])
        try bench.live { $0.delete("ver", [1]) }
        #expect(try bench.rows("endo").isEmpty && bench.rows("endo_app").isEmpty)
    }
}
