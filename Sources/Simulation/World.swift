import Capture
import ChangeLog
import Model
import TestKit

/// Everything that takes part in one history: the systems, the engines, chance, time and the checker.
final class World {
    let chance: Chance
    var swarm: Swarm
    let shape: PlanShape
    let trace: Trace
    let clock: ManualClock
    let legacy = SimulatedLegacy()
    let log: MemoryLog
    let database = MemoryDatabase()
    private(set) lazy var checker = Checker(self)
    private(set) lazy var application = SimulatedApplication(self)
    /// What becomes of what passes find.
    let book = SimulatedBook()
    /// Engines that have not ended, oldest first.
    private(set) var engines: [SimulatedEngine] = []
    /// Engines on whose behalf something runs, innermost last.
    var running: [SimulatedEngine] = []
    /// Whether nobody is in the middle of anything.
    var isAtRest: Bool { depth == 0 && running.isEmpty }
    /// What receivers of events have remembered, and what they have got.
    var relayed: [String: Int64] = [:]
    /// What was first found wrong.
    private(set) var violation: Violation?
    private(set) var faults = [Int](repeating: 0, count: Fault.allCases.count)
    private(set) var marks = [Int](repeating: 0, count: Mark.allCases.count)
    var isHealing = false
    /// Replays of what was set aside that were answered.
    var replays = 0
    /// Whether an operator has history read anew when the next engine starts.
    var needsRestart = false
    /// The engine that opened the log for writing last.
    var logOwner = 0

    /// The engine whose commit is under way although it has lost the answer.
    private var committer: SimulatedEngine?
    private var started = 0
    private var depth = 0

    init(_ chance: Chance, _ part: Part?, tells: Bool) {
        self.chance = chance
        swarm = Swarm(chance)
        if let plan = part?.plan { swarm.plan = plan }
        if part == .reconcile { swarm.passes = Swarm.passesOften }
        shape = PlanShape.all[swarm.plan]
        trace = Trace(tells: tells)
        clock = ManualClock()
        log = MemoryLog(clock: clock)
        for table in shape.service { database.create(table, check: Self.refusal(of: table)) }
        database.onCall = { [unowned self] in try storeCalled(isCommit: $0) }
        database.onCommit = { [unowned self] in committed(isLate: $0) }
        log.onAppend = { [unowned self] in try logCalled($0) }
        let swarm = swarm
        trace.note(
            "swarm", UInt64(swarm.steps),
            "a \(swarm.isCalm ? "calm" : "rough") history of the plan \(shape.name) with \(swarm.policies) policies"
        )
    }

    private static func refusal(of table: TableSchema) -> (@Sendable ([OwnedCell]) -> Bool)? {
        guard let holder = table.index(of: "holder") else { return nil }
        let refused = LegacyRow.holders[Int(LegacyRow.refused)]
        return { $0[holder].text != refused }
    }

    // MARK: notes

    /// Notes what is wrong; the first one counts, and ends the history.
    func violated(_ invariant: Invariant, _ words: String) {
        if violation != nil { return }
        violation = Violation(invariant: invariant, words: words)
        trace.note("violation", 0, "VIOLATION of \(invariant.rawValue): \(words)")
    }

    /// Counts a fault that happened.
    func note(_ fault: Fault, _ words: @autoclosure () -> String) {
        faults[fault.index] += 1
        trace.note("fault", UInt64(fault.index), "fault \(fault.rawValue): \(words())")
    }

    /// Counts a situation that was met.
    func mark(_ mark: Mark) { marks[mark.index] += 1 }

    // MARK: engines

    /// Starts an engine.
    func start() {
        started += 1
        let engine = SimulatedEngine(started, self)
        trace.note("start", UInt64(started), "\(engine) starts")
        engines.append(engine)
    }

    /// Ends an engine at once: what it had in memory is gone, and so are its connections and locks.
    func kill(_ engine: SimulatedEngine) {
        guard !engine.isDead else { return }
        let holdsTail = engine.isAppending && log.unsyncedBytes > 0
        if holdsTail {
            let kept = chance.below(log.unsyncedBytes + 1)
            if kept < log.unsyncedBytes { note(.tornTail, "\(kept) of \(log.unsyncedBytes) bytes remain") }
            log.crash(keepingBytes: kept, isOnly: engines.count == 1)
        } else if engines.count == 1 {
            log.crash(keepingBytes: 0)
        }
        engine.end()
        engines.removeAll { $0 === engine }
    }

    /// Something an engine does to the world outside: others may go first, or the engine may end here.
    func call(_ engine: SimulatedEngine, _ what: @autoclosure () -> String) throws {
        try requireLife(of: engine)
        trace.note("call", UInt64(engine.number), "\(engine): \(what())")
        if chance.happens(swarm.kill) {
            note(.kill, "\(engine) is killed")
            kill(engine)
            throw Killed()
        }
        if depth < 2, chance.happens(swarm.pause) {
            note(.pause, "\(engine) stands still")
            engine.isPaused = true
            meanwhile(4 + chance.below(30))
            engine.isPaused = false
            if engines.last !== engine { mark(.zombieWoke) }
            trace.note("wake", UInt64(engine.number), "\(engine) goes on")
        } else if depth < 2, chance.happens(swarm.interleave) {
            meanwhile(1 + chance.below(3))
        }
        try requireLife(of: engine)
    }

    /// Whether the engine still lives, and the history still goes on.
    func requireLife(of engine: SimulatedEngine) throws {
        if engine.isDead || violation != nil { throw Killed() }
    }

    /// An engine waits for somebody's answer while others go on.
    func wait(_ steps: Int, of engine: SimulatedEngine) throws {
        if depth < 2 { meanwhile(steps) }
        try requireLife(of: engine)
    }

    /// Others go on for some steps.
    func meanwhile(_ steps: Int) {
        depth += 1
        defer { depth -= 1 }
        for _ in 0..<steps where violation == nil { Scheduler.step(self) }
    }

    // MARK: calls from the systems in memory

    private func storeCalled(isCommit: Bool) throws -> MemoryFault? {
        guard let engine = running.last else { return nil }
        try call(engine, isCommit ? "commit in the store" : "call the store")
        if chance.happens(swarm.targetRestarts) { restartStore() }
        if isCommit, chance.happens(swarm.answerLost) { return loseAnswer(to: engine) }
        if depth < 2, chance.happens(swarm.targetSlow) {
            note(.targetSlow, "the store takes its time")
            try wait(4 + chance.below(12), of: engine)
        }
        if !isCommit, chance.happens(swarm.targetFull) {
            note(.targetFull, "the store's disk is full")
            return .full
        }
        guard chance.happens(swarm.targetUnavailable) else { return nil }
        note(.targetUnavailable, "the store is out of reach")
        return .unavailable
    }

    private func restartStore() {
        note(.targetRestarts, "the store ends what is open")
        let isLanding = database.isCommitUnderWay && chance.below(2) == 0
        database.endTransactions(landing: isLanding)
        committer = nil
    }

    private func loseAnswer(to engine: SimulatedEngine) -> MemoryFault {
        switch chance.below(3) {
        case 0:
            note(.answerLostAfterCommit, "the answer is lost after the commit")
            return .lostAnswer(applied: true)
        case 1:
            note(.answerLostBeforeCommit, "the answer is lost before the commit")
            return .lostAnswer(applied: false)
        default:
            note(.answerLostDuringCommit, "the answer is lost, and the store still commits")
            committer = engine
            return .lateCommit
        }
    }

    /// A commit has taken effect: of the engine that runs, or of the one that has lost the answer to it.
    private func committed(isLate: Bool) {
        let engine = isLate ? committer : running.last
        if isLate {
            committer = nil
            mark(.committedLate)
            if engine !== running.last { mark(.committedLateForAnother) }
            trace.note("land", UInt64(engine?.number ?? 0), "the commit takes effect that was under way")
        }
        checker.committed(by: engine)
    }

    private func logCalled(_ moment: MemoryLog.Moment) throws {
        guard let engine = running.last else { return }
        switch moment {
        case .before:
            try call(engine, "append")
            if chance.happens(swarm.diskFull) {
                note(.diskFull, "the log's disk is full")
                throw LogError(.full, "no room", hint: "Make room and open the log again.")
            }
            if chance.happens(swarm.syncFails) {
                let isThere = chance.below(2) == 0
                note(.syncFails, "the sync fails, the bytes are \(isThere ? "" : "not ")there")
                log.faults.syncFails = isThere
            }
        case .written:
            engine.isAppending = true
            defer { engine.isAppending = false }
            try call(engine, "sync the log")
        case .durable:
            checker.durable(by: engine)
            try call(engine, "learn that the append is durable")
        }
    }
}

extension Fault {
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Mark {
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
