import Foundation
import Synchronization

/// Runs the histories of many seeds, on as many threads as there are cores.
public struct Campaign: Sendable {
    /// A seed whose history broke an invariant.
    public struct Failure: Sendable {
        /// The seed.
        public var seed: UInt64
        /// What was found.
        public var violation: Violation
    }

    /// What came of the histories.
    public struct Report: Sendable {
        /// Histories that ran.
        public var histories = 0
        /// Steps in all of them.
        public var steps = 0
        /// How often each fault happened, in the order of `Fault.allCases`.
        public var faults = [Int](repeating: 0, count: Fault.allCases.count)
        /// How often each situation was met, in the order of `Mark.allCases`.
        public var marks = [Int](repeating: 0, count: Mark.allCases.count)
        /// The seeds that failed, lowest first; no more than asked for.
        public var failures: [Failure] = []
        /// How many seeds failed in all.
        public var violations = 0
        /// Seeds that gave another trace when they ran a second time.
        public var unsteady: [UInt64] = []
        /// A digest of all traces, whatever order they ran in.
        public var digest: UInt64 = 0
        /// What it took.
        public var seconds = 0.0

        /// Nothing has run.
        public init() {}

        mutating func add(_ outcome: History.Outcome, seed: UInt64, keeping most: Int) {
            histories += 1
            steps += outcome.steps
            for index in faults.indices { faults[index] += outcome.faults[index] }
            for index in marks.indices { marks[index] += outcome.marks[index] }
            digest &+= (outcome.digest ^ seed) &* 0x9E37_79B9_7F4A_7C15
            guard let violation = outcome.violation else { return }
            violations += 1
            failures.append(Failure(seed: seed, violation: violation))
            failures.sort { $0.seed < $1.seed }
            if failures.count > most { failures.removeLast() }
        }

        mutating func add(_ other: Report, keeping most: Int) {
            histories += other.histories
            steps += other.steps
            for index in faults.indices { faults[index] += other.faults[index] }
            for index in marks.indices { marks[index] += other.marks[index] }
            digest &+= other.digest
            violations += other.violations
            unsteady = (unsteady + other.unsteady).sorted()
            failures = Array((failures + other.failures).sorted { $0.seed < $1.seed }.prefix(most))
        }
    }

    /// The seeds.
    public var seeds: ClosedRange<UInt64>
    /// The part to look at; nil for all.
    public var part: Part?
    /// Threads that share the seeds.
    public var threads: Int
    /// Seeds that a thread takes at a time.
    public var share: UInt64 = 128
    /// Failures that are kept.
    public var failuresKept = 10
    /// Stops after the first failure.
    public var stopsAtFailure = false
    /// Each seed that this divides is run twice, and both traces must be one.
    public var repeatEvery: UInt64 = 1_000

    /// A campaign over these seeds.
    public init(seeds: ClosedRange<UInt64>, threads: Int? = nil) {
        self.seeds = seeds
        self.threads = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Runs every history.
    ///
    /// - Parameter progress: Told now and then how many histories have run, from any thread.
    public func run(progress: @escaping @Sendable (Int) -> Void = { _ in }) -> Report {
        let clock = ContinuousClock()
        let began = clock.now
        let shared = Mutex((next: seeds.lowerBound, isExhausted: false, done: 0, report: Report()))
        // Histories are work for a core each and wait for nothing, so that tasks would gain nothing.
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while let share = shared.withLock({ take(&$0.next, &$0.isExhausted) }) {
                let report = run(share)
                let done = shared.withLock { state in
                    state.report.add(report, keeping: failuresKept)
                    state.done += report.histories
                    if stopsAtFailure, report.violations > 0 { state.isExhausted = true }
                    return state.done
                }
                progress(done)
            }
        }
        var report = shared.withLock(\.report)
        report.seconds = began.duration(to: clock.now) / .seconds(1)
        return report
    }

    /// The next few seeds that nobody has taken.
    private func take(_ next: inout UInt64, _ isExhausted: inout Bool) -> ClosedRange<UInt64>? {
        if isExhausted { return nil }
        let first = next
        let last = min(seeds.upperBound, first + share - 1)
        if last == seeds.upperBound { isExhausted = true } else { next = last + 1 }
        return first...last
    }

    private func run(_ share: ClosedRange<UInt64>) -> Report {
        var report = Report()
        for seed in share {
            let outcome = History(seed: seed, part: part).run()
            report.add(outcome, seed: seed, keeping: failuresKept)
            if seed.isMultiple(of: repeatEvery),
                History(seed: seed, part: part).run().digest != outcome.digest
            {
                report.unsteady.append(seed)
            }
            if stopsAtFailure, report.violations > 0 { break }
        }
        return report
    }
}
