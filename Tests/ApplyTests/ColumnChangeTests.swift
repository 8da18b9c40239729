import Apply
import Model
import Plan
import Testing

/// Columns of legacy tables come, go and are retyped while the tables are captured.
@Suite struct ColumnChangeTests {
    /// Customers with a column that the plan does not read, in front of others.
    private static let cust = Scene.table(
        "cust", "no INTEGER not null, pad TEXT, nm TEXT not null, kd TEXT, slot TEXT, credit INTEGER",
        key: ["no"])

    private static func without(_ name: String, _ table: TableSchema = cust) -> TableSchema {
        table.restricted(to: Set(table.columns.indices.filter { table.columns[$0].name != name }))
    }

    private func makeBench(_ kind: StoreKind) throws -> Bench {
        var scene = Scene.customers(events: false)
        scene.legacy = [Self.cust]
        return try Bench(scene, on: kind)
    }

    @Test(arguments: StoreKind.allCases) func columnsThatThePlanDoesNotReadComeAndGo(_ kind: StoreKind) throws
    {
        let bench = try makeBench(kind)
        let digest = bench.context.digest
        try bench.live { $0.put("cust", [1, "pad", "a", "P", "s", 1]) }
        bench.legacy.alter(Self.without("pad")) { [$0[0]] + $0[2...] }
        try bench.live { $0.put("cust", [1, "b", "P", "s", 2]) }
        try bench.live { $0.put("cust", [2, "c", "B", nil, 3]) }
        let wanted = [["1", "b", "s", "2"], ["2", "c", "NULL", "3"]]
        #expect(try bench.rows("customer", ["number", "name", "slot", "credit"]) == wanted)
        try bench.restartWithTheTablesAsTheyAre()
        #expect(bench.context.digest == digest)
        var wider = Self.without("pad")
        wider.columns.insert(ColumnSchema(name: "later", kind: .text, declaredType: "TEXT"), at: 1)
        bench.legacy.alter(wider) { [$0[0], nil] + $0[1...] }
        try bench.live { $0.put("cust", [2, "later", "d", "B", nil, 4]) }
        #expect(
            try bench.rows("customer", ["number", "name", "credit"]) == [["1", "b", "2"], ["2", "d", "4"]])
        _ = try bench.applier.recompute(
            where: { _ in true }, from: bench.entry, log: BenchLog(bench.legacy.log))
        #expect(
            try bench.rows("customer", ["number", "name", "credit"]) == [["1", "b", "2"], ["2", "d", "4"]])
        #expect(try bench.quarantine() == [])
    }

    @Test(arguments: StoreKind.allCases) func whatIsSetAsideIsReadByTheColumnsThatItHad(_ kind: StoreKind)
        throws
    {
        let bench = try makeBench(kind)
        try bench.live { $0.put("cust", [1, "pad", "a", "X", "s", 1]) }
        #expect(try bench.quarantine() == ["1:unknown_code"])
        bench.legacy.alter(Self.without("pad")) { [$0[0]] + $0[2...] }
        try bench.restartWithTheTablesAsTheyAre(
            plan: bench.scene.plan.replacing("P: private, ", with: "P: private, X: strange, "))
        #expect(try bench.replay() == (1, 1))
        #expect(
            try bench.rows("customer", ["number", "name", "kind", "slot"]) == [["1", "a", "strange", "s"]])
    }

    @Test(arguments: StoreKind.allCases) func copiesOfTablesFollowTheirColumns(_ kind: StoreKind) throws {
        let bench = try Bench(.endorsements(events: false), on: kind)
        bench.legacy.backfillAll()
        try bench.live { legacy in
            legacy.put("pol", ["P1", "DE"])
            legacy.put("ver", [1, "P1", 1, "EN", 10])
        }
        let tables = bench.legacy.schemas
        func altered(_ name: String, _ place: Int) throws -> TableSchema {
            var table = try #require(tables.first { $0.name == name })
            table.columns.insert(ColumnSchema(name: "more", kind: .text, declaredType: "TEXT"), at: place)
            table.key = table.key.map { $0 >= place ? $0 + 1 : $0 }
            return table
        }
        bench.legacy.alter(try altered("pol", 0)) { [nil] + $0 }
        bench.legacy.alter(try altered("ver", 2)) { $0[..<2] + [nil] + $0[2...] }
        try bench.live { $0.put("ver", [2, "P1", "x", 2, "EN", 20]) }
        try bench.restartWithTheTablesAsTheyAre()
        try bench.live { legacy in
            legacy.put("pol", ["y", "P1", "AT"])
            legacy.put("ver", [3, "P1", "z", 3, "EN", 30])
        }
        #expect(
            try bench.rows("endo", ["no", "country", "amount"]).sorted { $0[0] < $1[0] } == [
                ["1", "austria", "10"], ["2", "austria", "20"], ["3", "austria", "30"],
            ])
    }

    /// A column with a default is filled in legacy without a word: a copy has none of its values.
    @Test(arguments: StoreKind.allCases) func aPlanThatBeginsToReadALaterColumnIsRefusedOverOldCopies(
        _ kind: StoreKind
    ) throws {
        let bench = try Bench(.endorsements(events: false), on: kind)
        bench.legacy.backfillAll()
        try bench.live { legacy in
            legacy.put("pol", ["P1", "DE"])
            legacy.put("ver", [1, "P1", 1, "EN", 10])
        }
        var table = try #require(bench.legacy.schemas.first { $0.name == "pol" })
        table.columns.append(ColumnSchema(name: "land", kind: .text, declaredType: "TEXT", isNullable: false))
        bench.legacy.alter(table) { $0 + ["AT"] }
        let plan = bench.scene.plan.replacing("code('country', p.country)", with: "code('country', p.land)")
        for _ in 0..<2 {
            let error = #expect(throws: TargetError.self) {
                try bench.restartWithTheTablesAsTheyAre(plan: plan)
            }
            #expect(error?.code == .schemaChanged && error?.message.contains("no column land") ?? false)
            // The copy gets the column here, which does not make its values known.
            try bench.restartWithTheTablesAsTheyAre()
            try bench.live { $0.put("ver", [1, "P1", 1, "EN", 11]) }
        }
        #expect(try bench.rows("endo", ["country", "amount"]) == [["germany", "11"]])
    }

    /// A table leaves the plan and comes back: what happened to it in between is in no copy.
    @Test(arguments: StoreKind.allCases) func aPlanThatJoinsATableAgainIsRefusedOverItsOldCopy(
        _ kind: StoreKind
    )
        throws
    {
        let bench = try Bench(.endorsements(events: false), on: kind)
        bench.legacy.backfillAll()
        try bench.live { legacy in
            legacy.put("pol", ["P1", "DE"])
            legacy.put("ver", [1, "P1", 1, "EN", 10])
        }
        let joined = bench.scene.plan
        let without = joined.replacing("          p:    { table: pol, one: \"p.pno == v.pol\" }\n", with: "")
            .replacing("code('country', p.country)", with: "\"'nowhere'\"")
        func adopt() throws {
            _ = try bench.applier.recompute(
                where: { _ in true }, from: bench.entry, log: BenchLog(bench.legacy.log))
            try bench.applier.adoptMapping(from: bench.entry)
        }
        try bench.restart(plan: without)
        try adopt()
        try bench.restart(plan: without)
        try bench.live { $0.put("pol", ["P1", "AT"]) }
        #expect(try bench.rows("endo", ["country", "amount"]) == [["nowhere", "10"]])
        for _ in 0..<2 {
            let error = #expect(throws: TargetError.self) { try bench.restart(plan: joined) }
            #expect(
                error?.code == .schemaChanged
                    && error?.message.contains("copy of pol was not kept up") ?? false)
        }
        try bench.restart(plan: without)
        try bench.live { $0.put("ver", [1, "P1", 1, "EN", 11]) }
        #expect(try bench.rows("endo", ["country", "amount"]) == [["nowhere", "11"]])
    }

    @Test(arguments: StoreKind.allCases) func aColumnThatIsReadAndGoneOrRetypedStopsTheContextByName(
        _ kind: StoreKind
    ) throws {
        func refusal(_ table: TableSchema, _ row: Legacy.Row, _ words: String) throws {
            let bench = try makeBench(kind)
            try bench.live { $0.put("cust", [1, "pad", "a", "P", "s", 1]) }
            bench.legacy.alter(table) { $0.count == table.columns.count ? $0 : Array($0.dropLast()) }
            bench.legacy.commit { $0.put("cust", row) }
            let error = #expect(throws: TargetError.self) { try bench.catchUp() }
            #expect(error?.code == .schemaChanged && error?.recovery == .halt)
            #expect(error?.message.contains(words) ?? false, "\(error?.message ?? "none")")
            #expect(try bench.rows("customer", ["number", "name"]) == [["1", "a"]])
        }
        try refusal(
            Self.without("credit"), [1, "pad", "b", "P", "s"], "cust without its column credit, which is read"
        )
        var retyped = Self.cust
        retyped.columns[4].declaredType = "TIMESTAMP(3)"
        let row: Legacy.Row = [1, "pad", "b", "P", "s", 2]
        try refusal(retyped, row, "cust.slot as TIMESTAMP(3), and the plan reads TEXT")
        retyped.columns[4].declaredType = "TEXT"
        retyped.columns[5].scale = 2
        try refusal(retyped, row, "cust.credit as INTEGER, and the plan reads INTEGER")
        retyped.columns[5].scale = nil
        retyped.columns[4].declaredType = "VARCHAR(20)"
        let bench = try makeBench(kind)
        bench.legacy.alter(retyped) { $0 }
        try bench.live { $0.put("cust", row) }
        #expect(try bench.rows("customer", ["number", "name"]) == [["1", "b"]])
        var rekeyed = Self.cust
        rekeyed.key = [0, 2]
        try refusal(rekeyed, row, "cust with the key (no, nm), and the plan reads it by (no)")
    }
}
