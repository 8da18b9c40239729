import CrashPoints
import Demo
import Foundation

/// History that is read anew after people have worked unseen, by an engine that is killed on the way.
enum RestartTrials {
    static var all: [Trial] {
        files.map { order in
            Trial("restart.\(order)") { try $0.with(.settled) { try run(order, on: $0) } }
        }
            + servers.map { order in
                Trial("postgres.restart.\(order)") { stages in
                    try stages.withServers(.settled) { try run(order, on: $0) }
                }
            }
    }

    /// One of each place, for the tests.
    static var few: [Trial] {
        let names = ["restart.capture.started:1:kill", "postgres.restart.slot.made:1:kill"]
        return all.filter { names.contains($0.name) }
    }

    private static var files: [CrashOrder] {
        [
            .uninstallDropped, .uninstallAfterCommit, .installBegun, .installTablesMade, .installTriggerMade,
            .installBeforeCommit, .installAfterCommit, .logBeforeCommit, .logAfterCommit, .captureStarted,
        ].map { CrashOrder($0, .kill) } + onTheWay
    }

    private static var servers: [CrashOrder] {
        [.slotDropped, .publicationDropped, .publicationMade, .slotMade, .captureStarted].map {
            CrashOrder($0, .kill)
        } + onTheWay
    }

    private static var onTheWay: [CrashOrder] {
        [
            CrashOrder(.chunkPlaced, hit: 2, .kill), CrashOrder(.historyRecorded, hit: 2, .kill),
            CrashOrder(.historyRecorded, hit: 5, .kill), CrashOrder(.applyAfterCommit, hit: 5, .kill),
        ]
    }

    private static func run(_ order: CrashOrder, on site: Site) throws -> String {
        let isOnFiles = site.place == .files
        try site.catchUp()
        // What is taken away by the engine must be there; otherwise people work where nobody sees it.
        if !takenAway.contains(order.point) { try workUnseen(site) }
        let ordered = try site.command(["backfill", "restart", "plan.yaml"])
        try require(ordered.ending == .exited(0), "the order \(site.describe(ordered))")
        try site.startWriter(seed: 42, rate: isOnFiles ? 120 : 40)
        try site.startEngine(order)
        guard let engine = site.engine else { throw TrialFailure("no engine runs") }
        try Wait.until("the engine's death at \(order)", within: .seconds(60)) { !engine.isRunning }
        try require(engine.ending == .killed(SIGKILL), "the engine \(site.describe(engine))")
        site.buryEngine()
        try site.startEngine()
        try site.waitUntilFollowing()
        // Long enough that rows hand their keys to one another while others are still as they were.
        try site.waitForTransactions(isOnFiles ? 500 : 60)
        try site.stopWriter()
        try site.stopEngine()
        // Whose events were not told is history now; what comes into being from here on is told.
        try site.catchUp()
        try site.rememberPast()
        try site.startWriter(seed: 43, limit: isOnFiles ? 200 : 60)
        try site.waitForWriter()
        return try site.settle()
    }

    private static let takenAway: Set<CrashPoint> = [.uninstallDropped, .slotDropped, .publicationDropped]

    /// Lets people work without capture: the engine says that it has seen nothing of it, and what orders the
    /// repair.
    private static func workUnseen(_ site: Site) throws {
        let removed = try site.command(["uninstall", "plan.yaml"])
        try require(removed.ending == .exited(0), "the removal \(site.describe(removed))")
        try site.startWriter(seed: 41, limit: site.place == .files ? 300 : 100)
        try site.waitForWriter()
        try site.startEngine()
        guard let refused = site.engine else { throw TrialFailure("no engine runs") }
        try Wait.until("the engine's refusal", within: .seconds(60)) { !refused.isRunning }
        try require(refused.ending == .exited(1), "the engine \(site.describe(refused))")
        try require(refused.lastLines().contains("backfill restart"), refused.lastLines())
        site.buryEngine()
    }
}
