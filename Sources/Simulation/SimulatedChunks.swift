import Capture
import Model

/// The readers of chunks of a simulated engine: what they read takes time, in which others go on.
final class SimulatedChunks: ChunkReading {
    private enum State {
        case idle
        /// The log's end was asked for; the rows have not been read.
        case began(BackfillMachine.Request, through: LegacyKey?, frontier: Position)
        /// The rows are read; the answer is on its way.
        case read(ChunkAnswer)
        case failed

        var isUnderWay: Bool {
            switch self {
            case .began, .read: true
            case .idle, .failed: false
            }
        }
    }

    private let world: World
    private let engine: SimulatedEngine
    private var requests: [BackfillMachine.Request] = []
    private var readers: [State]
    private var answers: [ChunkAnswer] = []
    private(set) var isStopped = false

    init(_ world: World, _ engine: SimulatedEngine) {
        self.world = world
        self.engine = engine
        readers = Array(repeating: .idle, count: world.swarm.readers)
    }

    func ask(_ request: BackfillMachine.Request) { requests.append(request) }

    func take() -> [ChunkAnswer] {
        defer { answers = [] }
        return answers
    }

    var hasAnswer: Bool { !isStopped && !answers.isEmpty }

    func stop() { isStopped = true }

    /// Whether a step would do anything.
    var isBusy: Bool { !isStopped && !movable.isEmpty }

    /// The readers that can go a step further; of those with nothing to do the first one stands for all.
    private var movable: [Int] {
        var found = readers.indices.filter { readers[$0].isUnderWay }
        if !requests.isEmpty,
            let idle = readers.firstIndex(where: { if case .idle = $0 { true } else { false } })
        {
            found.append(idle)
        }
        return found
    }

    /// Goes one step further.
    func step() {
        let movable = movable
        guard let first = movable.first else { return }
        let reader = movable.count == 1 ? first : movable[world.chance.below(movable.count)]
        switch readers[reader] {
        case .idle: readers[reader] = begin(requests.removeFirst())
        case .began(let request, let end, let frontier):
            readers[reader] = read(request, through: end, frontier)
        case .read(let answer):
            if world.chance.happens(world.swarm.chunkLate) {
                world.note(.chunkLate, "the chunk is still on its way")
                return
            }
            answers.append(answer)
            readers[reader] = .idle
        case .failed: return
        }
    }

    private func begin(_ request: BackfillMachine.Request) -> State {
        world.trace.note("chunk", request.id, "\(engine) begins to read a chunk of \(request.table)")
        if readers.contains(where: \.isUnderWay) { world.mark(.chunksTogether) }
        var end = request.through
        if request.isBoundWanted {
            let rows = rows(of: request)
            let limit = limit(of: request)
            if rows.count > limit { end = rows[limit - 1].place.encoded }
            answers.append(.bound(end, id: request.id))
        }
        let (table, _) = range(of: request)
        return .began(
            request, through: end.flatMap { LegacyKey(table, encoded: $0) }, frontier: world.legacy.end)
    }

    private func range(of request: BackfillMachine.Request) -> (table: LegacyTable, after: LegacyKey?) {
        let table: LegacyTable = request.table == LegacyTable.schemas[0].name ? .policy : .item
        return (table, request.after.flatMap { LegacyKey(table, encoded: $0) })
    }

    private func limit(of request: BackfillMachine.Request) -> Int {
        min(request.limit.rows, world.swarm.chunkRows)
    }

    /// The visible rows behind a request's key.
    private func rows(of request: BackfillMachine.Request)
        -> [(place: LegacyKey, key: LegacyKey, row: LegacyRow)]
    {
        let (table, after) = range(of: request)
        return world.legacy.visibleRows(of: table).compactMap { place, key, row in
            if let after, place <= after { return nil }
            return (place, key, row)
        }
    }

    private func read(
        _ request: BackfillMachine.Request, through end: LegacyKey?, _ frontier: Position
    ) -> State {
        if world.chance.happens(world.swarm.chunkFails) {
            world.note(.chunkFails, "reading the chunk fails")
            answers.append(
                .failed(CaptureError(.unavailable, "the reader's connection broke", hint: "try again")))
            return .failed
        }
        let (table, _) = range(of: request)
        var batch = ChangeBatch(tables: [world.shape.schemas[table.rawValue]])
        var last: LegacyKey?
        var isLast = true
        let limit = limit(of: request)
        for (place, key, row) in rows(of: request) {
            if let end, place > end { break }
            if batch.changes.count == limit {
                isLast = false
                break
            }
            row.append(to: &batch, as: key)
            world.checker.read(key)
            last = place
        }
        if batch.changes.isEmpty, request.after == nil { world.mark(.emptyTable) }
        if end != nil, !isLast { world.mark(.chunkIsCut) }
        return finish(request, batch, frontier, last: last, isLast: isLast)
    }

    private func finish(
        _ request: BackfillMachine.Request, _ rows: ChangeBatch, _ frontier: Position, last: LegacyKey?,
        isLast: Bool
    ) -> State {
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
        return .read(.chunk(chunk, id: request.id, took: .milliseconds(5)))
    }
}
