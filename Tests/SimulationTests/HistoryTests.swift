import Simulation
import Testing

/// Histories of the core follow from their seeds, and nothing is wrong in them.
@Suite struct HistoryTests {
    @Test func aThousandHistoriesBreakNothing() {
        var campaign = Campaign(seeds: 1...1_000)
        campaign.repeatEvery = 50
        let report = campaign.run()
        #expect(report.histories == 1_000)
        #expect(report.failures.map { "seed \($0.seed): \($0.violation.words)" }.isEmpty)
        #expect(report.unsteady.isEmpty, "these seeds gave two traces")
    }

    @Test func aThousandHistoriesMeetEverySituationAndEveryFault() {
        let report = Campaign(seeds: 5_001...6_500).run()
        let unmet = zip(Mark.allCases, report.marks).filter { $0.1 == 0 }.map(\.0.rawValue)
        let unseen = zip(Fault.allCases, report.faults).filter { $0.1 == 0 }.map(\.0.rawValue)
        #expect(unmet.isEmpty)
        #expect(unseen.isEmpty)
    }

    @Test func theOrderOfSeedsMakesNoDifference() {
        let together = Campaign(seeds: 1...200, threads: 2).run()
        let apart = Campaign(seeds: 1...200, threads: 1).run()
        #expect(together.digest == apart.digest)
        #expect(together.steps == apart.steps)
        #expect(Campaign(seeds: 2...201, threads: 1).run().digest != apart.digest)
    }

    @Test func aStoryIsToldWithoutChangingIt() {
        for seed: UInt64 in 1...40 {
            let told = History(seed: seed, tells: true).run()
            #expect(told.digest == History(seed: seed).run().digest)
            #expect(told.story.count == told.steps)
            let again = History(script: told.script).run()
            #expect(again.digest == told.digest, "the script of seed \(seed) tells another history")
        }
    }

    @Test(arguments: Part.allCases) func everyPartRunsAlone(_ part: Part) {
        var campaign = Campaign(seeds: 1...150)
        campaign.part = part
        #expect(campaign.run().failures.isEmpty)
    }

    /// Seeds that found something once, each with what it found.
    @Test func whatWasFoundOnceStaysAway() throws {
        for (text, part) in [(RegressionSeeds.text, Part?.none), (RegressionSeeds.ofPasses, .reconcile)] {
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ", maxSplits: 1)
                let seed = try #require(words.first.flatMap { UInt64($0) }, "a line starts with its seed")
                let outcome = History(seed: seed, part: part).run()
                #expect(outcome.violation == nil, "seed \(line): \(outcome.violation?.words ?? "")")
            }
        }
    }
}
