import Capture
import ChangeLog
import Foundation
import Synchronization

/// How far the log is applied, for the throttle of history.
final class LogProgress: Sendable {
    private struct State {
        var end = LogOffset.start
        var applied: [String: LogOffset] = [:]
        /// Contexts that have stopped: nobody waits for them.
        var stopped: Set<String> = []
    }

    private let state = Mutex(State())

    func note(end: LogOffset) { state.withLock { $0.end = max($0.end, end) } }

    func note(applied offset: LogOffset, by context: String) {
        state.withLock {
            $0.applied[context] = offset
            $0.end = max($0.end, offset)
        }
    }

    /// Leaves a context out of what is waited for.
    func forget(_ context: String) { state.withLock { _ = $0.stopped.insert(context) } }

    var end: UInt64 { state.withLock(\.end.value) }

    /// What the throttle asks for: how many records the slowest context has still to apply.
    func inputs() -> Throttle.Inputs {
        var inputs = Throttle.Inputs()
        inputs.logRecords = state.withLock { state in
            let waiting = state.applied.filter { !state.stopped.contains($0.key) }
            // With nobody left there is nobody to wait for.
            let slowest = waiting.values.min() ?? (state.stopped.isEmpty ? .start : state.end)
            return Throttle.Reading(Double(state.end.value - min(slowest.value, state.end.value)))
        }
        return inputs
    }

    /// The size of the log's file, with what has not been moved into it yet.
    static func bytes(of path: String) -> Int {
        [path, path + "-wal"].reduce(0) { sum, file in
            // A file that is not there takes no room.
            let attributes = try? FileManager.default.attributesOfItem(atPath: file)
            return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
        }
    }
}
