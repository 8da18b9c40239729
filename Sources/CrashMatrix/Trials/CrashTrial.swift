import ChangeLog
import CrashPoints
import Demo
import Foundation
import Migration

/// An engine that carries an order while people work: it fires, a new engine goes on, and everything is
/// looked at from outside.
struct CrashTrial {
    let order: CrashOrder
    let site: Site
    private let scene: CrashScene
    private let patience: Duration

    /// A trial.
    ///
    /// - Parameters:
    ///   - order: What the engine does to itself.
    ///   - site: Where it runs.
    ///   - patience: How long the visit may take to come.
    init(_ order: CrashOrder, on site: Site, patience: Duration = .seconds(60)) {
        self.order = order
        self.site = site
        self.patience = patience
        scene = CrashScene(order.point)
    }

    /// Runs it.
    ///
    /// - Returns: What was seen.
    func run() throws -> String {
        try site.startWriter(seed: seed, rate: site.place == .files ? 120 : 40)
        try site.startEngine(order)
        try waitUntilFired()
        try takeEffect()
        if site.engine?.isRunning != true {
            site.buryEngine()
            try site.startEngine()
        }
        try site.waitUntilFollowing()
        try site.waitForTransactions(15)
        if scene.victim == .askedEngine { try site.waitForAnswers() }
        try site.stopWriter()
        try site.stopEngine()
        return try site.settle()
    }

    /// What people do follows from the trial's name, so that a trial can be repeated.
    private var seed: UInt64 {
        order.description.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }

    private func waitUntilFired() throws {
        let patience = patience * Wait.slowness
        let deadline = ContinuousClock.now + patience
        while !hasFired {
            try Wait.checkInterruption()
            // It may have fired and ended since it was last looked at.
            if site.engine?.isRunning != true, !hasFired { try site.requireEngine() }
            guard ContinuousClock.now < deadline else {
                throw TrialFailure(
                    "not reached: \(order.point.rawValue) was visited less than \(order.hit) times in \(patience)"
                )
            }
            if scene.victim == .askedEngine { try ask() }
            if let writer = site.writer {
                try require(writer.isRunning, "the writer \(site.describe(writer))")
            }
            // Lets the engine work; what ends the wait is the point, or its deadline.
            Thread.sleep(forTimeInterval: 0.005 * Double(Wait.slowness))
        }
    }

    private var hasFired: Bool {
        // A file that is not there yet says nothing.
        let said = (try? String(contentsOfFile: site.folder.output(of: "engine"), encoding: .utf8)) ?? ""
        return said.contains("crash point \(order)")
    }

    /// Leaves a request, unless one waits or nobody takes any yet.
    private func ask() throws {
        guard try site.status() != nil else { return }
        let control = try SQLiteControlStore(path: site.folder.control)
        if let last = try site.lastRequest(), try control.answer(to: last) == nil { return }
        _ = try control.ask(
            ControlRequest(
                context: "endorsement",
                action: .replayQuarantine(key: nil, reason: nil, latestOnly: false)))
    }

    // MARK: what each action must do

    /// An engine has recovered when what was committed after the failure is applied, and it has said
    /// afterwards that it runs: one that is about to end does not.
    private func waitForEndOrRecovery(of engine: ChildProcess) throws {
        let mark = try site.legacyEnd()
        var appliedAt: Int64?
        try Wait.until("an end or a recovery", within: .seconds(60)) {
            if !engine.isRunning { return true }
            if let appliedAt {
                let said = try SQLiteControlStore(path: site.folder.control).status()
                return said.map { $0.status.state == "running" && $0.writtenAt > appliedAt } ?? false
            }
            if let mark, try site.appliedPosition() > mark {
                appliedAt = WallClock.system.microseconds()
            }
            return false
        }
    }

    private func takeEffect() throws {
        guard let engine = site.engine else { throw TrialFailure("no engine runs") }
        switch order.action {
        case .kill:
            try Wait.until("the engine's death", within: .seconds(20)) { !engine.isRunning }
            try require(engine.ending == .killed(SIGKILL), "the engine \(site.describe(engine))")
        case .error:
            // Either it says by name what has stopped it, or it gets over it and goes on.
            try waitForEndOrRecovery(of: engine)
            guard !engine.isRunning else { return }
            try require(engine.ending == .exited(1), "the engine \(site.describe(engine))")
            try require(
                engine.lastLines(4).contains("a failure was ordered at \(order.point.rawValue)"),
                "the engine does not say what has stopped it: \(engine.lastLines())")
        case .delay:
            try site.waitForTransactions(60)
            try site.requireEngine()
        case .stop:
            try site.waitForTransactions(60)
            try require(try ProcessState(engine.id) == .stopped, "the engine does not stand still")
            engine.send(SIGCONT)
            try site.waitForTransactions(30)
            try site.requireEngine()
        }
    }
}
