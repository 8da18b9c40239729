import Guards

/// Decides what an apply worker does next: a value without clock, I/O or tasks, driven by `ApplyDriver` and
/// by the simulator.
///
/// Progress is known from the ledger alone. After any failure the transaction is gone and the same records
/// are tried again; after an ambiguous commit the ledger is read first, so that nothing is applied twice and
/// nothing is left out.
public struct ApplyMachine: Sendable {
    /// What the driver does next.
    public enum Action: Sendable, Equatable {
        /// Take the stream over.
        case claim
        /// Apply what the log holds after the ledger; wait for more when there is nothing.
        case apply(from: LedgerEntry)
        /// Read the ledger: the answer to a commit was lost.
        case consult
        /// Wait, then ask again.
        case wait(Duration)
        /// Stop: a person decides.
        case halt
    }

    /// What the driver reports.
    public enum Input: Sendable {
        /// The stream is ours, and stands here.
        case claimed(LedgerEntry)
        /// A transaction is about to be committed that moves the ledger here.
        case committing(LedgerEntry)
        /// The ledger stands here, durably.
        case applied(LedgerEntry)
        /// Something failed; nothing was written unless the recovery is `consultLedger`.
        case failed(TargetError.Recovery)
        /// What the ledger said when it was read after an ambiguous commit.
        case consulted(LedgerEntry?)
        /// The wait is over.
        case waited
    }

    private enum State: Sendable, Equatable {
        case unclaimed
        case ready(LedgerEntry)
        case uncertain(from: LedgerEntry, to: LedgerEntry)
        case halted
    }

    private var state = State.unclaimed
    private var intended: LedgerEntry?
    private var failures = 0
    private var isWaiting = false
    /// The shortest and the longest wait between tries.
    private static let waitShortest = Duration.milliseconds(10)
    private static let waitLongest = Duration.seconds(5)

    /// A worker that owns nothing yet.
    public init() {}

    /// Tries that have failed since the last success.
    public var failuresInARow: Int { failures }

    /// What to do next.
    ///
    /// - Parameter jitter: A random number from 0 to 1 that spreads the waits of several workers.
    public func next(jitter: Double) -> Action {
        if state == .halted { return .halt }
        if isWaiting { return .wait(backoff(jitter: jitter)) }
        return switch state {
        case .unclaimed: .claim
        case .ready(let entry): .apply(from: entry)
        case .uncertain: .consult
        case .halted: .halt
        }
    }

    /// Takes in what happened.
    public mutating func handle(_ input: Input) {
        switch input {
        case .claimed(let entry):
            if state == .unclaimed { succeed(.ready(entry)) }
        case .committing(let entry):
            intended = entry
        case .applied(let entry):
            if case .ready = state { succeed(.ready(entry)) }
        case .failed(let recovery):
            fail(recovery)
        case .consulted(let found):
            settle(found)
        case .waited:
            isWaiting = false
        }
    }

    private mutating func succeed(_ next: State) {
        state = next
        intended = nil
        failures = 0
        isWaiting = false
    }

    private mutating func fail(_ recovery: TargetError.Recovery) {
        failures += 1
        switch recovery {
        case .retry:
            isWaiting = true
        case .halt:
            state = .halted
        case .consultLedger:
            isWaiting = true
            guard Guard.lostAnswerConsultsLedger.holds, case .ready(let from) = state, let intended else {
                return
            }
            state = .uncertain(from: from, to: intended)
        }
    }

    /// The ledger settles what the lost answer was: it moved, it did not move, or it is somebody else's.
    private mutating func settle(_ found: LedgerEntry?) {
        guard case .uncertain(let from, let to) = state else { return }
        if found == to {
            succeed(.ready(to))
        } else if found == from {
            succeed(.ready(from))
        } else {
            state = .halted
        }
    }

    private func backoff(jitter: Double) -> Duration {
        var wait = Self.waitShortest
        for _ in 1..<max(1, min(failures, 20)) where wait < Self.waitLongest { wait *= 2 }
        return min(wait, Self.waitLongest) * (0.5 + jitter / 2)
    }
}
