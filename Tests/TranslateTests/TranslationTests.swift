import Model
import Plan
import Testing
import Translate

@Suite struct TranslationTests {
    private static let legacy = [
        table("pol", "pno TEXT not null, country TEXT not null", key: ["pno"]),
        table("ver", "id INTEGER not null, pol TEXT, no INTEGER, code TEXT not null", key: ["id"]),
    ]
    private static let service = [
        table(
            "endo", "id TEXT not null, policy TEXT not null, no INTEGER not null, country TEXT not null",
            key: ["id"])
    ]
    private static let plan = """
        migration: test
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          ctx:
            owner: someone
            approvers: [someone]
            from: legacy
            into: service
            reads:
              v: { table: ver, root: true }
              p: { table: pol, one: "p.pno == v.pol" }
            codes:
              country: { DE: germany, otherwise: quarantine }
            aggregates:
              endo:
                root: v
                when: "v.code == 'EN'"
                identity: { natural: [v.pol, v.no], surrogate: id }
                table: endo
                facts:
                  all: { policy: v.pol, no: v.no, country: "code('country', p.country)" }
        """

    private static func table(_ name: String, _ columns: String, key: [String]) -> TableSchema {
        let schemas = columns.split(separator: ",").map { text in
            let words = text.split(separator: " ").map(String.init)
            return ColumnSchema(
                name: words[0], kind: words[1] == "INTEGER" ? .int64 : .text, declaredType: words[1],
                isNullable: !words.contains("not"))
        }
        return TableSchema(
            name: name, columns: schemas,
            key: key.compactMap { name in schemas.firstIndex { $0.name == name } })
    }

    private func context() throws -> CheckedContext {
        let loaded = PlanLoader.load(
            PlanSource(files: [PlanFile(name: "plan.yaml", text: Self.plan)]), environment: [:])
        let checked = PlanChecker.check(
            try #require(loaded.declarations, "\(loaded.diagnostics)"),
            catalogs: ["legacy": Catalog(tables: Self.legacy), "service": Catalog(tables: Self.service)])
        return try #require(checked.plan?.contexts.first, "\(checked.diagnostics)")
    }

    private func cells(_ values: [Any?]) -> [UInt8] {
        var row: [UInt8] = []
        for value in values {
            switch value {
            case let number as Int: RowWriter.integer(Int64(number), &row)
            case let text as String: RowWriter.text(text, &row)
            default: RowWriter.null(&row)
            }
        }
        return row
    }

    /// Translates version rows, each with the country of its policy; nil when that has not arrived.
    private func translate(_ rows: [(row: [Any?]?, country: String?)]) throws -> TranslationSet {
        let context = try context()
        let translator = AggregateTranslator(context: context, aggregate: context.aggregates[0])
        var sources = AggregateSources(
            legacyKeys: rows.indices.map { Key(bytes: cells([$0])) },
            aliases: context.reads.map { RowBuffer(columns: $0.table.columns.count) })
        let (root, policy) = (0, 1)
        for (row, country) in rows {
            let first = sources.rows[root].count
            if let row { sources.rows[root].append(cells(row)) }
            sources.groups[root].append(first..<sources.rows[root].count)
            if row == nil { continue }
            let parent = sources.rows[policy].count
            if let country { sources.rows[policy].append(cells(["A", country])) }
            sources.groups[policy].append(parent..<sources.rows[policy].count)
        }
        var set = translator.makeSet()
        translator.translate(sources, into: &set)
        return set
    }

    @Test func eachRootHasOneOutcomeAndOnlyAggregatesHaveRows() throws {
        let set = try translate([
            ([1, "A", 1, "EN"], "DE"), (nil, nil), ([3, "A", 3, "TC"], "DE"), ([4, "A", 4, "EN"], nil),
            ([5, "A", 5, "EN"], "secret"), ([6, "A", nil, "EN"], "DE"), ([7, "A", 7, "EN"], "DE"),
        ])
        #expect(set.items[0].outcome == .row && set.items[6].outcome == .row)
        #expect(set.items[1].outcome == .excluded && set.items[2].outcome == .excluded)
        #expect(set.items[3].outcome == .pending("p"))
        guard case .failed(let code) = set.items[4].outcome, case .failed(let identity) = set.items[5].outcome
        else {
            Issue.record("\(set.items)")
            return
        }
        #expect(code.reason == "unknown_code" && identity.reason == "identity_missing")
        #expect(!code.message.contains("secret"))
        #expect(set.rows.count == 2)
        #expect(set.items.compactMap(\.row) == [0, 1])
        #expect(set.rows.cells(of: 1).compactMap(\.text).contains("7"))
    }

    @Test func equalRowsGiveEqualIdsAndOtherKeysOthers() throws {
        let once = try translate([([1, "A", 1, "EN"], "DE"), ([2, "A", 2, "EN"], "DE")])
        let again = try translate([([9, "A", 2, "EN"], "DE"), ([8, "A", 1, "EN"], "DE")])
        #expect(once.items.map(\.serviceKey) == again.items.map(\.serviceKey).reversed())
        #expect(once.items[0].serviceKey != once.items[1].serviceKey)
    }

    @Test func whatIsNoSuchAggregateNeedsNoSoundKey() throws {
        let set = try translate([([1, nil, nil, "TC"], "DE")])
        #expect(set.items[0].outcome == .excluded)
        #expect(set.rows.isEmpty)
    }

    @Test func aDamagedImageIsRefusedByName() throws {
        let context = try context()
        let translator = AggregateTranslator(context: context, aggregate: context.aggregates[0])
        var set = translator.makeSet()
        let image = Array(cells([1, "A", 1, "EN"]).dropLast(3))
        unsafe image.withUnsafeBytes { arena in
            // The arena is the local's for the length of this closure.
            unsafe translator.translate(
                rows: [(legacyKey: Key(bytes: []), image: 0)], arena: arena, into: &set)
        }
        guard case .failed(let failure) = set.items.first?.outcome else {
            Issue.record("a damaged image was taken")
            return
        }
        #expect(failure.reason == "damaged_row")
    }
}
