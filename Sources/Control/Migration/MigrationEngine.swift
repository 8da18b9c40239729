import Apply
public import Audit
import Capture
import ChangeLog
import CrashPoints
public import Foundation
import Model
public import Plan
import Synchronization

/// Runs a migration: captures each legacy system, applies each context, relays events, and says how it
/// stands.
///
/// One lifecycle for every kind of run. Each part has a thread and connections of its own; they share nothing
/// but the log and snapshots of their status. Whatever is killed, the next run goes on from what is durable.
public final class MigrationEngine: Sendable {
    /// What a run does besides the plan.
    public struct Options: Sendable {
        /// A file to which events are appended, one JSON object a line.
        public var eventFile: String?
        /// An endpoint to which events are posted as CloudEvents.
        public var webhook: URL?
        /// How often the status is written, requests are served, and whoever wants the run to end is heard.
        public var statusEvery: Duration = .milliseconds(100)
        /// Who runs it, for the audit chain.
        public var actor = AuditActor.current()
        /// Why they run it, in their words.
        public var reason: String?
        /// How long another engine waits for this one when it is gone without a word, where the control store
        /// gives leases.
        public var leaseLasts: Duration = .seconds(10)
        /// Called when an engine that has waited for another one may work; throws when it shall not.
        public var afterWaiting: @Sendable () throws -> Void = {}

        /// The defaults.
        public init() {}
    }

    /// When a run ends by itself.
    public enum Goal: Sendable {
        /// Only when it is told to stop.
        case forever
        /// When the whole history is applied, every change committed before the last of it was read is, too,
        /// and their events are delivered.
        case caughtUp
    }

    let plan: CheckedPlan
    let options: Options
    private let systems: Systems
    private let captures: [LegacyCapture]
    private let workers: [ContextWorker]
    private let stopping = Atomic<Bool>(false)

    /// Prepares a run; nothing is opened before `run`.
    public init(plan: CheckedPlan, options: Options = Options()) throws {
        self.plan = plan
        self.options = options
        let systems = Systems(plan)
        self.systems = systems
        let legacies = Set(plan.contexts.map(\.legacy)).sorted()
        captures = try legacies.map { try LegacyCapture(system: $0, plan: plan, systems: systems) }
        let logs = Dictionary(uniqueKeysWithValues: captures.map { ($0.system, $0) })
        workers = try plan.contexts.map { context in
            guard let capture = logs[context.legacy] else {
                throw MigrationError(.notFound, "no log for \(context.legacy)", hint: "check the plan again")
            }
            return ContextWorker(
                context: context, plan: plan, systems: systems, log: capture.log, options: options,
                onApplied: { capture.note(applied: $0, by: context.name) })
        }
    }

    /// Asks the run to end; safe from any thread and from a signal's handler queue.
    public func stop() {
        stopping.store(true, ordering: .releasing)
    }

    /// Whether the run has been asked to end.
    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Runs until the goal is reached, `stop` is called, or a part needs a person.
    ///
    /// - Parameters:
    ///   - goal: When to end.
    ///   - observe: Called with every status.
    ///   - waiting: Told why the run waits, or what it does without, whenever that changes; nil when it no
    ///     longer does.
    /// - Returns: The last status.
    /// - Throws: `MigrationError` with `halted` when a capture or every context has stopped by itself, and at
    ///   the end when any context has; or whatever kept the run from starting.
    public func run(
        until goal: Goal, observe: (MigrationStatus) -> Void = { _ in },
        waiting: @escaping (String?) -> Void = { _ in }
    ) throws -> MigrationStatus {
        let words = WaitingWords(waiting)
        let place = ControlPlace(plan)
        let control = try place.open()
        // What keeps an entry from being made keeps the engine from starting.
        let trail = try place.trail(in: control)
        let keeper = try takeLease(control, words)
        defer { keeper?.stop() }
        // A run that was told to stop before it began starts nothing.
        if isStopping { return try status(state: "stopped") }
        return try onRecord(trail) { held in
            // What has been started ends also when something after it does not start.
            defer { shutDown() }
            // The captures hold the logs: from here on no other engine is at work on this migration.
            for capture in captures {
                guard try start(capture, under: keeper, words) else { return try status(state: "stopped") }
            }
            try held()
            try MappingGuard.check(plan, systems)
            try control.noteMapping(plan.digest, migration: plan.name, now: WallClock.system.microseconds())
            try crashPoint(.mappingNoted, as: MigrationError.self)
            return try work(until: goal, control, keeper, words, observe)
        }
    }

    private func work(
        until goal: Goal, _ control: any ControlStore, _ keeper: LeaseKeeper?, _ words: WaitingWords,
        _ observe: (MigrationStatus) -> Void
    ) throws -> MigrationStatus {
        for worker in workers { worker.start() }
        var unanswered: (id: Int64, answer: String)?
        while true {
            // A context that has stopped stops no other; its place in the log is kept for it.
            let running = workers.filter { $0.failure == nil }
            for worker in workers where worker.failure != nil {
                for capture in captures where capture.system == worker.legacy { capture.forget(worker.name) }
            }
            let isOver = captureFailure() != nil || (running.isEmpty && !workers.isEmpty)
            let isDone = try goal.isCaughtUp && !isOver && isCaughtUp(running)
            let ends = isOver || isDone || isStopping
            if ends { shutDown() }
            let halted = ends && firstFailure() != nil
            let status = try self.status(state: halted ? "halted" : ends ? "stopped" : "running")
            try keeper?.requireLease(of: plan.name)
            let isReached = try words.whenReachable {
                try crashPoint(.statusBeforeWrite, as: MigrationError.self)
                try control.write(status, now: WallClock.system.microseconds())
                try crashPoint(.statusAfterWrite, as: MigrationError.self)
                if !ends { try serveRequests(control, &unanswered) }
            }
            if isReached { words.say(nil) }
            observe(status)
            if ends, let failure = firstFailure() { throw failure }
            if ends { return status }
            Thread.sleep(forTimeInterval: options.statusEvery / .seconds(1))
        }
    }

    private func shutDown() {
        for worker in workers { worker.stop() }
        for capture in captures { capture.stop() }
    }

    private func firstFailure() -> MigrationError? {
        if let failure = captureFailure() { return failure }
        for worker in workers {
            if let words = worker.failure {
                return MigrationError(
                    .halted, "context \(worker.name) has stopped: \(words)", hint: "see `banyan status`")
            }
        }
        return nil
    }

    /// Whether the contexts have applied, and their events delivered, what every legacy system had committed
    /// when its history was read.
    private func isCaughtUp(_ contexts: [ContextWorker]) throws -> Bool {
        // All of them are asked, so that each fixes its place as soon as it can.
        let places = try captures.map { ($0.system, try $0.settledOffset()) }
        return places.allSatisfy { system, offset in
            guard let offset else { return false }
            return contexts.allSatisfy { $0.legacy != system || $0.isDone(through: offset) }
        }
    }

    private func captureFailure() -> MigrationError? {
        for capture in captures {
            if let words = capture.failure {
                return MigrationError(
                    .halted, "capture of \(capture.system) has stopped: \(words)",
                    hint: "see `banyan status`; how to read history again stands in docs/OPERATING.md"
                )
            }
        }
        return nil
    }

    /// Does what commands ask for; an answer that could not be written is written before anything else is
    /// done.
    private func serveRequests(
        _ control: any ControlStore, _ unanswered: inout (id: Int64, answer: String)?
    ) throws {
        while true {
            if let (id, answer) = unanswered {
                try control.finish(id, answer: answer)
                unanswered = nil
                try crashPoint(.requestAnswered, as: MigrationError.self)
            }
            guard let request = try control.nextRequest() else { return }
            guard let worker = workers.first(where: { $0.name == request.context }) else {
                unanswered = (request.id, "error: the plan has no context \(request.context)")
                continue
            }
            try crashPoint(.requestBefore, as: MigrationError.self)
            unanswered = (request.id, worker.perform(request))
            try crashPoint(.requestAfter, as: MigrationError.self)
        }
    }

    private func status(state: String) throws -> MigrationStatus {
        MigrationStatus(
            migration: plan.name, process: ProcessInfo.processInfo.processIdentifier, state: state,
            captures: Dictionary(uniqueKeysWithValues: captures.map { ($0.system, $0.summary) }),
            logEnd: captures.map(\.logEnd).max() ?? 0, logBytes: captures.reduce(0) { $0 + $1.logBytes },
            contexts: workers.map { worker in
                worker.status(
                    lag: captures.first { $0.system == worker.legacy }?.lag(
                        of: worker.appliedPosition, committedAt: worker.appliedCommittedAt))
            },
            relayed: Dictionary(uniqueKeysWithValues: workers.map { ($0.name, $0.relayed) }),
            peakMemory: ProcessMemory.peakBytes())
    }
}

extension MigrationEngine.Goal {
    /// Whether the run ends once everything is applied.
    var isCaughtUp: Bool {
        switch self {
        case .forever: false
        case .caughtUp: true
        }
    }
}
