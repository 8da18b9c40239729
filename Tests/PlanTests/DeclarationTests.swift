import Foundation
import Model
import Plan
import Testing

@Suite struct DeclarationTests {
    @Test func aMissingFileIsSaid() {
        let (declarations, diagnostics) = PlanLoader.load(path: "/nowhere/plan.yaml", environment: [:])
        #expect(declarations == nil)
        #expect(diagnostics.map(\.code) == ["file_unreadable"])
    }

    @Test func aContextInTwoFilesIsRefusedWithBothPlaces() throws {
        let text = try Fixture.text("plan.yaml")
        let start = try #require(text.range(of: "contexts:"))
        let context = String(text[start.lowerBound...])
        let source = PlanSource(files: [
            PlanFile(name: "a.yaml", text: text), PlanFile(name: "b.yaml", text: context + "\n"),
        ])
        let (_, diagnostics) = PlanLoader.load(source, environment: Fixture.environment)
        let duplicate = try #require(diagnostics.first { $0.code == "duplicate_name" })
        #expect(duplicate.location.file == "b.yaml")
        #expect(duplicate.hint?.contains("a.yaml:10:3") == true)
    }

    @Test func expressionsKnowTheirPlaceInFoldedAndQuotedText() throws {
        let text = try Fixture.edited([
            (
                "\"v.txn_code in ['EN', 'EA']\"",
                ">-\n          v.txn_code in ['EN',\n              'EA'] &&\n          v.wrong == 'x'"
            ),
            (
                "\"p.country_cd == 'DE' && p.prod_cd == 'AU' && v.reason_cd == 'ADDR'\"",
                "'p.country_cd == ''DE'' && p.worse == ''AU'''"
            ),
        ])
        let diagnostics = Fixture.check(text).diagnostics.filter { $0.code == "expression_field" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (diagnostic, word) in zip(diagnostics, ["wrong", "worse"]) {
            let line = lines[diagnostic.location.line - 1]
            let rest = line.dropFirst(diagnostic.location.column - 1)
            #expect(rest.hasPrefix(word) || rest.hasPrefix("." + word), "\(diagnostic.location): \(rest)")
        }
        #expect(diagnostics.count == 2)
    }

    @Test(arguments: [
        ("500ms", 0.5), ("15s", 15), ("90m", 5400), ("24h", 86_400), ("30d", 2_592_000), ("2w", 1_209_600),
        ("0d", 0),
    ])
    func lengthsOfTimeHaveUnits(_ text: String, _ seconds: Double) throws {
        let (declarations, _) = PlanLoader.load(
            Fixture.source(try Fixture.edited([("retain: 30d", "retain: \(text)")])),
            environment: Fixture.environment)
        let retain = try #require(declarations?.log.retain)
        #expect(retain / .milliseconds(1) == seconds * 1000)
    }

    @Test(arguments: ["30", "d", "30 d", "-1d", "1.5h", "99999999999d", "30days"])
    func otherLengthsOfTimeAreRefused(_ text: String) throws {
        let (_, diagnostics) = PlanLoader.load(
            Fixture.source(try Fixture.edited([("retain: 30d", "retain: \(text)")])),
            environment: Fixture.environment)
        #expect(diagnostics.map(\.code) == ["wrong_value"])
    }

    /// K11: a value of the environment is used, and never shown.
    @Test func valuesOfTheEnvironmentAppearNowhere() throws {
        let (declarations, _) = PlanLoader.load(
            Fixture.source(try Fixture.text("plan.yaml")), environment: Fixture.environment)
        let plan = try #require(Fixture.check(try Fixture.text("plan.yaml")).plan)
        var shown =
            "\(declarations as Any) \(String(reflecting: declarations)) \(plan) \(String(reflecting: plan))"
        dump(declarations, to: &shown)
        dump(plan, to: &shown)
        for format in PlanFormat.allCases { shown += PlanTable.render(plan, format: format) }
        #expect(shown.contains("${LEGACY_DB}"))
        #expect(!shown.contains("canary"))
        let legacy = try #require(plan.systems.first { $0.name == "legacy" })
        #expect(legacy.connector == .sqlite(path: Fixture.canary))
    }

    @Test(arguments: [
        ("{ at_most: 20GB }", RetentionBudget(bytes: 20 << 30, action: .warn)),
        ("{ at_most: 512MB, then: warn }", RetentionBudget(bytes: 512 << 20, action: .warn)),
        ("{ at_most: 2TB, then: drop_slot }", RetentionBudget(bytes: 2 << 40, action: .release)),
    ])
    func aServerMayBeToldHowMuchItKeeps(_ text: String, _ retained: RetentionBudget) throws {
        let plan = try Fixture.text("plan.yaml").replacing(
            "legacy:  { sqlite: \"${LEGACY_DB}\" }",
            with: "legacy:  { postgres: \"${LEGACY_DB}\", retained_wal: \(text) }")
        let (declarations, diagnostics) = PlanLoader.load(
            Fixture.source(plan), environment: ["LEGACY_DB": "postgres://app@db/legacy"])
        #expect(diagnostics.isEmpty)
        #expect(declarations?.systems.first { $0.name.value == "legacy" }?.retainedWAL?.value == retained)
    }

    @Test func aServerMayBeToldHowItsHistoryIsRead() throws {
        let query = "SELECT held FROM ops.switch"
        let plan = try Fixture.text("plan.yaml").replacing(
            "legacy:  { sqlite: \"${LEGACY_DB}\" }",
            with: """
                legacy:
                    postgres: "${LEGACY_DB}"
                    history:
                      readers: 4
                      wait_while: { standby_lag: 10s, sessions: 40, query: \(query) }
                """)
        let (declarations, diagnostics) = PlanLoader.load(
            Fixture.source(plan), environment: ["LEGACY_DB": "postgres://app@db/legacy"])
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        var expected = HistoryReading()
        expected.readers = 4
        expected.standbyLag = .seconds(10)
        expected.sessionsAtWork = 40
        expected.query = query
        #expect(declarations?.systems.first { $0.name.value == "legacy" }?.history?.value == expected)
    }

    @Test(arguments: ["file:/etc/canary?mode=ro", ":canary:", "", "a\u{7}canary"])
    func valuesOfTheEnvironmentDoNotAppearInErrors(_ value: String) throws {
        let text = try Fixture.text("plan.yaml")
        let (_, diagnostics) = PlanLoader.load(Fixture.source(text), environment: ["LEGACY_DB": value])
        #expect(diagnostics.map(\.code) == ["unsafe_path"])
        let shown = diagnostics.map { $0.render(source: Fixture.source(text)) }.joined() + "\(diagnostics)"
        #expect(!shown.contains("canary"))
    }
}
