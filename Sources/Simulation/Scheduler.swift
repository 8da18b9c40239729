import Apply
import Capture
import TestKit

/// Decides who goes next: everything that takes part is a list of steps, and chance picks among those that
/// are ready; when nobody is, time goes on.
enum Scheduler {
    /// Lets somebody go one step.
    static func step(_ world: World) {
        let chance = world.chance
        if world.chance.happens(world.swarm.clockJumps) {
            let seconds = chance.below(7200) - 3600
            world.note(.clockJumps, "the calendar jumps by \(seconds) s")
            world.clock.jump(by: .seconds(seconds))
        }
        operate(world)
        if world.isAtRest, !world.isHealing, chance.happens(world.swarm.passes) { compare(world) }
        if !world.isHealing, chance.below(3) == 0 { return world.application.step() }
        if world.engines.isEmpty { return world.start() }
        let now = world.clock.now.offset
        var earliest: Duration?
        var ready: [(SimulatedEngine, SimulatedEngine.Part)] = []
        for engine in world.engines {
            for part in SimulatedEngine.Part.allCases {
                guard let at = engine.ready(part) else { continue }
                if at <= now { ready.append((engine, part)) }
                earliest = min(earliest ?? at, at)
            }
        }
        if ready.isEmpty {
            guard let earliest else { return }
            world.clock.advance(by: earliest - now)
            return
        }
        let (engine, part) = ready[chance.below(ready.count)]
        engine.step(part)
    }

    /// What operators and misfortune do between steps.
    private static func operate(_ world: World) {
        let chance = world.chance
        if chance.happens(world.swarm.kill), let engine = world.engines.first {
            world.note(.kill, "\(engine) is killed")
            world.kill(engine)
        }
        if !world.engines.isEmpty, world.engines.count < 2, chance.happens(world.swarm.second) {
            world.note(.secondEngine, "another engine is started beside the first")
            world.start()
        }
        if chance.happens(world.swarm.streamLost), world.checker.start != nil, !world.legacy.isLost {
            world.note(.streamLost, "the log that the source kept is lost")
            world.legacy.lose()
        }
        if chance.happens(world.swarm.pauseBackfill), let engine = world.engines.last {
            engine.control.pauseBackfill(chance.below(2) == 0)
        }
        if chance.happens(world.swarm.replay), let engine = world.engines.last {
            world.mark(.replayedLive)
            replay(world, engine, latestOnly: chance.below(2) == 0)
        }
    }

    /// Lets a pass of reconciliation run, over the service as it is or as somebody has made it.
    private static func compare(_ world: World) {
        // Before an engine has begun there is nothing to compare.
        guard world.database.ledger(of: "ctx") != nil else { return }
        let chance = world.chance
        let corruptions = (0..<chance.below(3)).map { _ in
            Corruption(
                kind: Corruption.Kind.allCases[chance.below(Corruption.Kind.allCases.count)],
                place: chance.below(5), shape: world.shape)
        }
        SimulatedPass(world, world.book.corruptions(corruptions)).run()
    }

    /// Asks the apply worker to try again what is set aside.
    static func replay(_ world: World, _ engine: SimulatedEngine, latestOnly: Bool) {
        engine.requests.append { applier, entry in
            world.trace.note("replay", 0, "\(engine) replays what is set aside")
            let result = try applier.replayQuarantine(
                where: { _ in true }, latestOnly: latestOnly, from: entry)
            for _ in 0..<result.freed { world.mark(.freedFromQuarantine) }
            world.replays += 1
        }
    }
}
