import Guards
import Simulation
import Testing

/// A failing history becomes a short story.
@Suite struct ShrinkerTests {
    @Test func aScriptThatBreaksNothingIsNotShrunk() {
        let outcome = History(seed: 3, tells: true).run()
        var shrinker = Shrinker(outcome.script, breaking: .noLoss, part: nil, runs: 60)
        shrinker.run()
        #expect(shrinker.script == outcome.script)
    }

    @Test func anOrdinaryBuildHasNothingToRemove() {
        #expect(Mutation.removed == nil)
        for name in Guard.allCases where !Mutation.isPossible { #expect(name.holds) }
    }
}
