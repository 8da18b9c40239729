import Insurer
import SQLite
import Testing

@Suite struct InsurerGeneratorTests {
    @Test func makesTheSamePortfolioForTheSameSeed() throws {
        let first = try InsurerFixture(policies: 300, seed: 5)
        let second = try InsurerFixture(policies: 300, seed: 5)
        let other = try InsurerFixture(policies: 300, seed: 6)
        #expect(first.summary == second.summary)
        #expect(try first.dump() == second.dump())
        #expect(try first.dump() != other.dump())
    }

    @Test func showsEveryOddityInASmallPortfolio() throws {
        let summary = try InsurerFixture(policies: 300).summary
        for oddity in Oddity.allCases {
            #expect(summary.oddities[oddity.rawValue, default: 0] > 0, "no \(oddity.rawValue)")
        }
    }

    @Test func writesThreeVersionsAPolicyAndSetsFewAside() throws {
        let fixture = try InsurerFixture(policies: 3_000)
        let summary = fixture.summary
        #expect(summary.policies == 3_000)
        #expect((8_000...10_500).contains(summary.versions))
        #expect((2_500...5_000).contains(summary.endorsements))
        #expect(summary.approvals > summary.endorsements / 2)
        let aside = try fixture.setAside().count
        #expect((4...30).contains(aside))
        let stored = try fixture.connect(fixture.legacy).integer("SELECT COUNT(*) FROM policy_version")
        #expect(stored == Int64(summary.versions))
    }

    @Test func keepsMoneyAsIntegersAndRealsSideBySide() throws {
        let fixture = try InsurerFixture(policies: 300)
        let kinds = try fixture.connect(fixture.legacy).rows(
            "SELECT DISTINCT typeof(prem_amt) FROM policy_version ORDER BY 1"
        ) { $0.string(0) }
        #expect(kinds == ["integer", "real"])
    }

    @Test func refusesADatabaseThatHoldsPoliciesAlready() throws {
        let fixture = try InsurerFixture()
        #expect(throws: InsurerError.self) {
            try InsurerGenerator(policies: 5, seed: 1).generate(into: fixture.legacy)
        }
        #expect(throws: InsurerError.self) {
            try InsurerGenerator(policies: 0).generate(into: fixture.path("none.db"))
        }
    }
}
