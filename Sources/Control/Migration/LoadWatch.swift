import Capture
import Foundation
import Model
import PostgresConnector
import Synchronization

/// Measures, beside everything else, what a server has to do while its history is read: on a thread and a
/// connection of its own, as long as anybody asks.
final class LoadWatch: Sendable {
    private struct State {
        var measured: PostgresLoad.Measured?
        var measuredAt = ContinuousClock.now
        var failure: String?
        var askedAt = ContinuousClock.now
        var thread: WorkerThread?
        var isStopping = false
    }

    private let reading: HistoryReading
    private let open: @Sendable () throws -> PostgresLoad
    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)

    /// How often it is measured.
    private static let every = 1.0
    /// How long it is measured after the last time that somebody asked.
    private static let lasts = Duration.seconds(15)

    /// Measures what a plan's `history` depends on; nothing is opened before somebody asks.
    init(_ reading: HistoryReading, open: @escaping @Sendable () throws -> PostgresLoad) {
        self.reading = reading
        self.open = open
    }

    /// The limits that the plan sets.
    func limit(_ limits: inout Throttle.Limits) {
        limits.standbyLag = reading.standbyLag
        limits.sourceSessions = reading.sessionsAtWork
        limits.asksQuery = reading.query != nil
    }

    /// Adds what was measured last; what the throttle does not know, it waits for.
    func fill(_ inputs: inout Throttle.Inputs) {
        if !reading.looksAtLoad { return }
        let now = ContinuousClock.now
        let found = state.withLock { state in
            state.askedAt = now
            if state.thread == nil, !state.isStopping {
                state.thread = WorkerThread("banyan-load") { [self] in run() }
            }
            return state
        }
        inputs.failure = found.failure
        guard let measured = found.measured else { return }
        let age = found.measuredAt.duration(to: now)
        inputs.standbyLag = measured.standbyLag.map { Throttle.Reading($0, age: age) }
        inputs.sourceSessions = measured.sessionsAtWork.map { Throttle.Reading(Double($0), age: age) }
        inputs.query = measured.isHeld.map { Throttle.Reading($0 ? 1 : 0, age: age) }
    }

    /// Measures no more, and waits until the connection is gone.
    func stop() {
        let thread = state.withLock { state in
            state.isStopping = true
            return state.thread
        }
        bell.signal()
        thread?.join()
    }

    private func run() {
        var load: PostgresLoad?
        while isWanted {
            do {
                let opened = try load ?? open()
                load = opened
                let measured = try opened.measure()
                state.withLock {
                    $0.measured = measured
                    $0.measuredAt = .now
                    $0.failure = nil
                }
            } catch {
                // Whatever it is, the throttle waits and says why; the next attempt connects anew.
                load = nil
                state.withLock {
                    $0.measured = nil
                    $0.failure = "\(error)"
                }
            }
            _ = bell.wait(timeout: .now() + Self.every)
        }
    }

    /// Whether anybody has asked lately; otherwise the thread ends, and the next one who asks starts another.
    private var isWanted: Bool {
        state.withLock { state in
            if !state.isStopping, state.askedAt.duration(to: .now) < Self.lasts { return true }
            if !state.isStopping { state.thread = nil }
            return false
        }
    }
}
