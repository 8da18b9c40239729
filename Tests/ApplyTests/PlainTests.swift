import ChangeLog
import Model
import TestKit
import Testing

@testable import Apply

/// Aggregates that stand alone are written the straight way, which comes to what the long way does.
@Suite struct PlainTests {
    /// How a bench applies what the log holds.
    private enum Way: CaseIterable {
        /// As rows come.
        case straight
        /// Translated before their turn.
        case ahead
        /// An aggregate that is set aside keeps all others from the straight way.
        case long
    }

    private static let aside: Int64 = 99

    /// What a random history has besides rows that come, change and go.
    private struct Ratios {
        var poison = 0.0
        var slots = 0.0
        var unsent = 0.0
        var history = 0.0

        /// Much that needs a closer look keeps all rows from the straight way.
        init(_ generator: inout SplitMix64) {
            if generator.chance(0.3) { poison = 0.05 }
            if generator.chance(0.3) { slots = 0.1 }
            if generator.chance(0.3) { unsent = 0.1 }
            if generator.chance(0.5) { history = 0.3 }
        }
    }

    @Test(arguments: StoreKind.allCases) func comesToWhatTheLongWayDoes(_ kind: StoreKind) throws {
        var seeds = SplitMix64.unseen()
        var ahead = 0
        for _ in 0..<(kind == .memory ? 150 : 25) {
            let seed = seeds.next()
            let benches = try Way.allCases.map { try history(seed, kind, $0) }
            let states = try benches.map(state)
            #expect(states[0] == states[2], "seed \(seed)")
            #expect(states[1] == states[2], "seed \(seed)")
            ahead += benches[1].applier.counts.ahead
        }
        #expect(ahead > 0)
    }

    private func state(_ bench: Bench) throws -> [[String]] {
        let aside = try bench.quarantine().filter { !$0.hasPrefix("\(Self.aside):") }
        let counts = bench.applier.counts
        return try bench.rows("customer") + [aside, ["\(counts.written) \(counts.removed)"]]
    }

    private func history(_ seed: UInt64, _ kind: StoreKind, _ way: Way) throws -> Bench {
        var generator = SplitMix64(seed: seed)
        let bench = try Bench(.customers(events: false), on: kind)
        if way == .long { try bench.live { $0.put("cust", [.int(Self.aside), "q", "?", nil, nil]) } }
        let ratios = Ratios(&generator)
        let preparation = bench.applier.makePreparation()
        for _ in 0..<12 {
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    change(bench.legacy, &generator, ratios)
                }
                bench.legacy.commit(parts: generator.chance(0.2) ? 2 : 1)
            }
            if generator.chance(ratios.history) {
                bench.legacy.backfill("cust", keys: { $0[0] != .int(Self.aside) })
            }
            if way == .ahead {
                let records = bench.records(after: bench.entry.offset)
                try bench.apply(preparation.prepare(records, isAhead: true))
            } else {
                try bench.catchUp()
            }
        }
        return bench
    }

    private func change(_ legacy: Legacy, _ generator: inout SplitMix64, _ ratios: Ratios) {
        let number = Cell.int(.random(in: 1...8, using: &generator))
        let isHeld = legacy.rows["cust"]?[[number]] != nil
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: legacy.delete("cust", [number])
        case 1:
            let other = Cell.int(.random(in: 1...8, using: &generator))
            guard isHeld, legacy.rows["cust"]?[[other]] == nil else { return }
            legacy.move("cust", [number], to: [other, "moved", "P", nil, 3])
        default:
            let kind: Cell = generator.chance(ratios.poison) ? "?" : generator.chance(0.5) ? "P" : "B"
            let name: Cell =
                generator.chance(0.2) ? "none" : .text("n\(Int.random(in: 0...99, using: &generator))")
            let slot: Cell =
                generator.chance(ratios.slots) ? .text("s\(Int.random(in: 0...3, using: &generator))") : nil
            let credit: Cell = isHeld && generator.chance(ratios.unsent) ? .unsent : 7
            legacy.put("cust", [number, name, kind, slot, credit])
        }
    }

    /// Which groups are translated the straight way, and which need a closer look.
    @Test func whatIsPlainIsTakenTheStraightWay() throws {
        func rows(_ scene: Scene = .customers(events: false), _ body: (Legacy) -> Void) throws -> PlainRows? {
            let bench = try Bench(scene, on: .memory)
            for number in 1...3 { bench.legacy.seed("cust", [.int(Int64(number)), "a", "P", nil, 1]) }
            body(bench.legacy)
            bench.legacy.commit()
            let prepared = try bench.applier.makePreparation().prepare(bench.legacy.log, isAhead: true)
            return try #require(prepared.groups.last).translated.first ?? nil
        }
        let updated = try #require(
            try rows { legacy in
                legacy.put("cust", [4, "new", "P", nil, 1])
                legacy.put("cust", [4, "newer", "B", nil, nil])
                legacy.put("cust", [1, "b", "P", nil, 1])
            })
        #expect(updated.rows.count == 2 && updated.gone.isEmpty)
        #expect(updated.rows.cells(of: 0).map(\.text).prefix(3) == ["4", "newer", "business"])
        let moved = try #require(
            try rows { legacy in
                legacy.move("cust", [1], to: [9, "b", "P", nil, 1])
                legacy.delete("cust", [2])
                legacy.put("cust", [3, "none", "P", nil, 1])
            })
        #expect(moved.rows.count == 1 && moved.gone.count == 3)
        let history = try #require(try rows { $0.backfill("cust") })
        #expect(history.rows.count == 3 && history.keys == nil)
        #expect(try rows { $0.put("cust", [1, "b", "?", nil, 1]) } == nil)
        #expect(try rows { $0.put("cust", [1, "b", "P", nil, .unsent]) } == nil)
        #expect(try rows(.customers()) { $0.put("cust", [1, "b", "P", nil, 1]) } == nil)
        // A number that is rounded on its way may come to the key of a row that goes.
        var rounded = Scene.customers(events: false)
        let decimal = ColumnSchema(
            name: "no", kind: .decimal, declaredType: "DECIMAL(10,0)", isNullable: false, scale: 0)
        rounded.legacy[0].columns[0] = decimal
        rounded.service[0].columns[0] = decimal
        rounded.service[0].columns[0].name = "number"
        #expect(try rows(rounded) { $0.put("cust", [1, "b", "P", nil, 1]) } != nil)
        #expect(try rows(rounded) { $0.delete("cust", [1]) } != nil)
        let both = try rows(rounded) { legacy in
            legacy.put("cust", [1, "b", "P", nil, 1])
            legacy.delete("cust", [2])
        }
        #expect(both == nil)
    }

    /// One row that is set aside does not send all others the long way, and is not overtaken by its own
    /// changes.
    @Test(arguments: StoreKind.allCases) func aRowThatIsSetAsideStaysAsideAmongOthers(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(events: false), on: kind)
        try bench.live { $0.put("cust", [1, "a", "?", nil, nil]) }
        for number in 1...3 {
            try bench.live { $0.put("cust", [.int(Int64(number)), "b", "P", nil, nil]) }
        }
        try bench.live { legacy in
            for number in 1...3 { legacy.put("cust", [.int(Int64(number)), "c", "P", nil, nil]) }
        }
        #expect(try bench.rows("customer", ["number", "name"]) == [["2", "c"], ["3", "c"]])
        #expect(try bench.quarantine() == ["1:unknown_code", "1:waits", "1:waits"])
    }

    @Test(arguments: StoreKind.allCases) func aRowThatIsNoneOfThemGoesAlsoWhenHistorySaysSo(_ kind: StoreKind)
        throws
    {
        let bench = try Bench(.customers(events: false), on: kind)
        for number in 1...3 { bench.legacy.seed("cust", [.int(Int64(number)), "a", "P", nil, nil]) }
        bench.legacy.backfill("cust")
        try bench.catchUp()
        bench.legacy.seed("cust", [2, "none", "P", nil, nil])
        bench.legacy.backfill("cust")
        try bench.catchUp()
        #expect(try bench.rows("customer", ["number"]) == [["1"], ["3"]])
        #expect(bench.applier.counts.removed == 1)
        #expect(try bench.quarantine().isEmpty)
    }

    /// A natural key that is not the service's key may be missing: history is no reason to overlook it.
    @Test(arguments: StoreKind.allCases) func aMissingNaturalKeyIsSetAsideWhereverTheRowComesFrom(
        _ kind: StoreKind
    ) throws {
        var scene = Scene.customers(events: false)
        scene.plan = scene.plan.replacing("natural: [c.no]", with: "natural: [c.slot]")
        let bench = try Bench(scene, on: kind)
        bench.legacy.seed("cust", [1, "a", "P", nil, nil])
        bench.legacy.seed("cust", [2, "b", "P", "s", nil])
        bench.legacy.backfill("cust")
        try bench.catchUp()
        try bench.live { $0.put("cust", [3, "c", "P", nil, nil]) }
        #expect(try bench.rows("customer", ["number"]) == [["2"]])
        #expect(try bench.quarantine() == ["1:identity_missing", "3:identity_missing"])
    }
}
