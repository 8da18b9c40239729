import Capture
import ChangeLog
import Foundation
import Model
import Synchronization
import TestKit

/// Records in memory that outlive the writers opened over them, with appends that fail when told to.
final class MemoryLog: Sendable {
    enum Fault: Sendable {
        /// Nothing was stored.
        case before
        /// Everything was stored, but nobody was told.
        case after
    }

    struct State {
        var records: [ChangeBatch] = []
        var checkpoint: [UInt8]?
        var appends = 0
    }

    private let state = Mutex(State())
    private let fault: @Sendable (Int) -> Fault?

    /// - Parameter fault: Asked at each append, by its number.
    init(fault: @escaping @Sendable (Int) -> Fault? = { _ in nil }) {
        self.fault = fault
    }

    var records: [ChangeBatch] { state.withLock(\.records) }

    func checkpoint() throws -> CaptureCheckpoint? {
        try state.withLock(\.checkpoint).map(CaptureCheckpoint.init(decoding:))
    }

    func writer() -> any LogWriter { Writer(log: self) }

    /// What a reader of the log holds in the end.
    func replay() throws -> Replica {
        var replica = Replica()
        var parts: [ChangeBatch] = []
        for record in records {
            // What is written is what a reader decodes.
            let record = try ChangeBatch(frame: record.frame())
            if record.isAbandonment {
                parts.removeAll()
            } else if record.isHistorical {
                try replica.apply(record)
            } else {
                parts.append(record)
                guard !record.continues else { continue }
                for part in parts { try replica.apply(part) }
                parts.removeAll()
            }
        }
        return replica
    }

    private final class Writer: LogWriter {
        let log: MemoryLog
        var isBroken = false

        init(log: MemoryLog) {
            self.log = log
        }

        var end: LogOffset { LogOffset(UInt64(log.records.count)) }

        func append(_ batches: [ChangeBatch], checkpoint: [UInt8]) throws -> LogOffset {
            guard !isBroken else { throw LogError(.failed, "appended after a failure", hint: "open again") }
            let number = log.state.withLock { state in
                state.appends += 1
                return state.appends
            }
            let fault = log.fault(number)
            if fault != .before {
                log.state.withLock { state in
                    state.records += batches
                    state.checkpoint = checkpoint
                }
            }
            if fault != nil {
                isBroken = true
                throw LogError(.locked, "a fault was injected", hint: "open again")
            }
            return end
        }

        func checkpoint() throws -> [UInt8]? { log.state.withLock(\.checkpoint) }

        func trim(_ policy: RetentionPolicy) throws -> LogTrim {
            LogTrim(records: 0, bytes: 0, isComplete: true)
        }
    }
}

/// A thread that a test waits for.
final class TestThread: Sendable {
    private let done = Mutex(false)
    private let bell = NSCondition()

    static func start(_ body: @escaping @Sendable () -> Void) -> TestThread {
        let result = TestThread()
        let thread = Thread {
            body()
            result.done.withLock { $0 = true }
            result.bell.lock()
            result.bell.broadcast()
            result.bell.unlock()
        }
        thread.stackSize = 4 << 20
        thread.start()
        return result
    }

    var isDone: Bool { done.withLock { $0 } }

    func join() {
        bell.lock()
        while !isDone { bell.wait() }
        bell.unlock()
    }
}

/// Waits until `condition` holds, looking again every millisecond; false when `seconds` passed before.
func eventually(within seconds: Double = 60, _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds * Double(Patience.factor))
    let bell = NSCondition()
    while try !condition() {
        guard Date() < deadline else { return false }
        bell.lock()
        _ = bell.wait(until: Date(timeIntervalSinceNow: 0.001))
        bell.unlock()
    }
    return true
}

/// A generator of numbers that a seed determines.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
