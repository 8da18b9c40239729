import Apply
import Model
import TestKit
import Testing

/// Random legacy systems against a mapping done by hand: what the store holds in the end is what legacy
/// demands.
@Suite struct ModelTests {
    /// How a random history is made.
    struct Ratios {
        /// Whether several rows may want one natural key.
        var hasAmbiguity = false
        /// How many of the policies' countries are unknown codes.
        var poison = 0.0
        /// Whether history is read while legacy changes.
        var hasBackfill = true
    }

    @Test(arguments: StoreKind.allCases) func everyHistoryEndsInTheMappingOfLegacy(_ kind: StoreKind) throws {
        var seeds = SplitMix64.unseen()
        for _ in 0..<(kind == .memory ? 150 : 25) {
            let seed = seeds.next()
            let bench = try history(seed, kind, Ratios())
            #expect(try found(bench) == wanted(bench.legacy), "seed \(seed)")
            #expect(try bench.quarantine().isEmpty, "seed \(seed)")
        }
    }

    @Test(arguments: StoreKind.allCases) func whoWaitsForAKeyGetsItWhenItIsFree(_ kind: StoreKind) throws {
        var seeds = SplitMix64.unseen()
        for _ in 0..<(kind == .memory ? 150 : 25) {
            let seed = seeds.next()
            let bench = try history(seed, kind, Ratios(hasAmbiguity: true))
            // Whoever changed while it waited stays behind its older change until a person has it replayed.
            for _ in 0..<4 { _ = try bench.replay() }
            let demanded = wanted(bench.legacy)
            let held = try found(bench)
            let waiting = Set(try bench.applier.quarantineEntries().map(\.displayKey))
            #expect(held.values.allSatisfy { $0.count == 1 }, "seed \(seed): a key is given twice")
            #expect(
                Set(demanded.keys).isSubset(of: held.keys),
                "seed \(seed): a key is free although somebody wants it")
            // What is set aside stays in the store as it was before.
            let stale = held.filter { demanded[$0.key]?.contains($0.value[0]) != true }
            #expect(stale.count <= waiting.count, "seed \(seed): \(stale) beside \(waiting)")
            #expect(
                waiting.count >= demanded.values.reduce(0) { $0 + $1.count - 1 }, "seed \(seed): \(waiting)")
        }
    }

    @Test(arguments: StoreKind.allCases) func whatWasPoisonIsRightOnceItIsReplayed(_ kind: StoreKind) throws {
        var seeds = SplitMix64.unseen()
        for _ in 0..<(kind == .memory ? 100 : 20) {
            let seed = seeds.next()
            let bench = try history(seed, kind, Ratios(poison: 0.3))
            try bench.restart(
                plan: bench.scene.plan.replacing("DE: germany", with: "XX: nowhere, DE: germany"))
            for _ in 0..<3 { _ = try bench.replay() }
            #expect(try bench.quarantine().isEmpty, "seed \(seed)")
            #expect(try found(bench) == wanted(bench.legacy), "seed \(seed)")
        }
    }

    /// Without ambiguity and poison, an event says what happened, each thing once, and nothing that did not.
    @Test func eventsTellWhatHappenedInLegacy() throws {
        var seeds = SplitMix64.unseen()
        for _ in 0..<150 {
            let seed = seeds.next()
            var told: [String] = []
            let complete = try history(seed, .memory, Ratios(hasBackfill: false), observe: { told += $0 })
            #expect(try events(complete).sorted() == told.sorted(), "seed \(seed)")
            told = []
            let live = try history(seed, .memory, Ratios(), observe: { told += $0 })
            var left = told
            for event in try events(live) {
                guard let place = left.firstIndex(of: event) else {
                    Issue.record("seed \(seed): \(event) did not happen")
                    continue
                }
                left.remove(at: place)
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func portionsAndRestartsMakeNoDifference(_ kind: StoreKind) throws {
        var unseen = SplitMix64.unseen()
        for seed in Self.foundOnce + (0..<(kind == .memory ? 60 : 10)).map({ _ in unseen.next() }) {
            let ratios = Ratios(hasAmbiguity: true, poison: 0.1, hasBackfill: false)
            let one = try history(seed, kind, ratios, isApplied: false)
            let other = try history(seed, kind, ratios, isApplied: false)
            try one.catchUp()
            var generator = SplitMix64(seed: seed)
            while !other.records(after: other.entry.offset).isEmpty {
                if generator.chance(0.3) { try other.restart() }
                try other.step(Int.random(in: 1...4, using: &generator))
            }
            #expect(try one.state() == other.state(), "seed \(seed)")
        }
    }

    /// Histories in which portions made a difference once: a key was given up in a step that was shared
    /// although somebody had begun to wait for it.
    private static let foundOnce: [UInt64] = [
        861_406_614_376_644_866, 10_744_223_454_050_460_237, 17_630_892_680_521_820_148,
        2_514_823_898_009_440_149,
    ]

    // MARK: a random history

    private func history(
        _ seed: UInt64, _ kind: StoreKind, _ ratios: Ratios, isApplied: Bool = true,
        observe: ([String]) -> Void = { _ in }
    ) throws -> Bench {
        var generator = SplitMix64(seed: seed)
        let bench = try Bench(.endorsements(), on: kind)
        let legacy = bench.legacy
        for _ in 0..<6 { change(legacy, &generator, ratios, isSeed: true) }
        legacy.seedOpen()
        var chunks: [() -> Void] = ["pol", "app", "ver"].flatMap { table -> [() -> Void] in
            [
                {
                    legacy.backfill(
                        table, keys: { ("\($0[0].display)".utf8.last ?? 0) % 2 == 0 }, isLast: false)
                },
                { legacy.backfill(table, keys: { ("\($0[0].display)".utf8.last ?? 0) % 2 == 1 }) },
            ]
        }
        if !ratios.hasBackfill {
            for chunk in chunks { chunk() }
            chunks = []
        }
        for _ in 0..<20 {
            if !chunks.isEmpty, generator.chance(0.5) { chunks.removeFirst()() }
            let before = wantedByNatural(legacy)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                change(legacy, &generator, ratios, isSeed: false)
            }
            legacy.commit(parts: generator.chance(0.2) ? 2 : 1)
            observe(Self.events(before, wantedByNatural(legacy)))
            if isApplied, generator.chance(0.5) {
                try bench.catchUp(Int.random(in: 1...5, using: &generator))
            }
        }
        for chunk in chunks { chunk() }
        if isApplied { try bench.catchUp() }
        return bench
    }

    private func change(_ legacy: Legacy, _ generator: inout SplitMix64, _ ratios: Ratios, isSeed: Bool) {
        let policies = ["A", "B", "C"]
        let policy = Cell.text(policies.randomElement(using: &generator) ?? "A")
        let id = Int64.random(in: 1...6, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0:
            let country = generator.chance(ratios.poison) ? "XX" : generator.chance(0.5) ? "DE" : "AT"
            legacy.put("pol", [policy, .text(country)])
        case 1 where !isSeed: legacy.delete("pol", [policy])
        case 2, 3:
            let flag = Cell.text(["Y", "N", "P"].randomElement(using: &generator) ?? "Y")
            legacy.put("app", [.int(Int64.random(in: 1...8, using: &generator)), .int(id), flag])
        case 4 where !isSeed: legacy.delete("app", [.int(Int64.random(in: 1...8, using: &generator))])
        case 5 where !isSeed: legacy.delete("ver", [.int(id)])
        case 6 where !isSeed:
            let other = Int64.random(in: 1...6, using: &generator)
            guard let row = legacy.rows["ver"]?[[.int(id)]], legacy.rows["ver"]?[[.int(other)]] == nil else {
                return
            }
            let number = ratios.hasAmbiguity ? row[2] : .int(other)
            legacy.move("ver", [.int(id)], to: [.int(other), row[1], number, row[3], row[4]])
        default:
            let number = ratios.hasAmbiguity ? Int64.random(in: 1...2, using: &generator) : id
            let code = Cell.text(["EN", "EA", "TC"].randomElement(using: &generator) ?? "EN")
            legacy.put(
                "ver",
                [.int(id), policy, .int(number), code, .int(Int64.random(in: 0...3, using: &generator))])
        }
    }

    // MARK: the mapping by hand

    private static let countries: [Cell: String] = ["DE": "germany", "AT": "austria", "XX": "nowhere"]

    /// For each natural key the aggregates that want it, each as its fields and its parts.
    private func wanted(_ legacy: Legacy) -> [String: [String]] {
        var result: [String: [String]] = [:]
        for row in (legacy.rows["ver"] ?? [:]).values where row[3] == "EN" || row[3] == "EA" {
            guard let policy = legacy.rows["pol"]?[[row[1]]] else { continue }
            let decisions = (legacy.rows["app"] ?? [:]).values.filter { $0[1] == row[0] }
            let status = decisions.contains { $0[2] == "Y" } ? "approved" : "requested"
            let parts = decisions.filter { $0[2] != "P" }.map { "\($0[0].display)\($0[2].display)" }.sorted()
            let natural = "\(row[1].display)/\(row[2].display)"
            result[natural, default: []].append(
                "\(Self.countries[policy[1]] ?? "?") \(status) \(row[4].display) \(parts)")
        }
        return result
    }

    private func wantedByNatural(_ legacy: Legacy) -> [String: String] {
        wanted(legacy).compactMapValues(\.first)
    }

    private func found(_ bench: Bench) throws -> [String: [String]] {
        let parts = Dictionary(grouping: try bench.rows("endo_app"), by: { $0[0] })
        var result: [String: [String]] = [:]
        for row in try bench.rows("endo") {
            let decisions = (parts[row[0]] ?? []).map { $0[1] + $0[2] }.sorted()
            result["\(row[1])/\(row[2])", default: []].append("\(row[3]) \(row[4]) \(row[5]) \(decisions)")
        }
        let owners = Set(try bench.rows("endo", ["id"]).map { $0[0] })
        #expect(Set(parts.keys).isSubset(of: owners), "parts without an aggregate")
        return result
    }

    private static func events(_ before: [String: String], _ after: [String: String]) -> [String] {
        var events: [String] = []
        for key in Set(before.keys).union(after.keys).sorted() {
            let (old, new) = (before[key], after[key])
            if old == nil { events.append("Requested \(key)") }
            if new == nil { events.append("Removed \(key)") }
            let isApproved = new?.contains(" approved ") == true
            if isApproved, old?.contains(" approved ") != true { events.append("Approved \(key)") }
        }
        return events
    }

    /// The events of the outbox as type and natural key.
    private func events(_ bench: Bench) throws -> [String] {
        try bench.rows(OwnedTables.outbox, ["type", "payload"]).map { row in
            let policy = row[1].split(separator: "\"policy\":\"").last?.first.map(String.init) ?? "?"
            let number = row[1].split(separator: "\"no\":").last?.first.map(String.init) ?? "?"
            return "\(row[0]) \(policy)/\(number)"
        }
    }
}
