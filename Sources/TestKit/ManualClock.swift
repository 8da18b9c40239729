public import ChangeLog
import Synchronization

/// A clock that stands still until a test moves it.
///
/// It is a `Clock` for code that sleeps and gives a `WallClock` for code that notes the time; both show the
/// same time.
public final class ManualClock: Clock, Sendable {
    /// A moment: the time since the clock was made.
    public struct Instant: InstantProtocol, Sendable {
        /// Since the clock was made.
        public var offset: Duration

        /// The moment so much later.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        /// How much later the other moment is.
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        /// Whether the left moment is earlier.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        var id: UInt64
        var deadline: Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var epoch: Int64
        var nextID: UInt64 = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<UInt64> = []
    }

    private let state: Mutex<State>

    /// A clock whose calendar shows `microseconds` since 1970; by default the first moment of 2026.
    public init(microseconds: Int64 = 1_767_225_600_000_000) {
        state = Mutex(State(epoch: microseconds))
    }

    /// The moment that it shows.
    public var now: Instant { state.withLock(\.now) }
    /// It can be moved as finely as a duration can say.
    public var minimumResolution: Duration { .zero }
    /// How many tasks are asleep: wait for this before moving the clock.
    public var sleeperCount: Int { state.withLock(\.sleepers.count) }

    /// Microseconds since 1970 that the calendar shows.
    public var microseconds: Int64 {
        state.withLock { state in
            let parts = state.now.offset.components
            return state.epoch + parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
        }
    }

    /// The calendar side of this clock.
    public var wallClock: WallClock { WallClock { self.microseconds } }

    /// Moves time forward and wakes whoever slept until then.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.deadline <= state.now }
            state.sleepers.removeAll { $0.deadline <= state.now }
            return due.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Moves the calendar alone, as a correction of the machine's clock does; sleepers do not notice.
    public func jump(by duration: Duration) {
        state.withLock { state in
            state.epoch +=
                duration.components.seconds * 1_000_000
                + duration.components.attoseconds / 1_000_000_000_000
        }
    }

    /// Suspends until so much time has passed on this clock.
    public func pass(_ duration: Duration) async throws {
        try await sleep(until: now.advanced(by: duration))
    }

    /// Sleeps until a test has moved the clock that far.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let immediate: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    return nil
                }
                if let immediate { continuation.resume(with: immediate) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil as Sleeper?
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        state.withLock { _ = $0.cancelled.remove(id) }
    }
}
