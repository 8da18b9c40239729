import Apply
import Capture
import ChangeLog
import Model
import TestKit

/// One simulated history from its seed to its verdict.
public struct History {
    /// What came of a history.
    public struct Outcome: Sendable {
        /// What was found wrong; nil when nothing was.
        public var violation: Violation?
        /// Steps taken.
        public var steps: Int
        /// A digest of every step: the same for the same seed, in every process.
        public var digest: UInt64
        /// How often each fault happened, in the order of `Fault.allCases`.
        public var faults: [Int]
        /// How often each situation was met, in the order of `Mark.allCases`.
        public var marks: [Int]
        /// The story in words; empty unless it was asked for.
        public var story: [String]
        /// Every choice that was made; empty unless it was asked for.
        public var script: [UInt32]
    }

    /// Rounds of steps in which a history without faults must come to rest.
    static let healingSteps = 4_000

    private let chance: Chance
    let world: World

    /// Prepares the history of a seed.
    ///
    /// - Parameters:
    ///   - seed: What every choice follows from.
    ///   - part: The part to look at; nil lets chance pick one.
    ///   - tells: Whether the story and the choices are kept.
    public init(seed: UInt64, part: Part? = nil, tells: Bool = false) {
        chance = Chance(seed: seed, isRecording: tells)
        world = World(chance, part, tells: tells)
    }

    /// Prepares the history that these choices make.
    public init(script: [UInt32], part: Part? = nil, tells: Bool = false) {
        chance = Chance(script: script)
        world = World(chance, part, tells: tells)
    }

    /// Lets the history happen.
    public func run() -> Outcome {
        prepare()
        for _ in 0..<world.swarm.steps where world.violation == nil && !chance.isExhausted {
            Scheduler.step(world)
        }
        if world.violation == nil { heal() }
        for engine in world.engines { world.kill(engine) }
        return Outcome(
            violation: world.violation, steps: world.trace.steps, digest: world.trace.digest,
            faults: world.faults, marks: world.marks, story: world.trace.lines, script: chance.drawn)
    }

    /// Rows that are there before anybody captures.
    private func prepare() {
        let steps = chance.below(8)
        for _ in 0..<steps { world.application.step() }
        if chance.below(3) > 0 { world.application.finish() }
        world.start()
    }

    /// No more faults: everything must arrive within a bound, and be right.
    private func heal() {
        world.trace.note("heal", 0, "from here on nothing goes wrong")
        world.swarm.heal()
        world.isHealing = true
        world.application.finish()
        for engine in world.engines {
            engine.isPaused = false
            engine.control.pauseBackfill(false)
        }
        guard settle() else { return }
        let before = world.replays
        // A request that meets a takeover is answered by nobody, and made again.
        while world.database.count(of: "banyan_quarantine") > 0, world.replays == before {
            guard let engine = owner else { return }
            Scheduler.replay(world, engine, latestOnly: true)
            guard settle() else { return }
        }
        world.checker.finish()
    }

    /// Runs until everything has arrived; false when that takes too long, or something is wrong.
    private func settle() -> Bool {
        for _ in 0..<Self.healingSteps {
            if world.violation != nil { return false }
            if isSettled { return true }
            replaceFenced()
            Scheduler.step(world)
        }
        world.violated(.convergence, "after \(Self.healingSteps) steps without faults: \(stuck)")
        return false
    }

    /// Ends engines that have lost the stream to one that is gone: they learn it with the next record, and no
    /// further one comes.
    private func replaceFenced() {
        guard let ledger = world.database.ledger(of: "ctx"), ledger.offset == world.log.end,
            world.engines.allSatisfy({ $0.epoch.map { $0 < ledger.epoch.value } ?? false })
        else { return }
        for engine in world.engines { world.kill(engine) }
    }

    /// The engine that applies; another one may wait for the log beside it.
    private var owner: SimulatedEngine? {
        let epoch = world.database.ledger(of: "ctx")?.epoch.value
        return world.engines.last { $0.epoch != nil && $0.epoch == epoch }
    }

    private var isSettled: Bool { stuck.isEmpty }

    /// What has not arrived yet; empty when everything has.
    private var stuck: String {
        let legacy = world.legacy
        guard let engine = owner else { return "no engine owns the stream" }
        if let last = legacy.log.last, world.checker.durableResume < last.position {
            return "the log is durable up to \(world.checker.durableResume), the source to \(last.position)"
        }
        if world.checker.completeAt.count < world.shape.tables.count { return "history is not in the log" }
        guard let ledger = world.database.ledger(of: "ctx"), ledger.offset == world.log.end else {
            return "the log is not applied"
        }
        if !engine.requests.isEmpty { return "a request is not answered" }
        return world.checker.isDelivered ? "" : "events are not delivered"
    }
}
