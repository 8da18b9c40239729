import Model
import Plan
import Testing

/// Keys that a plan names for tables that have none.
@Suite struct NamedKeyTests {
    private func plan(_ reads: String, legacy: String = "postgres: \"${LEGACY}\"") -> String {
        """
        migration: keys
        systems:
          legacy:  { \(legacy) }
          service: { sqlite: service.db }
        log:     { embedded: log }
        control: { sqlite: control.db }
        contexts:
          lines:
            owner: archive
            from: legacy
            into: service
            reads:
              \(reads)
            aggregates:
              line:
                root: l
                identity: { natural: [l.doc, l.no] }
                table: line
                facts: { all: { doc: l.doc, no: l.no } }

        """
    }

    private func check(_ text: String) -> (plan: CheckedPlan?, diagnostics: [PlanDiagnostic]) {
        let (declarations, diagnostics) = PlanLoader.load(
            Fixture.source(text), environment: ["LEGACY": "postgres://app@127.0.0.1/legacy"])
        guard let declarations else { return (nil, diagnostics) }
        let catalogs = [
            "legacy": Catalog(tables: [
                Catalogs.table("entry", "doc INTEGER not null, no INTEGER not null, word TEXT", key: []),
                Catalogs.table("known", "doc INTEGER not null, no INTEGER not null", key: ["doc"]),
            ]),
            "service": Catalog(tables: [
                Catalogs.table("line", "doc INTEGER not null, no INTEGER not null", key: ["doc", "no"])
            ]),
        ]
        let checked = PlanChecker.check(declarations, catalogs: catalogs)
        return (checked.plan, diagnostics + checked.diagnostics)
    }

    @Test func aTableIsKnownByTheKeyThatThePlanNames() throws {
        let (found, diagnostics) = check(plan("l: { table: entry, key: [no, doc], root: true }"))
        let read = try #require(found?.contexts.first?.reads.first, "\(diagnostics)")
        #expect(read.namesKey && read.table.key == [1, 0])
        // Which columns tell rows apart, and in which order history is read, is a part of the plan's meaning.
        let other = check(plan("l: { table: entry, key: [doc, no], root: true }")).plan
        #expect(other?.digest != nil && other?.digest != found?.digest)
        let shown = PlanDiff(from: try #require(found), to: try #require(other)).render(.terminal)
        #expect(
            shown.contains("no, doc") && shown.contains("doc, no") && shown.contains("backfill"), "\(shown)")
    }

    @Test(arguments: [
        ("l: { table: known, key: [doc], root: true }", "conflicting_keys", "has a key of its own"),
        ("l: { table: entry, key: [doc, nr], root: true }", "unknown_column", "no further column `nr`"),
        ("l: { table: entry, key: [doc, doc], root: true }", "unknown_column", "no further column `doc`"),
        ("l: { table: entry, key: [], root: true }", "table_without_key", "has no primary key"),
        ("l: { table: entry, root: true }", "table_without_key", "has no primary key"),
        (
            "l: { table: entry, key: [doc, no], root: true }\n      "
                + "m: { table: entry, key: [no, doc], many: \"m.doc == l.doc\" }",
            "conflicting_keys", "names two keys of `entry`"
        ),
    ])
    func aKeyThatIsNoneIsRefused(_ reads: String, _ code: String, _ words: String) {
        let (found, diagnostics) = check(plan(reads))
        let errors = diagnostics.filter { $0.severity == .error }
        #expect(found == nil)
        #expect(errors.map(\.code) == [code] && errors[0].message.contains(words), "\(errors)")
    }

    @Test func inSQLiteNoneCanBeNamed() {
        let text = plan("l: { table: entry, key: [doc, no], root: true }", legacy: "sqlite: legacy.db")
        let errors = check(text).diagnostics.filter { $0.severity == .error }
        #expect(errors.map(\.code) == ["table_without_key"])
        #expect(errors.first?.message.contains("in SQLite none can be named") ?? false)
    }
}
