import Foundation
import Synchronization

/// Renews an engine's lease on a thread and a connection of its own, so that nothing that keeps the engine
/// busy costs it the lease.
///
/// A store that cannot be reached costs nothing either: the engine goes on, and whoever else could take the
/// lease over cannot reach the store, or does and is kept from the log.
final class LeaseKeeper: Sendable {
    private struct State {
        var isSuperseded = false
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let thread = Mutex<WorkerThread?>(nil)

    /// Keeps a lease.
    ///
    /// - Parameters:
    ///   - lease: What has been taken.
    ///   - holder: Who has taken it, in words for people.
    ///   - duration: How long it lasts; it is renewed four times in that.
    ///   - open: Opens the store.
    init(
        _ lease: Lease, for holder: String, lasting duration: Duration,
        open: @escaping @Sendable () throws -> any LeasedControlStore
    ) {
        let started = WorkerThread("lease") { [self] in
            var store: (any LeasedControlStore)?
            var pause = duration / 4
            while !wait(for: pause) {
                do {
                    let present = try store ?? open()
                    present.adopt(lease)
                    store = present
                    guard try present.renewLease(for: holder, lasting: duration) else {
                        state.withLock { $0.isSuperseded = true }
                        return
                    }
                    pause = duration / 4
                } catch let error as MigrationError where error.code == .unreachable {
                    // The engine itself says that its store is out of reach. It is the first to be back: one
                    // that waits gives it time.
                    store = nil
                    pause = duration / 40
                }
            }
            do {
                let present = try store ?? open()
                present.adopt(lease)
                try present.giveLeaseBack()
            } catch let error as MigrationError where error.code == .unreachable {
                // It ends by itself.
                return
            }
        }
        thread.withLock { $0 = started }
    }

    /// Whether another engine has taken the lease.
    var isSuperseded: Bool { state.withLock(\.isSuperseded) }

    /// Why it is no longer renewed; nil while it is.
    var failure: (any Error)? { thread.withLock(\.self)?.failure }

    /// Gives the lease back.
    func stop() {
        state.withLock { $0.isStopping = true }
        wake.signal()
        thread.withLock(\.self)?.join()
    }

    /// Waits so long; true when the keeper is to stop.
    private func wait(for duration: Duration) -> Bool {
        if state.withLock(\.isStopping) { return true }
        _ = wake.wait(timeout: .now() + duration / .seconds(1))
        return state.withLock(\.isStopping)
    }
}
