import CEL
import Expressions
import Foundation
import Model
import Plan
import Testing

@Suite struct ValidPlanTests {
    private func plan() throws -> CheckedPlan {
        let (plan, diagnostics) = Fixture.check(try Fixture.text("plan.yaml"))
        for diagnostic in diagnostics where diagnostic.severity == .error {
            Issue.record("\(diagnostic.render(source: Fixture.source(try Fixture.text("plan.yaml"))))")
        }
        return try #require(plan)
    }

    @Test func aCompletePlanChecks() throws {
        let plan = try plan()
        let context = try #require(plan.contexts.first)
        #expect(plan.name == "policy-endorsements")
        #expect(context.reads.map(\.alias) == ["v", "p", "a", "approvals", "c"])
        #expect(context.reads.map(\.joins) == [nil, 0, 1, 0, 3])
        #expect(context.reads.map(\.cardinality) == [.root, .one, .optional, .many, .one])
        #expect(context.codes.map(\.name) == ["product", "reason", "decision"])
        #expect(context.gates.map(\.phase) == [.shift, .shift, .shift, .shift, .shift])
        #expect(context.keepFor == .seconds(30 * 86_400))
        #expect(plan.digest.utf8.count == 64)
    }

    @Test func aliasesAreUsedInTheOrderOfTheirJoins() throws {
        let aggregate = try #require(try plan().contexts.first?.aggregates.first)
        #expect(aggregate.uses == [0, 1, 3, 2, 4])
        #expect(!aggregate.isSingleRow)
        #expect(aggregate.surrogate == 0)
        #expect(aggregate.natural.map(\.text) == ["v.policy_no", "v.version_no"])
    }

    @Test func fieldsHaveTheTypesOfTheirColumns() throws {
        let aggregate = try #require(try plan().contexts.first?.aggregates.first)
        let types = aggregate.fields.map {
            (aggregate.table.columns[$0.column].name, $0.expression.checked.type.description)
        }
        let byName = Dictionary(types) { first, _ in first }
        #expect(byName["premium_impact"] == "decimal")
        #expect(byName["effective_on"] == "date")
        #expect(byName["reason"] == "string")
        #expect(byName["agent_name"] == "wrapper(string)")
        #expect(
            aggregate.fields.first { $0.fact == "money" }?.because
                == "effect of the rules, not a stored delta")
    }

    @Test func reconciliationAndSlicesPointAtTheAggregate() throws {
        let context = try #require(try plan().contexts.first)
        #expect(context.reconciliation.fields.count == 2)
        #expect(context.reconciliation.fields[0].tolerance == .number("0.01"))
        #expect(context.reconciliation.fields[1].tolerance == .exact)
        #expect(context.reconciliation.totals.map(\.name) == ["impact by product"])
        #expect(context.slices.map(\.aggregate) == [0])
        #expect(context.events.map(\.replay) == [.toxic, .toxic])
    }

    @Test func theWayBackOfAnInvertibleTableIsNotLossy() throws {
        let aggregate = try #require(try plan().contexts.first?.aggregates.first)
        #expect(aggregate.back.map(\.isLossy) == [false, false])
    }

    @Test func aFolderOfFilesIsOnePlan() throws {
        let text = try Fixture.text("plan.yaml")
        let split = try #require(text.range(of: "contexts:"))
        let source = PlanSource(files: [
            PlanFile(name: "common.yaml", text: String(text[..<split.lowerBound])),
            PlanFile(name: "endorsement.yaml", text: String(text[split.lowerBound...])),
        ])
        let (declarations, diagnostics) = PlanLoader.load(source, environment: Fixture.environment)
        #expect(diagnostics.isEmpty)
        let whole = try plan()
        let checked = PlanChecker.check(try #require(declarations), catalogs: Catalogs.both)
        #expect(checked.plan?.digest == whole.digest)
    }

    @Test func aByteOrderMarkIsAllowed() throws {
        let text = try Fixture.text("plan.yaml")
        let file = try PlanSource.file(name: "plan.yaml", bytes: [0xEF, 0xBB, 0xBF] + Array(text.utf8))
        let (declarations, diagnostics) = PlanLoader.load(
            PlanSource(files: [file]), environment: Fixture.environment)
        #expect(diagnostics.isEmpty)
        #expect(declarations?.migration.location == SourceLocation(file: "plan.yaml", line: 1, column: 12))
    }
}
