import Foundation
import SQLite
import Synchronization
import TestKit

/// Somebody who changes the music shop without a rest, on a thread of their own, until told to stop.
final class ShopWriter: Sendable {
    private struct State {
        var count = 0
        var isClosed = false
        var isDone = false
        var failure: (any Error)?
    }

    /// What the transactions follow from.
    let seed: UInt64
    private let state = Mutex(State())
    private let closing = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)
    /// Between two transactions others get their turn: without a write-ahead log a file has one lock. A
    /// capture that is sanitized never comes to the end of what a writer does who takes no more time than
    /// otherwise.
    private let pace = Duration.milliseconds(Patience.factor == 1 ? 1 : 50)

    /// Opens a shop's database and starts to write.
    init(path: String, seed: UInt64 = .random(in: .min ... .max)) throws {
        self.seed = seed
        Thread.detachNewThread { [self] in
            do {
                try write(to: path)
            } catch {
                state.withLock { $0.failure = error }
            }
            state.withLock { $0.isDone = true }
            done.signal()
        }
    }

    /// Transactions so far.
    var count: Int { state.withLock(\.count) }

    /// Whether more are to come.
    var isWriting: Bool { state.withLock { !$0.isClosed && !$0.isDone } }

    /// Asks for the end.
    func close() {
        state.withLock { $0.isClosed = true }
        closing.signal()
    }

    /// Ends and waits for the last transaction; what went wrong, if anything did.
    func finish() -> (any Error)? {
        close()
        done.wait()
        done.signal()
        return state.withLock(\.failure)
    }

    private func write(to path: String) throws {
        var random = SplitMix64(seed: seed)
        let connection = try SQLiteConnection(path: path, access: .readWrite, busyMilliseconds: 30_000)
        while isWriting {
            let transaction = ChinookChanges.transaction(random.next())
            try connection.immediate { try connection.execute(transaction) }
            state.withLock { $0.count += 1 }
            _ = closing.wait(timeout: .now() + pace / .seconds(1))
        }
    }
}
