import Expressions
import Plan
import Testing

@Suite struct KeyTests {
    /// L8: a pseudonym needs a key, and the key is never shown.
    @Test func aKeyOfTheEnvironmentMakesPseudonyms() throws {
        let edits = [
            (
                "migration: policy-endorsements",
                "migration: policy-endorsements\nkeys: { holder: \"${HOLDER_KEY}\" }"
            ),
            ("policy_number: v.policy_no", "policy_number: hmac('holder', v.policy_no)"),
        ]
        let text = try edits.reduce(Fixture.text("plan.yaml")) { $0.replacing($1.0, with: $1.1) }
        var environment = Fixture.environment
        environment["HOLDER_KEY"] = "a key that nobody may ever read"
        let (declarations, diagnostics) = PlanLoader.load(Fixture.source(text), environment: environment)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        let plan = try #require(declarations)
        #expect(plan.keys.names == ["holder"])
        #expect(!"\(plan)".contains("nobody may ever read"))
        #expect(!String(reflecting: plan.keys).contains("nobody may ever read"))
    }
}
