import CrashPoints
import Foundation
import Synchronization

/// Reads chunks on a thread and a connection of its own: one request at a time, one answer kept.
final class ChunkThread: ChunkReading, Sendable {
    private struct State {
        var requests: [BackfillMachine.Request] = []
        var answers: [ChunkAnswer] = []
        var isStopping = false
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let bell = NSCondition()
    private let control: CaptureControl

    /// Starts the thread; `open` runs on it.
    ///
    /// - Parameters:
    ///   - control: Woken when an answer is there.
    ///   - tables: The tables whose rows are counted first.
    ///   - open: Makes the reader.
    static func start(
        control: CaptureControl, counting tables: [String],
        open: @escaping @Sendable () throws -> any RangeReader
    ) -> ChunkThread {
        let thread = ChunkThread(control: control)
        let worker = Thread { thread.run(tables, open) }
        worker.name = "banyan-chunks"
        worker.start()
        return thread
    }

    private init(control: CaptureControl) {
        self.control = control
    }

    /// Hands over a request; the machine makes the next one only after this one's answer.
    func ask(_ request: BackfillMachine.Request) {
        state.withLock { $0.requests.append(request) }
        ring()
    }

    /// Takes the answers that are there.
    func take() -> [ChunkAnswer] {
        state.withLock { state in
            defer { state.answers.removeAll() }
            return state.answers
        }
    }

    /// Whether an answer waits.
    var hasAnswer: Bool { state.withLock { !$0.answers.isEmpty } }

    /// Ends the thread and waits until it has let go of its connection.
    func stop() {
        state.withLock { $0.isStopping = true }
        bell.lock()
        bell.broadcast()
        while !state.withLock(\.hasEnded) { bell.wait() }
        bell.unlock()
    }

    private func ring() {
        bell.lock()
        bell.broadcast()
        bell.unlock()
    }

    private func run(_ tables: [String], _ open: () throws -> any RangeReader) {
        do {
            try serve(tables, open)
        } catch {
            answer(.failed(error))
        }
        state.withLock { $0.hasEnded = true }
        ring()
    }

    private func serve(_ tables: [String], _ open: () throws -> any RangeReader) throws {
        let reader = try open()
        let clock = ContinuousClock()
        var uncounted = tables
        while true {
            // Reading comes first: counts are for people only.
            if let request = nextRequest(waiting: uncounted.isEmpty) {
                let start = clock.now
                let chunk = try reader.chunk(of: request.table, after: request.after, limit: request.limit)
                try crashPoint(.chunkRead, as: CaptureError.self)
                answer(.chunk(chunk, id: request.id, took: clock.now - start))
            } else if state.withLock(\.isStopping) {
                return
            } else if let table = uncounted.popLast() {
                answer(.estimate(try reader.estimatedRows(of: table), table: table))
            }
        }
    }

    private func nextRequest(waiting: Bool) -> BackfillMachine.Request? {
        bell.lock()
        defer { bell.unlock() }
        while true {
            let (request, isStopping) = state.withLock { state in
                (
                    state.isStopping || state.requests.isEmpty ? nil : state.requests.removeFirst(),
                    state.isStopping
                )
            }
            if request != nil || isStopping || !waiting { return request }
            bell.wait()
        }
    }

    private func answer(_ answer: ChunkAnswer) {
        state.withLock { $0.answers.append(answer) }
        control.ring()
    }
}
