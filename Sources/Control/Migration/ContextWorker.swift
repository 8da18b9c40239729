import Apply
import Capture
import ChangeLog
import Foundation
import Model
import Plan
import SQLiteConnector
import Synchronization

/// One context's apply worker and relay: their threads, and what others may know of them.
final class ContextWorker: Sendable {
    private typealias Task = (ContextApplier, LedgerEntry) throws -> Void

    let name: String
    let legacy: String
    private let context: CheckedContext
    private let plan: CheckedPlan
    private let systems: Systems
    private let log: EmbeddedLog
    private let options: MigrationEngine.Options
    private let onApplied: @Sendable (LogOffset) -> Void
    private let shared = Mutex(Shared())
    private let tasks = Mutex<[Box]>([])
    private let threads = Mutex<[WorkerThread]>([])
    private let isStopping = Atomic<Bool>(false)
    /// Whether nothing is applied before the capture has begun anew, which may take as long as it likes.
    private let waitsForCapture = Atomic<Bool>(false)

    private struct Shared {
        var status = ApplyStatus()
        var quarantine: [String: Int] = [:]
        var relayed = 0
        var relayProblem: String?
        /// What was applied when each sink last saw the end of the outbox.
        var delivered: [String: LogOffset] = [:]
    }

    /// A task for the worker's thread; it is handed over once and run there.
    private struct Box: @unchecked Sendable {
        // The closure is made on one thread, given away under a lock, and called on the other.
        let run: Task
        let id = UUID()
    }

    init(
        context: CheckedContext, plan: CheckedPlan, systems: Systems, log: EmbeddedLog,
        options: MigrationEngine.Options,
        onApplied: @escaping @Sendable (LogOffset) -> Void
    ) {
        name = context.name
        legacy = context.legacy
        self.context = context
        self.plan = plan
        self.systems = systems
        self.log = log
        self.options = options
        self.onApplied = onApplied
    }

    /// Starts the threads.
    func start() {
        var started = [WorkerThread("apply \(name)") { [self] in try apply() }]
        if let file = options.eventFile {
            started.append(
                WorkerThread("relay \(name)") { [self] in try relay(to: JSONLinesSink(path: file)) })
        }
        if let url = options.webhook {
            let source = "/banyan/\(plan.name)/\(name)"
            started.append(
                WorkerThread("webhook \(name)") { [self] in
                    try relay(to: WebhookSink(url: url, source: source))
                })
        }
        threads.withLock { $0 = started }
    }

    /// Ends the threads and waits for them.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        log.signal.close()
        for thread in threads.withLock(\.self) { thread.join() }
    }

    /// Why a thread has stopped by itself; nil while none has.
    var failure: String? {
        let status = shared.withLock(\.status)
        if status.isHalted { return status.problem ?? "unknown" }
        return threads.withLock(\.self).compactMap(\.failure).first.map { "\($0)" }
    }

    /// Whether the thread that applies has ended; the first of them.
    private var hasApplyEnded: Bool { threads.withLock(\.self).first?.isDone ?? true }

    /// Whether the log is applied up to an offset, and every event of it delivered.
    func isDone(through offset: LogOffset) -> Bool {
        let (applied, delivered) = shared.withLock { ($0.status.ledger, $0.delivered) }
        guard let applied, delivered.count == sinks else { return false }
        return offset <= applied.offset && delivered.values.allSatisfy { offset <= $0 }
    }

    var appliedPosition: Position? { shared.withLock(\.status.ledger?.position) }

    var appliedCommittedAt: Int64? { shared.withLock(\.status.committedAt) }

    var relayed: Int { shared.withLock(\.relayed) }

    func status(lag: Int64?) -> MigrationStatus.Context {
        let failure = failure
        return shared.withLock { shared in
            var apply = shared.status
            if let failure { (apply.isHalted, apply.problem) = (true, failure) }
            return MigrationStatus.Context(
                name: name, phase: "mirror", writer: legacy, apply: apply, lag: lag,
                quarantine: shared.quarantine,
                relayProblem: shared.relayProblem)
        }
    }

    private var sinks: Int { (options.eventFile == nil ? 0 : 1) + (options.webhook == nil ? 0 : 1) }

    // MARK: apply

    private func apply() throws {
        let store = try systems.target(context.service)
        let applier = try ContextApplier(
            context: context, mapping: context.digest, store: store, scratch: Systems.scratch)
        try applier.tie(to: try log.observer().identity)
        if let restart = try restart() {
            // Before a reader is registered, which demands that nothing behind the ledger is gone.
            _ = try applier.pass(to: restart, in: try log.observer()) { [self] in
                isStopping.load(ordering: .acquiring)
            }
        }
        let reader = try log.reader(named: "apply \(name)", from: try store.ledger(of: name)?.offset)
        try applier.recallBirths(from: reader)
        let second = SideThread("read ahead \(name)")
        defer { second.join() }
        let around = ApplyDriver.Surroundings(
            waitForRecords: { [log] offset, limit in _ = log.signal.wait(past: offset, atMost: limit) },
            pause: { [self] in pause($0) }, isStopping: { [self] in isStopping.load(ordering: .acquiring) },
            jitter: { Double.random(in: 0...1) }, now: { WallClock.system.microseconds() },
            publish: { [self] status in publish(status, applier) }, second: second)
        let driver = ApplyDriver(
            applier: applier, reader: reader, limits: ApplyLimits(), around: around,
            requests: { [self] in tasks.withLock { $0.isEmpty ? nil : $0.removeFirst().run } })
        _ = driver.run()
    }

    /// Where the log last says that history is read anew; waits while it is about to say so.
    private func restart() throws -> LogOffset? {
        let log = try log.observer()
        defer { waitsForCapture.store(false, ordering: .releasing) }
        while !isStopping.load(ordering: .acquiring) {
            guard let checkpoint = try log.summary().checkpoint.map(CaptureCheckpoint.init(decoding:)) else {
                return nil
            }
            if !checkpoint.isRestart { return checkpoint.restart }
            waitsForCapture.store(true, ordering: .releasing)
            pause(.milliseconds(20))
        }
        return nil
    }

    private func publish(_ status: ApplyStatus, _ applier: ContextApplier) {
        let last = shared.withLock { shared in
            let last = shared.status
            shared.status = status
            return last
        }
        if let offset = status.ledger?.offset { onApplied(offset) }
        guard status.counts.quarantined != last.counts.quarantined || last.ledger == nil else { return }
        do {
            let entries = try applier.quarantineEntries()
            let reasons = Dictionary(grouping: entries, by: \.reason).mapValues(\.count)
            shared.withLock { $0.quarantine = reasons }
        } catch {
            // The table is read again with the next change; the worker itself reports a store that fails.
            return
        }
    }

    /// Waits, but not past a stop.
    private func pause(_ duration: Duration) {
        let deadline = ContinuousClock.now + duration
        while ContinuousClock.now < deadline, !isStopping.load(ordering: .acquiring) {
            Thread.sleep(forTimeInterval: min(0.02, duration / .seconds(1)))
        }
    }

    // MARK: requests

    /// Has a request done on the worker's own thread, and waits for the answer.
    func perform(_ request: ControlRequest) -> String {
        if waitsForCapture.load(ordering: .acquiring) {
            return "error: the engine waits for its capture to begin anew; ask again when it has"
        }
        let answer = Mutex("error: the worker stopped")
        let done = DispatchSemaphore(value: 0)
        guard request.mapping == nil || request.mapping == plan.digest else {
            return "error: the engine runs another version of the plan; stop it and run this one"
        }
        let log = log
        let task = Box { applier, entry in
            defer { done.signal() }
            do {
                let text = try request.run(on: applier, from: entry, log: try log.observer())
                answer.withLock { $0 = text }
            } catch {
                answer.withLock { $0 = "error: \(error)" }
                throw error
            }
        }
        tasks.withLock { $0.append(task) }
        while done.wait(timeout: .now() + 0.05) == .timedOut {
            guard isStopping.load(ordering: .acquiring) || hasApplyEnded else { continue }
            // What nobody has begun is taken back: it must not be done after it was called a failure.
            let isTakenBack = tasks.withLock { tasks in
                defer { tasks.removeAll { $0.id == task.id } }
                return tasks.contains { $0.id == task.id }
            }
            if isTakenBack || hasApplyEnded { break }
        }
        return answer.withLock(\.self)
    }

    // MARK: relay

    private func relay(to sink: any EventSink) throws {
        let relay = Relay(outbox: try systems.outbox(context.service), sink: sink)
        var wait = Duration.milliseconds(20)
        var progress = DeliveryProgress()
        while !isStopping.load(ordering: .acquiring) {
            do {
                let applied = shared.withLock(\.status.ledger?.offset)
                let count = try relay.step()
                let delivered = try progress.note(
                    count, of: relay.batch, applied: applied, delivered: relay.delivered, end: relay.end)
                shared.withLock {
                    $0.relayed += count
                    $0.relayProblem = nil
                    $0.delivered[sink.name] = delivered ?? $0.delivered[sink.name]
                }
                wait = .milliseconds(20)
                if count > 0 { continue }
            } catch {
                shared.withLock { $0.relayProblem = "\(error)" }
                wait = min(wait * 2, .seconds(10))
            }
            pause(wait * Double.random(in: 0.7...1))
        }
    }
}
