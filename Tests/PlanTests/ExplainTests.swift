import Foundation
import Model
import Plan
import Testing

@Suite struct ExplainTests {
    private func plan(_ edits: [(String, String)] = []) throws -> CheckedPlan {
        let (plan, diagnostics) = Fixture.check(try Fixture.edited(edits))
        return try #require(plan, "\(diagnostics.filter { $0.severity == .error })")
    }

    // MARK: the table

    @Test(arguments: PlanFormat.allCases)
    func theMappingIsATableThatAnAnalystCanRead(_ format: PlanFormat) throws {
        let text = PlanTable.render(try plan(), format: format)
        for word in ["premium", "not a stored delta", "AU", "auto", "NULL", "lag.seconds"] {
            #expect(text.contains(word))
        }
        #expect(text.contains("policy_version.prem_amt") || text.contains("policy\\_version.prem\\_amt"))
    }

    @Test func theTerminalsTableIsAsRecorded() throws {
        let text = PlanTable.render(try plan(), format: .terminal)
        let path = Fixture.folder + "/plan-table.txt"
        if ProcessInfo.processInfo.environment["BANYAN_RECORD"] != nil {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOfFile: path, encoding: .utf8)))
        #expect(!text.split(separator: "\n").contains { $0.hasSuffix(" ") })
    }

    @Test func htmlOfAPlanCarriesNoMarkupOfItsOwn() throws {
        let text = PlanTable.render(
            try plan([
                (
                    "because: \"effect of the rules, not a stored delta\"",
                    "because: \"<img src=x onerror=alert(1)> & |\""
                )
            ]),
            format: .html)
        #expect(!text.contains("<img"))
        #expect(text.contains("&lt;img src=x onerror=alert(1)&gt; &amp; |"))
    }

    // MARK: lineage

    @Test func lineageGoesBothWays() throws {
        let lineage = Lineage(try plan())
        let field = try #require(lineage.nodes(named: "premium_impact").first)
        #expect(
            Set(lineage.sources(of: field).map(\.from.name)) == [
                "policy_version.prem_amt", "policy_version.prior_prem_amt",
            ])
        let column = try #require(lineage.nodes(named: "policy_version.reason_cd").first)
        #expect(
            Set(lineage.uses(of: column).map(\.to.description)) == [
                "service endorsement.reason", "slice de-auto-address",
            ])
        let reason = try #require(lineage.nodes(named: "endorsement.reason").first)
        #expect(lineage.sources(of: reason).map(\.from.kind) == [.legacy, .codes])
        let status = try #require(lineage.nodes(named: "status").first)
        #expect(lineage.sources(of: status).map(\.from.name) == ["approval.flag"])
        #expect(lineage.uses(of: status).map(\.to.name) == ["EndorsementApproved"])
    }

    @Test func lineageTellsWhatIsWrittenBackAndWhatWasMeant() throws {
        let lineage = Lineage(try plan())
        #expect(
            lineage.describe("endorsement.reason").contains(
                "is written back into\n    legacy policy_version.reason_cd"))
        #expect(lineage.describe("premium_impac").contains("did you mean `premium_impact`?"))
    }

    // MARK: differences

    @Test func equalPlansHaveNoDifference() throws {
        let diff = PlanDiff(
            from: try plan(), to: try plan([("v.txn_code in ['EN', 'EA']", "v.txn_code in ['EN','EA']")]))
        #expect(diff.changes.isEmpty && diff.consequence == nil)
        #expect(diff.render(.terminal).contains("No difference"))
    }

    @Test(arguments: [
        ("p.country_cd\n", "p.prod_cd\n", "endorsement.endorsement.country", PlanDiff.Consequence.replay),
        ("AU: auto", "AU: car", "endorsement.codes.product.AU", .replay),
        (
            "natural: [v.policy_no, v.version_no]", "natural: [v.version_no, v.policy_no]",
            "endorsement.endorsement.identity", .identity
        ),
        ("table: agent, optional", "table: clerk, optional", "endorsement.reads.a", .backfill),
        ("owner: underwriting", "owner: claims", "endorsement", .immediate),
        ("lag.seconds < 5", "lag.seconds < 6", "endorsement.gates", .review),
        ("v.reason_cd == 'ADDR'", "v.reason_cd == 'DRVR'", "endorsement.slices.de-auto-address", .review),
        (
            "            agent_name:     \"a == null ? null : a.agent_name\"\n", "",
            "endorsement.endorsement.agent_name", .replay
        ),
    ])
    func aChangeIsNamedWithWhatItCosts(
        _ old: String, _ new: String, _ path: String, _ consequence: PlanDiff.Consequence
    ) throws {
        var edits = [(old, new)]
        if new.contains("clerk, optional") {
            edits += [
                ("a.agent_no == p.agent_no", "a.clerk_id == p.holder_name"),
                ("a.agent_name\"", "a.clerk_name\""),
            ]
        }
        let diff = PlanDiff(from: try plan(), to: try plan(edits))
        #expect(diff.consequence == consequence, "\(diff.changes)")
        #expect(diff.changes.first?.path == path)
        for format in PlanFormat.allCases { #expect(diff.render(format).contains("difference")) }
    }

    // MARK: examples

    private static let examples = """
        examples:
          - name: an address change in Berlin
            given:
              v: { version_id: 7, policy_no: "0001", version_no: 2, txn_code: EN, reason_cd: ADDR,
                   eff_dt: "20240301" }
              p: { policy_no: "0001", country_cd: DE, prod_cd: AU, agent_no: null }
              approvals: [{ approval_id: 1, version_id: 7, flag: Y }]
            expect:
              aggregate: { country: DE, premium_impact: 10.50, reason_note: null }
              parts: { approvals: [{ approval_no: 1, decision: approved }] }
          - name: a renewal
            given: { v: { version_id: 8, txn_code: RN } }
            expect: nothing
          - name: a code that nobody knows
            given: { v: { version_id: 9, txn_code: EN, reason_cd: XXXX } }
            expect: { quarantine: unknown_code }
          - name: a version before its policy
            given: { v: { version_id: 9, txn_code: EN } }
            expect: { pending: p }
        """

    @Test func examplesAreReadRunAndCompared() throws {
        let plan = try plan()
        let (examples, diagnostics) = PlanExamples.read(
            for: plan, files: [PlanFile(name: "e.yaml", text: Self.examples)])
        #expect(diagnostics.isEmpty)
        #expect(
            examples.cases.map(\.name) == [
                "an address change in Berlin", "a renewal", "a code that nobody knows",
                "a version before its policy",
            ])
        #expect(examples.cases[0].given["p"]?.first?["agent_no"] == .some(nil))
        #expect(examples.cases[0].given["v"]?.first?["policy_no"] == "0001")
        let results = examples.run(on: plan) { example -> ExampleOutcome in
            switch example.name {
            case "a renewal": return .nothing
            case "a code that nobody knows": return .quarantine("unknown_code")
            case "a version before its policy": return .quarantine("identity_missing")
            default:
                return .aggregate(
                    ["country": "DE", "premium_impact": "10.5", "reason_note": nil],
                    parts: ["approvals": [["approval_no": "1", "decision": "refused"]]])
            }
        }
        #expect(results.map(\.isPassed) == [false, true, true, false])
        #expect(results[0].differences == ["approvals[0].decision is refused, expected approved"])
        #expect(results[3].differences == ["was quarantined as identity_missing, expected: waiting for `p`"])
    }

    @Test func examplesWithUnknownNamesAreRefused() throws {
        let text = Self.examples.replacing("country: DE, premium", with: "contry: DE, premium").replacing(
            "prod_cd: AU", with: "prod: AU")
        let (_, diagnostics) = PlanExamples.read(
            for: try plan(), files: [PlanFile(name: "e.yaml", text: text)])
        #expect(diagnostics.map(\.code) == ["unknown_column", "unknown_column"])
        #expect(diagnostics.map(\.hint) == ["did you mean `prod_cd`?", "did you mean `country`?"])
    }

    @Test func anExampleWithoutItsRootIsRefused() throws {
        let text = "examples: [{ name: x, given: { p: { policy_no: a } }, expect: nothing }]"
        let (_, diagnostics) = PlanExamples.read(
            for: try plan(), files: [PlanFile(name: "e.yaml", text: text)])
        #expect(diagnostics.map(\.code) == ["missing_key"])
    }

    // MARK: a first plan

    @Test func aFirstPlanParsesAndChecksOnceTheServicesTablesExist() throws {
        let text = InitialPlan.write(catalog: Catalogs.legacy, legacy: .file("legacy.db")) { table, column in
            guard table == "policy_version", column == "txn_code" else { return nil }
            return ["EN", "NB", nil, "TC"]
        }
        let (declarations, diagnostics) = PlanLoader.load(Fixture.source(text), environment: [:])
        #expect(diagnostics.isEmpty, "\(text)\n\(diagnostics)")
        let checked = PlanChecker.check(
            try #require(declarations), catalogs: ["legacy": Catalogs.legacy, "service": Catalogs.legacy])
        let errors = checked.diagnostics.filter { $0.severity == .error }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for error in errors {
            #expect(
                lines[error.location.line - 1].contains("# "), "\(error)\n\(lines[error.location.line - 1])")
        }
        #expect(text.contains("root: true }  # guess: the table in the middle of its foreign keys"))
        #expect(text.contains("code('txn_code', policy_version.txn_code)"))
        #expect(text.contains("decimal(policy_version.rate_amt, 2, 'half_even')"))
        #expect(text.contains("#   log_line: it has no primary key"))
        #expect(text.contains("NULL: { is: unspecified"))
        #expect(text.contains("natural: [policy_version.policy_no, policy_version.version_no]"))
        #expect(text.contains("#   region: its key is compared by a collation"))
        #expect(declarations?.contexts.first?.reads.count == 4)
    }

    @Test func aFirstPlanOfHostileNamesParses() throws {
        let names = [
            "a\"; drop table t;--", "sp ace", "naïve 表 \"\" \\ \n", "null", "in", "*x", "#c", "- y", "k: v",
            "\u{202E}rtl",
        ]
        let tables = names.map { name in
            TableSchema(
                name: name,
                columns: names.map { ColumnSchema(name: $0, kind: .text, declaredType: "CHAR(2)") } + [
                    ColumnSchema(name: "id", kind: .int64, isNullable: false)
                ],
                key: [names.count])
        }
        let catalog = Catalog(tables: tables)
        let text = InitialPlan.write(catalog: catalog, legacy: .file("a 'b' \"c\".db")) { _, _ in
            ["x: y", "#z", "'", "Y", nil, ""]
        }
        let (declarations, diagnostics) = PlanLoader.load(Fixture.source(text), environment: [:])
        #expect(
            diagnostics.isEmpty,
            "\(text)\n\(diagnostics.map { $0.render(source: Fixture.source(text)) }.joined())")
        let checked = PlanChecker.check(
            try #require(declarations), catalogs: ["legacy": catalog, "service": catalog])
        #expect(
            checked.plan?.contexts.count == names.count,
            "\(checked.diagnostics.map { $0.render(source: Fixture.source(text)) }.joined())")
    }
}
