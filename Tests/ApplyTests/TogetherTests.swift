import Apply
import Foundation
import Model
import TestKit
import Testing

/// Transactions with events of their own that are applied in one step.
@Suite struct TogetherTests {
    /// Transactions, and how many of them may share a step.
    struct Story: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var joined: Int
        var transactions: [@Sendable (Legacy) -> Void]

        init(_ name: String, joined: Int, _ transactions: (@Sendable (Legacy) -> Void)...) {
            testDescription = name
            self.joined = joined
            self.transactions = transactions
        }
    }

    private func bench(_ kind: StoreKind) throws -> Bench {
        let bench = try Bench(.endorsements(), on: kind)
        for policy in ["A", "B", "C"] { bench.legacy.seed("pol", [.text(policy), "DE"]) }
        for id in 1...4 { bench.legacy.seed("ver", [.int(Int64(id)), "A", .int(Int64(id)), "EN", 5]) }
        bench.legacy.seed("ver", [5, "B", 5, "EN", 5])
        for id in 1...3 { bench.legacy.seed("app", [.int(Int64(id)), .int(Int64(id)), "N"]) }
        bench.legacy.backfillAll()
        try bench.catchUp()
        return bench
    }

    private static let stories = [
        Story(
            "strangers", joined: 6, { $0.put("ver", [11, "A", 11, "EN", 1]) },
            { $0.put("app", [1, 1, "Y"]) },
            { $0.delete("ver", [2]) }, { $0.put("ver", [3, "A", 3, "EN", 9]) },
            { $0.put("app", [9, 4, "Y"]) }, { $0.put("pol", ["B", "AT"]) }),
        Story(
            "one root", joined: 2, { $0.put("ver", [1, "A", 1, "EN", 6]) },
            { $0.put("ver", [1, "A", 1, "EN", 7]) }, { $0.put("ver", [2, "A", 2, "EN", 7]) }),
        Story(
            "a root and its part", joined: 0, { $0.put("ver", [11, "A", 11, "EN", 1]) },
            { $0.put("app", [9, 11, "Y"]) }),
        Story(
            "two parts of a root", joined: 0, { $0.put("app", [8, 1, "Y"]) }, { $0.put("app", [9, 1, "N"]) }),
        Story(
            "a part that moves", joined: 0, { $0.put("app", [1, 2, "Y"]) }, { $0.put("app", [2, 2, "Y"]) }),
        Story(
            "a row that many join, and one of them", joined: 0, { $0.put("pol", ["A", "AT"]) },
            { $0.put("ver", [2, "A", 2, "EN", 7]) }),
        Story(
            "two rows that one unchanged row joins", joined: 0, { $0.put("pol", ["A", "AT"]) },
            { $0.put("app", [1, 1, "Y"]) }),
        Story(
            "a root that leaves the row that many join", joined: 2, { $0.put("ver", [1, "B", 1, "EN", 5]) },
            { $0.put("pol", ["A", "AT"]) }, { $0.put("pol", ["B", "AT"]) }),
        Story(
            "a natural key that is given away", joined: 0, { $0.delete("ver", [1]) },
            { $0.put("ver", [11, "A", 1, "EN", 1]) }),
        Story(
            "a natural key that is taken", joined: 0, { $0.put("ver", [11, "A", 1, "EN", 1]) },
            { $0.put("ver", [12, "A", 12, "EN", 1]) }),
        Story(
            "a natural key that is taken, and given up after that", joined: 0,
            { $0.put("ver", [12, "A", 12, "EN", 1]) }, { $0.put("ver", [11, "A", 1, "EN", 1]) },
            { $0.delete("ver", [1]) }, { $0.put("ver", [13, "A", 13, "EN", 1]) }),
        Story(
            "a row that cannot be translated, among others", joined: 2,
            { $0.put("ver", [11, "A", 11, "EN", 1]) }, { $0.put("ver", [12, "A", 12, "EN", 1]) },
            { $0.put("pol", ["B", "XX"]) }, { $0.put("ver", [13, "A", 13, "EN", 1]) }),
        Story(
            "a root that waits for its parent", joined: 0, { $0.put("ver", [11, "Z", 11, "EN", 1]) },
            { $0.put("ver", [12, "A", 12, "EN", 1]) }),
    ]

    @Test(arguments: StoreKind.allCases, stories) func comesToWhatOneAfterAnotherComesTo(
        _ kind: StoreKind, _ story: Story
    ) throws {
        let together = try bench(kind)
        let apart = try bench(kind)
        let before = together.applier.counts
        for transaction in story.transactions {
            together.legacy.commit(transaction)
            apart.legacy.commit(transaction)
        }
        try together.catchUp()
        try apart.catchUp(1)
        #expect(try together.state() == apart.state())
        #expect(together.applier.counts.joined - before.joined == story.joined)
        #expect(apart.applier.counts.joined == 0)
        #expect(together.applier.counts.changes == apart.applier.counts.changes)
    }

    @Test func countsThatAnOlderBuildStoredAreRead() throws {
        let old = try JSONDecoder().decode(ApplyCounts.self, from: Data(#"{"changes": 3, "events": 2}"#.utf8))
        #expect(old.changes == 3 && old.events == 2 && old.joined == 0)
        let bench = try bench(.memory)
        bench.legacy.commit { $0.put("app", [2, 2, "Y"]) }
        bench.legacy.commit { $0.delete("ver", [1]) }
        try bench.catchUp()
        let counts = bench.applier.counts
        #expect(counts.joined == 2)
        #expect(try JSONDecoder().decode(ApplyCounts.self, from: try JSONEncoder().encode(counts)) == counts)
    }

    @Test(arguments: StoreKind.allCases) func eventsStandInTheOrderOfTheirTransactions(_ kind: StoreKind)
        throws
    {
        let bench = try bench(kind)
        bench.legacy.commit { $0.put("app", [2, 2, "Y"]) }
        bench.legacy.commit { $0.delete("ver", [1]) }
        bench.legacy.commit { $0.put("app", [3, 3, "Y"]) }
        bench.legacy.commit { $0.put("ver", [11, "A", 11, "EN", 1]) }
        try bench.catchUp()
        #expect(bench.applier.counts.joined == 4)
        #expect(try bench.events() == ["Approved", "Removed", "Approved", "Requested"])
        let positions = try bench.rows(OwnedTables.outbox, ["position"]).map { Int($0[0]) ?? 0 }
        #expect(positions == positions.sorted() && Set(positions).count == 4)
    }
}
