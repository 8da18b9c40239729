import Foundation
import Plan
import Testing

@Suite struct MistakeTests {
    @Test(arguments: Mistake.all)
    func eachMistakeIsFoundByItsCode(_ mistake: Mistake) throws {
        let (_, diagnostics) = Fixture.check(try Fixture.edited(mistake.edits))
        let said = diagnostics.map {
            "\($0.location) \($0.code): \($0.message) found: \($0.found ?? "") hint: \($0.hint ?? "")"
        }
        let matching = diagnostics.filter { $0.code == mistake.code.rawValue }
        let found = try #require(matching.first, "\(said.joined(separator: "\n"))")
        if let expected = mistake.found { #expect(matching.contains { $0.found == expected }, "\(said)") }
        if let hint = mistake.hint {
            #expect(matching.contains { $0.hint?.contains(hint) == true }, "\(said)")
        }
        #expect(found.location.line > 0 && found.location.column > 0)
        #expect(!found.message.isEmpty)
    }

    @Test func everyKindOfMistakeHasATest() {
        let tested = Set(Mistake.all.map(\.code))
        // These need bytes or sizes that an edit of a text cannot make, or a server; `YAMLAttackTests`,
        // `DeclarationTests` and `PostgresRightsTests` make them.
        let elsewhere: Set<PlanMistake> = [
            .fileUnreadable, .notUTF8, .tooLarge, .tooDeep, .tooManyNodes, .emptyPlan, .duplicateName,
            .serverNotReady,
        ]
        #expect(Set(PlanMistake.allCases).subtracting(tested) == elsewhere)
    }

    @Test func warningsDoNotStopAPlan() throws {
        let (plan, diagnostics) = Fixture.check(
            try Fixture.edited([("DRVR: named_driver", "DRVR: named_driver\n        DRV2: named_driver")]))
        let lossy = try #require(diagnostics.first { $0.code == "lossy_back" })
        #expect(lossy.severity == .warning)
        #expect(plan?.contexts[0].aggregates[0].back.map(\.isLossy) == [true, false])
        #expect(plan?.warnings.contains(lossy) == true)
    }

    @Test func allErrorsAreSaidAtOnceInTheOrderOfTheText() throws {
        let text = try Fixture.edited([
            ("v.txn_code in", "v.txn_cod in"), ("date(v.eff_dt)", "v.eff_dt"),
            ("country:        p.country_cd", "contry:         p.country_cd"),
            ("code('product',", "code('prodct',"), ("shift:", "shfit:"),
            ("before == null && after != null", "before.x == 1"),
        ])
        let (plan, diagnostics) = Fixture.check(text)
        #expect(plan == nil)
        let errors = diagnostics.filter { $0.severity == .error }
        #expect(
            Set(errors.map(\.code)).isSuperset(of: [
                "expression_field", "type_mismatch", "unknown_column", "unknown_code_table", "unknown_phase",
                "unmapped_column",
            ]))
        #expect(errors.map(\.location) == errors.map(\.location).sorted())
        #expect(errors.count >= 7)
    }

    @Test func shapeErrorsAreSaidAllAtOnceToo() throws {
        let text = try Fixture.edited([
            ("owner: underwriting", "ownr: underwriting"), ("retain: 30d", "retain: soon"),
            ("replay: toxic", "replay: often"),
            ("surrogate: id", "surrogat: id"),
        ])
        let (_, diagnostics) = Fixture.check(text)
        #expect(diagnostics.map(\.code) == ["wrong_value", "unknown_key", "unknown_key", "wrong_value"])
    }

    @Test func diagnosticsSurviveJSON() throws {
        let (_, diagnostics) = Fixture.check(try Fixture.edited([("owner:", "ownr:")]))
        let data = try JSONEncoder().encode(diagnostics)
        #expect(try JSONDecoder().decode([PlanDiagnostic].self, from: data) == diagnostics)
    }
}
