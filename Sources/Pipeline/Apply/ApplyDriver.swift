public import ChangeLog
import CrashPoints
import Model

/// How much one target transaction takes.
public struct ApplyLimits: Sendable, Equatable {
    /// Bytes of log records at the most, unless one transaction alone is larger.
    public var bytes: Int
    /// Bytes of log records of one transaction that are held in memory at the most; a larger one is gathered
    /// in a scratch store.
    public var held: Int
    /// How long an idle worker waits before it looks at the log again by itself.
    public var idle: Duration
    /// How long a transaction should take: with more to do, it takes less at a time, so that what is applied
    /// is seen soon and nobody else who writes to the target waits for long.
    public var transaction: Duration
    /// Bytes of log records from which on the portion behind another one is prepared while that is applied.
    public var ahead: Int

    /// Limits for a worker.
    public init(
        bytes: Int = 4 << 20, held: Int = 16 << 20, idle: Duration = .milliseconds(50),
        transaction: Duration = .milliseconds(200), ahead: Int = 32 << 10
    ) {
        self.bytes = bytes
        self.held = held
        self.idle = idle
        self.transaction = transaction
        self.ahead = ahead
    }
}

/// What an apply worker is doing, as others may see it.
public struct ApplyStatus: Sendable, Codable {
    /// The ledger.
    public var ledger: LedgerEntry?
    /// What has been done since the worker started.
    public var counts = ApplyCounts()
    /// Keys that are set aside.
    public var quarantinedKeys = 0
    /// Root rows that wait for another row.
    public var pendingKeys = 0
    /// Legacy tables whose history is complete.
    public var completeTables: [String] = []
    /// When the last live transaction that is applied committed in the source, in microseconds since 1970;
    /// nil before the first.
    public var committedAt: Int64?
    /// From a change's commit in the source to its commit in the target, live changes only, in microseconds.
    public var freshness = LatencyHistogram()
    /// The last failure's words; nil when all is well.
    public var problem: String?
    /// Whether the worker has stopped for good.
    public var isHalted = false

    /// Nothing done yet.
    public init() {}
}

/// Runs one context's apply worker: a thread that reads the log and applies it. `ApplyMachine` decides; this
/// only acts.
public final class ApplyDriver {
    /// What the driver needs of the world around it.
    public struct Surroundings {
        /// Waits until the log has a record past an offset, at most so long.
        public var waitForRecords: (LogOffset, Duration) -> Void
        /// Waits.
        public var pause: (Duration) -> Void
        /// Whether the worker shall end.
        public var isStopping: () -> Bool
        /// A random number from 0 to 1.
        public var jitter: () -> Double
        /// Microseconds since 1970.
        public var now: () -> Int64
        /// Tells others what the worker is doing.
        public var publish: (ApplyStatus) -> Void
        /// Where the next portion is prepared while one is applied; nil when that waits for its turn.
        public var second: (any SecondThread)?

        /// Collects what the driver needs.
        public init(
            waitForRecords: @escaping (LogOffset, Duration) -> Void, pause: @escaping (Duration) -> Void,
            isStopping: @escaping () -> Bool, jitter: @escaping () -> Double, now: @escaping () -> Int64,
            publish: @escaping (ApplyStatus) -> Void, second: (any SecondThread)? = nil
        ) {
            self.waitForRecords = waitForRecords
            self.pause = pause
            self.isStopping = isStopping
            self.jitter = jitter
            self.now = now
            self.publish = publish
            self.second = second
        }
    }

    private let applier: ContextApplier
    private let portions: PortionReader
    private let limits: ApplyLimits
    private let around: Surroundings
    private var machine = ApplyMachine()
    private var status = ApplyStatus()
    /// How many bytes of records the next transaction takes.
    private var bytes: Int
    /// No transaction is made smaller than this: below it, the commit itself is most of the work.
    private static let bytesLeast = 64 << 10
    /// Tasks that others asked for, run between batches on the worker's own thread.
    private let requests: () -> ((ContextApplier, LedgerEntry) throws -> Void)?

    /// A worker.
    ///
    /// - Parameters:
    ///   - applier: The context's applier.
    ///   - reader: A reader of the log that only this worker uses.
    ///   - limits: How much one transaction takes.
    ///   - around: What the worker needs of the world.
    ///   - requests: The next task that someone wants done between batches.
    public init(
        applier: ContextApplier, reader: any LogReader, limits: ApplyLimits, around: Surroundings,
        requests: @escaping () -> ((ContextApplier, LedgerEntry) throws -> Void)? = { nil }
    ) {
        self.applier = applier
        self.limits = limits
        bytes = min(limits.bytes, 1 << 20)
        portions = PortionReader(
            reader, preparation: applier.makePreparation(), second: around.second, limits: limits,
            isStopping: around.isStopping)
        self.around = around
        self.requests = requests
    }

    /// What a turn came to.
    package enum Turn: Sendable {
        /// There is more to do at once.
        case goOn
        /// There is nothing in the log after this offset that could be applied.
        case idle(after: LogOffset)
        /// The next turn comes after the wait.
        case wait(Duration)
        /// The worker has stopped: a person decides.
        case halted
    }

    /// Works until told to stop or until something needs a person.
    public func run() -> ApplyStatus {
        while !around.isStopping() {
            switch turn() {
            case .goOn: break
            case .idle(let offset): around.waitForRecords(offset, limits.idle)
            case .wait(let duration): around.pause(duration)
            case .halted: return status
            }
        }
        return status
    }

    /// Does what the machine says, once.
    package func turn() -> Turn {
        var turn = Turn.goOn
        switch machine.next(jitter: around.jitter()) {
        case .claim:
            attempt {
                let entry = try applier.open()
                status.ledger = entry
                machine.handle(.claimed(entry))
            }
        case .apply(let entry):
            attempt { if try !step(from: entry) { turn = .idle(after: portions.last) } }
        case .consult:
            attempt {
                // Whether the commit took effect or not: what is known of keys is read again with the
                // ledger.
                let found = try applier.settledLedger()
                try applier.reload()
                machine.handle(.consulted(found))
                guard machine.next(jitter: 0) == .halt else { return }
                throw TargetError(
                    .fenced, "the ledger of \(applier.stream) is not where this engine left it",
                    hint: "another engine has taken the stream over; this one has stopped")
            }
        case .wait(let duration):
            machine.handle(.waited)
            turn = .wait(duration)
        case .halt:
            status.isHalted = true
            around.publish(status)
            turn = .halted
        }
        return turn
    }

    /// Applies what the log holds after the ledger; false when it holds nothing more.
    private func step(from entry: LedgerEntry) throws -> Bool {
        if let request = requests() { try request(applier, entry) }
        guard let portion = try portions.next(after: entry.offset, bytes: bytes) else {
            refreshStatus(entry)
            return false
        }
        try crashPoint(.applyBatchRead, as: TargetError.self)
        let next = try apply(portion, from: entry)
        machine.handle(.applied(next))
        measure(portion)
        refreshStatus(next)
        try portions.advance(to: next.offset)
        try crashPoint(.applyOffsetAdvanced, as: TargetError.self)
        return true
    }

    private func apply(_ portion: PortionReader.Portion, from entry: LedgerEntry) throws -> LedgerEntry {
        switch portion {
        case .records(let prepared):
            machine.handle(.committing(applier.intended(prepared.records, from: entry)))
            // While the target is away, nothing is gained by being ahead of it.
            if machine.failuresInARow == 0 { portions.begin(behind: prepared, bytes: bytes) }
            let began = around.now()
            let next = try applier.apply(prepared, from: entry)
            resize(.microseconds(around.now() - began))
            return next
        case .large(let large):
            machine.handle(.committing(applier.intended(large, from: entry)))
            return try applier.apply(large, of: portions.log, from: entry, isStopping: around.isStopping)
        }
    }

    /// Takes less next time after a slow transaction, and more after a quick one.
    private func resize(_ elapsed: Duration) {
        if elapsed > limits.transaction * 2 {
            bytes = max(Self.bytesLeast, bytes / 2)
        } else if elapsed < limits.transaction / 2 {
            bytes = min(limits.bytes, bytes * 2)
        }
    }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
            status.problem = nil
        } catch let error as TargetError {
            fail(error.recovery, error.description)
        } catch let error as LogError {
            fail(error.recovery == .retry ? .retry : .halt, error.description)
        } catch {
            fail(.halt, "\(error)")
        }
    }

    private func fail(_ recovery: TargetError.Recovery, _ words: String) {
        machine.handle(.failed(recovery))
        status.problem = words
        around.publish(status)
    }

    private func measure(_ portion: PortionReader.Portion) {
        var times: [Int64] = []
        switch portion {
        case .records(let prepared):
            for record in prepared.records where record.batch.chunk == nil {
                times += record.batch.transactions.compactMap(\.committedAt)
            }
        case .large(let large): times = [large.committedAt].compactMap(\.self)
        }
        let now = around.now()
        for time in times { status.freshness.record(now - time) }
        status.committedAt = times.last ?? status.committedAt
    }

    private func refreshStatus(_ entry: LedgerEntry) {
        status.ledger = entry
        status.counts = applier.counts
        status.quarantinedKeys = applier.quarantinedKeys
        status.pendingKeys = applier.pendingKeys
        status.completeTables = applier.completeTables.sorted()
        around.publish(status)
    }
}
