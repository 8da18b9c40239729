import Demo
import Foundation
import Insurer
import Synchronization

/// Runs trials, some at a time, each in a folder of its own, and says one line about each.
package struct TrialRunner: Sendable {
    /// How a run ended.
    package struct Tally: Sendable {
        /// Trials after which everything held.
        package var passed = 0
        /// The names of the others.
        package var failed: [String] = []
        /// How long all of them took.
        package var seconds = 0

        /// The last line of a run.
        package var summary: String {
            let time = "\(seconds / 60) min \(seconds % 60) s"
            return
                (failed.map { "make crash ONLY='\($0)'" }
                + ["\(passed) passed, \(failed.count) failed in \(time)"]).joined(separator: "\n")
        }
    }

    private let stages: StageStore
    private let jobs: Int
    private let say: @Sendable (String) -> Void

    /// A runner.
    ///
    /// - Parameters:
    ///   - stages: Where trials find their folders.
    ///   - jobs: How many trials run at a time.
    ///   - say: Takes one line about each.
    package init(stages: StageStore, jobs: Int, say: @escaping @Sendable (String) -> Void) {
        self.stages = stages
        self.jobs = jobs
        self.say = say
    }

    /// Runs trials; an interrupt ends them all.
    package func run(_ trials: [Trial]) -> Tally {
        let began = ContinuousClock.now
        let rest = Mutex(trials[...])
        let tally = Mutex(Tally())
        let done = DispatchSemaphore(value: 0)
        let workers = min(jobs, trials.count)
        for number in 0..<workers {
            let worker = Thread {
                while !StopSignal.isRaised(), let trial = rest.withLock({ $0.popFirst() }) {
                    let isFine = run(trial)
                    tally.withLock {
                        if isFine { $0.passed += 1 } else { $0.failed.append(trial.name) }
                    }
                }
                done.signal()
            }
            worker.name = "trials \(number)"
            worker.stackSize = 8 << 20
            worker.start()
        }
        for _ in 0..<workers { done.wait() }
        var result = tally.withLock(\.self)
        result.failed += rest.withLock { $0.map { "\($0.name)" } }
        result.seconds = Int((ContinuousClock.now - began).components.seconds)
        return result
    }

    private func run(_ trial: Trial) -> Bool {
        let began = ContinuousClock.now
        func seconds() -> String {
            String(format: "%.1f s", (ContinuousClock.now - began) / .seconds(1))
        }
        do {
            let seen = try trial.run(on: stages)
            say("passed  \(trial.name)  \(seconds())  \(seen)")
            return true
        } catch {
            let words = "\(error)".split(separator: "\n").joined(separator: " | ")
            say("FAILED  \(trial.name)  \(seconds())  \(words)")
            return false
        }
    }
}
