import Apply
import Capture
import ChangeLog
import Model
import TestKit

/// One process of the engine: the production capture, apply worker and relay, stepped by the scheduler.
final class SimulatedEngine: CustomStringConvertible {
    /// The parts that the scheduler steps.
    enum Part: Int, CaseIterable {
        case capture, chunks, apply, relay
    }

    let number: Int
    private(set) var isDead = false
    var isPaused = false
    /// Whether an append of this engine is written and not synced.
    var isAppending = false
    /// What an operator asked the apply worker for.
    var requests: [(ContextApplier, LedgerEntry) throws -> Void] = []
    private(set) var control = CaptureControl()

    private unowned let world: World
    private var capture: CaptureLoop?
    private var chunks: SimulatedChunks?
    private var apply: ApplyDriver?
    private var store: MemoryTarget?
    private var relay: Relay?
    private var readyAt = [Duration](repeating: .zero, count: Part.allCases.count)
    private var isBusy = [Bool](repeating: false, count: Part.allCases.count)
    private var problem: String?
    /// The epoch under which this engine applies.
    private(set) var epoch: UInt64?
    /// Transactions that its applier has applied in one step with others.
    private var joined = 0
    /// Transactions that it did not hold.
    private var large = 0
    /// How many were prepared before their turn when the status was last looked at.
    private var ahead = 0
    /// Whether the answer to a commit was lost.
    private var isUncertain = false
    /// Whether the log could be opened for writing: before that, nothing of an engine runs.
    private var hasStarted = false

    init(_ number: Int, _ world: World) {
        self.number = number
        self.world = world
    }

    var description: String { "engine \(number)" }

    /// The end of the process.
    func end() {
        isDead = true
        store?.disconnect()
        capture?.close()
        capture = nil
        // What nobody has answered knows the engine that was asked.
        requests = []
        chunks = nil
        apply = nil
        store = nil
        relay = nil
    }

    /// When a part may go on; nil when it has nothing to do or is in the middle of something.
    func ready(_ part: Part) -> Duration? {
        if isDead || isPaused || isBusy[part.rawValue] || part != .capture && !hasStarted { return nil }
        if part == .chunks, !(chunks?.isBusy ?? false) { return nil }
        if part == .capture, chunks?.hasAnswer ?? false { return .zero }
        return readyAt[part.rawValue]
    }

    /// Lets a part go on.
    func step(_ part: Part) {
        isBusy[part.rawValue] = true
        world.running.append(self)
        let wait =
            switch part {
            case .capture: stepCapture()
            case .chunks: stepChunks()
            case .apply: stepApply()
            case .relay: stepRelay()
            }
        world.running.removeLast()
        isBusy[part.rawValue] = false
        readyAt[part.rawValue] = world.clock.now.offset + wait
    }

    // MARK: capture

    private func stepCapture() -> Duration {
        if !hasStarted { return start() }
        let loop = capture ?? makeCapture()
        capture = loop
        switch loop.turn() {
        case .progressed(let pause): return pause
        case .idle(let nap): return nap
        case .retrying(let wait): return wait
        case .halted(let error):
            if isDead { return .zero }
            if world.logOwner != number {
                // Whoever lost the log finds it superseded, or finds its stream confirmed by another engine.
                world.mark(.superseded)
            } else if world.log.faults.failedSyncs > 0 {
                // A failed sync is never tried again in place: the engine ends, and is started anew.
                world.log.faults.failedSyncs = 0
            } else if (error as? CaptureError)?.code == .gap {
                // Stopped for good: an operator looks, and orders that history is read anew.
                world.trace.note("gap", UInt64(number), "\(self) stops: \(error)")
                world.needsRestart = true
            } else if !(error is Killed) {
                world.violated(.noSurprise, "\(self) stops capturing: \(error)")
            }
            world.kill(self)
            return .zero
        }
    }

    /// An engine that cannot have the log refuses to start.
    private func start() -> Duration {
        do {
            let writer = try SimulatedLogWriter(world, self)
            if var checkpoint = try writer.checkpoint().map(CaptureCheckpoint.init(decoding:)) {
                if world.needsRestart {
                    checkpoint.isRestart = true
                    _ = try writer.append([], checkpoint: checkpoint.encoded())
                    world.trace.note("restart", UInt64(number), "history is to be read anew")
                    world.needsRestart = false
                }
                if checkpoint.isRestart {
                    try world.call(self, "install capture anew")
                    world.legacy.install()
                }
            }
            hasStarted = true
        } catch {
            if !isDead { world.trace.note("refuse", UInt64(number), "\(self) refuses to start: \(error)") }
            world.kill(self)
        }
        return .zero
    }

    private func makeCapture() -> CaptureLoop {
        let world = world
        var configuration = CaptureDriver.Configuration()
        configuration.context = ChunkCertificate.everyContext
        configuration.tables = world.shape.tables.map { world.shape.schemas[$0.rawValue].name }
        configuration.tuning.rowsFirst = world.swarm.chunkRows
        configuration.tuning.rowsMin = 1
        configuration.tuning.readers = world.swarm.readers
        configuration.groupBytes = world.chance.below(2) == 0 ? 1 : 4096
        configuration.idlePace = .milliseconds(20)...(.milliseconds(20))
        // Turns that find nothing teach nothing.
        configuration.nap = .milliseconds(3)...(.milliseconds(5))
        // Everything of a history happens on one thread, in turns.
        let engine = OneThread(value: self)
        let seams = CaptureDriver.Seams(
            source: { try SimulatedSource(engine.value.world, engine.value) },
            reader: { throw CaptureError(.failed, "chunks have a reader of their own", hint: "none") },
            log: { try SimulatedLogWriter(engine.value.world, engine.value) },
            probes: {
                var inputs = Throttle.Inputs()
                inputs.logRecords = Throttle.Reading(0)
                return inputs
            })
        let around = CaptureSurroundings(
            now: { world.clock.now.offset }, jitter: { world.chance.fraction() },
            chunks: { [unowned self] _ in
                let chunks = SimulatedChunks(world, self)
                self.chunks = chunks
                return chunks
            })
        return CaptureLoop(configuration, seams: seams, control: control, around: around)
    }

    private func stepChunks() -> Duration {
        chunks?.step()
        return .milliseconds(1)
    }

    // MARK: apply

    private func stepApply() -> Duration {
        do {
            let worker = try apply ?? makeApply()
            apply = worker
            let turn = worker.turn()
            if isUncertain, problem == nil {
                isUncertain = false
                world.mark(.ledgerConsulted)
            }
            switch turn {
            case .goOn: return .zero
            case .idle: return .milliseconds(5)
            case .wait(let duration):
                return duration
            case .halted:
                stopped()
                return .zero
            }
        } catch {
            if !isDead { world.trace.note("apply", 0, "\(self) cannot start to apply: \(error)") }
            return .milliseconds(20)
        }
    }

    private func stopped() {
        if isDead { return }
        let words = problem ?? "without a word"
        let isReplaced = epoch.map { $0 < world.database.ledger(of: "ctx")?.epoch.value ?? 0 } ?? false
        // Whoever lost the stream may also find its log trimmed: the records are another reader's now.
        if isReplaced, words.hasPrefix("target fenced") || words.hasPrefix("log trimmed") {
            world.mark(.fenced)
        } else {
            world.violated(.noSurprise, "\(self) stops applying: \(words)")
        }
        world.kill(self)
    }

    private func makeApply() throws -> ApplyDriver {
        let world = world
        let store = MemoryTarget(world.database)
        let applier = try ContextApplier(
            context: world.shape.context, mapping: "m1", store: store,
            scratch: { MemoryTarget(MemoryDatabase()) })
        applier.rootsAtATime = 1
        let reader = SimulatedLogReader(world, self, try world.log.openReader(named: "apply ctx"))
        try applier.recallBirths(from: reader)
        self.store = store
        let around = ApplyDriver.Surroundings(
            waitForRecords: { _, _ in }, pause: { _ in },
            isStopping: { [unowned self] in isDead || world.violation != nil },
            jitter: { world.chance.fraction() }, now: { world.clock.microseconds },
            publish: { [unowned self] status in note(status) }, second: SameThread())
        return ApplyDriver(
            applier: applier, reader: reader,
            limits: ApplyLimits(
                bytes: world.chance.below(2) == 0 ? 1 : 4096, held: world.swarm.holdsLarge ? .max : 1,
                ahead: world.swarm.preparesAhead ? 0 : .max),
            around: around,
            requests: { [unowned self] in requests.isEmpty ? nil : requests.removeFirst() })
    }

    private func note(_ status: ApplyStatus) {
        problem = status.problem
        epoch = status.ledger?.epoch.value
        if status.counts.joined > joined { world.mark(.joinedSteps) }
        joined = status.counts.joined
        if status.counts.large > large { world.mark(.gathered) }
        large = status.counts.large
        if status.counts.ahead > ahead { world.mark(.preparedAhead) }
        ahead = status.counts.ahead
        if problem?.hasPrefix("target ambiguous") ?? false { isUncertain = true }
    }

    // MARK: relay

    private func stepRelay() -> Duration {
        let relay = relay ?? Relay(outbox: SimulatedOutbox(world, self), sink: SimulatedSink(world), batch: 3)
        self.relay = relay
        do {
            return try relay.step() > 0 ? .zero : .milliseconds(10)
        } catch {
            return .milliseconds(20)
        }
    }
}
