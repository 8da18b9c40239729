import CrashPoints
import Foundation
import Synchronization

/// Reads chunks on threads and connections of their own: each reads one at a time.
final class ChunkThreads: ChunkReading, Sendable {
    private struct State {
        var requests: [BackfillMachine.Request] = []
        var answers: [ChunkAnswer] = []
        var isStopping = false
        /// Threads that have not let go of everything.
        var running = 0
    }

    private let state = Mutex(State())
    private let bell = NSCondition()
    private let control: CaptureControl

    /// Starts the threads; `open` runs on each, on all but the first only when there is something to read.
    ///
    /// - Parameters:
    ///   - count: How many chunks are read at the same time.
    ///   - control: Woken when an answer is there.
    ///   - tables: The tables whose rows are counted first.
    ///   - open: Makes a reader.
    static func start(
        _ count: Int, control: CaptureControl, counting tables: [String],
        open: @escaping @Sendable () throws -> any RangeReader
    ) -> ChunkThreads {
        let threads = ChunkThreads(control: control, count)
        for number in 0..<count {
            let worker = Thread { threads.run(isFirst: number == 0, counting: tables, open) }
            worker.name = "banyan-chunks"
            worker.start()
        }
        return threads
    }

    private init(control: CaptureControl, _ count: Int) {
        self.control = control
        state.withLock { $0.running = count }
    }

    /// Hands over a request to whichever thread is free.
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

    /// Ends the threads and waits until they have let go of their connections.
    func stop() {
        state.withLock { $0.isStopping = true }
        bell.lock()
        bell.broadcast()
        while state.withLock({ $0.running > 0 }) { bell.wait() }
        bell.unlock()
    }

    private func ring() {
        bell.lock()
        bell.broadcast()
        bell.unlock()
    }

    private func run(isFirst: Bool, counting tables: [String], _ open: () throws -> any RangeReader) {
        do {
            try isFirst ? serve(counting: tables, try open()) : help(open)
        } catch {
            // History goes on with those that are left; the first one's failure is everybody's.
            answer(isFirst ? .failed(error) : .fewer(error))
        }
        state.withLock { $0.running -= 1 }
        ring()
    }

    private func serve(counting tables: [String], _ reader: any RangeReader) throws {
        var uncounted = tables
        while true {
            // Reading comes first: counts are for people only.
            if var request = nextRequest(waiting: uncounted.isEmpty) {
                try read(&request, with: reader)
            } else if state.withLock(\.isStopping) {
                return
            } else if let table = uncounted.popLast() {
                try count(table, with: reader)
            }
        }
    }

    private func count(_ table: String, with reader: any RangeReader) throws {
        do {
            answer(.estimate(try reader.estimatedRows(of: table), table: table))
        } catch _ as UnreadableTable {
            // Whoever asks for its rows is told why; the number was for people only.
        }
    }

    /// Reads what the first one has no time for; opens nothing before there is such a thing.
    private func help(_ open: () throws -> any RangeReader) throws {
        var opened: (any RangeReader)?
        while var request = nextRequest(waiting: true) {
            do {
                let reader = try opened ?? open()
                opened = reader
                try read(&request, with: reader)
            } catch {
                // Another one reads it: of the same range, if that has been told.
                state.withLock { $0.requests.insert(request, at: 0) }
                throw error
            }
        }
    }

    private func read(_ request: inout BackfillMachine.Request, with reader: any RangeReader) throws {
        do {
            try readRows(&request, with: reader)
        } catch let error as UnreadableTable {
            answer(.unreadable(error.unknown, id: request.id))
        }
    }

    private func readRows(_ request: inout BackfillMachine.Request, with reader: any RangeReader) throws {
        let clock = ContinuousClock()
        let start = clock.now
        let bounded = reader as? any BoundedRangeReader
        if request.isBoundWanted, let bounded {
            let end = try bounded.boundary(
                of: request.table, after: request.after, rows: request.limit.rows)
            request.through = end
            request.isBoundWanted = false
            answer(.bound(end, id: request.id))
        }
        let chunk: RangeChunk
        if let end = request.through, let bounded {
            chunk = try bounded.chunk(
                of: request.table, after: request.after, through: end, limit: request.limit)
        } else {
            chunk = try reader.chunk(of: request.table, after: request.after, limit: request.limit)
        }
        try crashPoint(.chunkRead, as: CaptureError.self)
        answer(.chunk(chunk, id: request.id, took: clock.now - start))
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
