import Capture
import Model

/// The reader of chunks of a simulated engine: what it reads takes time, in which others go on.
final class SimulatedChunks: ChunkReading {
    private enum State {
        case idle
        /// The log's end was asked for; the rows have not been read.
        case began(BackfillMachine.Request, frontier: Position)
        /// The rows are read; the answer is on its way.
        case read(ChunkAnswer)
        case failed
    }

    private let world: World
    private let engine: SimulatedEngine
    private var requests: [BackfillMachine.Request] = []
    private var state = State.idle
    private var answers: [ChunkAnswer] = []
    private(set) var isStopped = false

    init(_ world: World, _ engine: SimulatedEngine) {
        self.world = world
        self.engine = engine
    }

    func ask(_ request: BackfillMachine.Request) { requests.append(request) }

    func take() -> [ChunkAnswer] {
        defer { answers = [] }
        return answers
    }

    var hasAnswer: Bool { !isStopped && !answers.isEmpty }

    func stop() { isStopped = true }

    /// Whether a step would do anything.
    var isBusy: Bool {
        if isStopped { return false }
        switch state {
        case .idle: return !requests.isEmpty
        case .began, .read: return true
        case .failed: return false
        }
    }

    /// Goes one step further.
    func step() {
        switch state {
        case .idle:
            guard !requests.isEmpty else { return }
            let request = requests.removeFirst()
            world.trace.note("chunk", request.id, "\(engine) begins to read a chunk of \(request.table)")
            state = .began(request, frontier: world.legacy.end)
        case .began(let request, let frontier):
            read(request, frontier)
        case .read(let answer):
            if world.chance.happens(world.swarm.chunkLate) {
                world.note(.chunkLate, "the chunk is still on its way")
                return
            }
            answers.append(answer)
            state = .idle
        case .failed:
            return
        }
    }

    private func read(_ request: BackfillMachine.Request, _ frontier: Position) {
        if world.chance.happens(world.swarm.chunkFails) {
            world.note(.chunkFails, "reading the chunk fails")
            answers.append(
                .failed(CaptureError(.unavailable, "the reader's connection broke", hint: "try again")))
            state = .failed
            return
        }
        let legacy = world.legacy
        let table: LegacyTable = request.table == LegacyTable.schemas[0].name ? .policy : .item
        let after = request.after.flatMap { LegacyKey(table, encoded: $0) }
        var batch = ChangeBatch(tables: [world.shape.schemas[table.rawValue]])
        var last: LegacyKey?
        var isLast = true
        let limit = min(request.limit.rows, world.swarm.chunkRows)
        for (place, key, row) in legacy.visibleRows(of: table) {
            if let after, place <= after { continue }
            if batch.changes.count == limit {
                isLast = false
                break
            }
            let start = UInt32(batch.bytes.count)
            row.encode(key, into: &batch.bytes)
            batch.changes.append(
                ChangeBatch.Change(operation: .read, table: 0, before: nil, after: start))
            world.checker.read(key)
            last = place
        }
        if batch.changes.isEmpty, request.after == nil { world.mark(.emptyTable) }
        finish(request, batch, frontier, last: last, isLast: isLast)
    }

    private func finish(
        _ request: BackfillMachine.Request, _ rows: ChangeBatch, _ frontier: Position, last: LegacyKey?,
        isLast: Bool
    ) {
        let legacy = world.legacy
        var batch = rows
        // Open transactions have ids, too: a snapshot does not know which of them will commit.
        let hidden = legacy.invisible.map { legacy.log[$0].id }
        let horizon = legacy.end
        batch.transactions = [
            ChangeBatch.Transaction(
                position: horizon, committedAt: nil, origin: .application, changes: 0..<batch.changes.count)
        ]
        if horizon > frontier { world.mark(.chunkSeesAhead) }
        if legacy.invisible.contains(where: { legacy.log[$0].position <= request.low }) {
            world.mark(.chunkMissesPassed)
        }
        world.trace.note(
            "rows", UInt64(batch.changes.count),
            "\(engine) reads \(batch.changes.count) rows of \(request.table), true between \(frontier) and "
                + "\(horizon)" + (hidden.isEmpty ? "" : ", without transactions \(hidden)"))
        let chunk = RangeChunk(
            batch: batch, frontier: frontier, horizon: horizon,
            unseen: Set(hidden + legacy.open.map(\.id)), lastKey: last?.encoded ?? request.after,
            isLast: isLast)
        state = .read(.chunk(chunk, id: request.id, took: .milliseconds(5)))
    }
}
