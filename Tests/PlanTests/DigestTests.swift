import CEL
import Plan
import Testing

@Suite struct DigestTests {
    private func digest(_ edits: [(String, String)]) throws -> String {
        let (plan, diagnostics) = Fixture.check(try Fixture.edited(edits))
        return try #require(plan?.digest, "\(diagnostics.filter { $0.severity == .error })")
    }

    @Test(
        arguments: [
            [("    owner: underwriting", "    # a comment\n    owner: claims")],
            [("v.txn_code in ['EN', 'EA']", "v.txn_code   in ['EN','EA']")],
            [
                (
                    "{ is: v.prem_amt - v.prior_prem_amt, because: \"effect of the rules, not a "
                        + "stored delta\" }",
                    "v.prem_amt - v.prior_prem_amt"
                )
            ],
            [("        AU: auto\n        HO: home\n", "        HO: home\n        AU: auto\n")],
            [
                ("            country:        p.country_cd\n", ""),
                ("          money:\n", "            country: p.country_cd\n          money:\n"),
            ],
            [
                ("incident: 0.001", "incident: 0.002"), ("lag.seconds < 5", "lag.seconds < 6"),
                ("keep_for: 30d", "keep_for: 60d"),
            ],
            [("a.agent_no == p.agent_no", "p.agent_no == a.agent_no")],
            [("migration: policy-endorsements", "migration: another-name")],
        ] as [[(String, String)]])
    func whatDoesNotChangeTheMeaningDoesNotChangeTheDigest(_ edits: [(String, String)]) throws {
        #expect(try digest(edits) == digest([]))
    }

    @Test(arguments: [
        ("v.txn_code in ['EN', 'EA']", "v.txn_code in ['EN']"), ("AU: auto", "AU: car"),
        ("HO: home", "HO: home\n        LI: liability"),
        ("p.country_cd\n", "p.prod_cd\n"), ("replay: toxic", "replay: safe"),
        ("natural: [v.policy_no, v.version_no]", "natural: [v.version_no, v.policy_no]"),
        ("v.reason_text: reason_note", "v.reason_text: agent_name"),
        ("optional: \"a.agent_no == p.agent_no\"", "optional: \"a.agent_no == v.version_no\""),
        (
            "      decision:\n        \"Y\": approved",
            "      decision:\n        otherwise: keep\n        \"Y\": approved"
        ),
        ("v.reason_cd == 'ADDR'", "v.reason_cd == 'DRVR'"), ("          money:", "          amounts:"),
        ("approvals.flag in ['Y', 'N']", "approvals.flag == 'Y'"),
        ("contexts:\n  endorsement:", "contexts:\n  endorsements:"),
    ])
    func whatChangesTheMeaningChangesTheDigest(_ old: String, _ new: String) throws {
        #expect(try digest([(old, new)]) != digest([]))
    }

    @Test func expressionsPrintedInNormalFormCheckAgainToTheSameDigest() throws {
        let plan = try #require(Fixture.check(try Fixture.text("plan.yaml")).plan)
        var edits: [(String, String)] = []
        for aggregate in plan.contexts[0].aggregates {
            for field in aggregate.fields where field.expression.text.contains("exists") {
                edits.append((field.expression.text, field.expression.checked.expression.description))
            }
        }
        #expect(!edits.isEmpty)
        #expect(try digest(edits) == plan.digest)
    }
}
