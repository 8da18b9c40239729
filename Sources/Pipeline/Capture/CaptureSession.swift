import ChangeLog
import CrashPoints
import Guards
import Model

/// One attempt at capturing: everything open, until something fails or the capture is stopped. One owner, one
/// thread.
final class CaptureSession {
    private let configuration: CaptureDriver.Configuration
    private let seams: CaptureDriver.Seams
    private let control: CaptureControl
    let source: any ChangeSource
    private let log: any LogWriter
    private let around: CaptureSurroundings

    private var pump: Pump
    private var backfill: BackfillMachine?
    private var throttle: Throttle
    private var chunks: (any ChunkReading)?
    private var progress: [BackfillProgress]
    private var lastPlaced: Duration
    private var lastAppend: Duration
    /// How long the next append without records waits; longer after each, shorter after one with records.
    private var idlePace: Duration
    /// Whether anything was appended since it was opened.
    private(set) var hasRecords = false
    /// When it was opened.
    let openedAt: Duration
    private var refusals = 0
    private var lastRefusal: Duration?
    private var lastProbe: Duration?
    private var lastBacklog: Duration?
    private var nap: Duration
    /// Read and not appended yet.
    private var group: [ChangeBatch] = []
    private var groupBytes = 0

    /// How long a chunk that lacked a commit is left alone.
    private static let refusalPause = Duration.milliseconds(20)
    /// How often the source is asked for its backlog.
    private static let backlogEvery = Duration.milliseconds(100)

    init(
        _ configuration: CaptureDriver.Configuration, seams: CaptureDriver.Seams, control: CaptureControl,
        around: CaptureSurroundings
    ) throws {
        self.configuration = configuration
        self.seams = seams
        self.control = control
        self.around = around
        log = try seams.log()
        source = try seams.source()
        let found = try log.checkpoint().map(CaptureCheckpoint.init(decoding:))
        let stored = found.flatMap { $0.isRestart ? nil : $0 }
        let resume = try source.open(after: stored?.resume)
        var checkpoint = stored ?? CaptureCheckpoint(resume: resume)
        if !configuration.tables.isEmpty {
            let machine = BackfillMachine(
                context: configuration.context, tables: configuration.tables, resuming: stored?.backfill,
                tuning: configuration.tuning)
            checkpoint.backfill = machine.checkpoint
            backfill = machine
        }
        if stored == nil {
            // The starting point is durable before anything is read, so that a restart never starts further
            // on.
            let opening = try found.map { try Self.restart(after: $0, at: resume, configuration) } ?? []
            if let first = opening.firstIndex(where: { !$0.isAbandonment }) {
                checkpoint.restart = LogOffset(log.end.value + UInt64(first) + 1)
            }
            _ = try log.append(opening, checkpoint: checkpoint.encoded())
            try crashPoint(.captureStarted, as: CaptureError.self)
        }
        pump = Pump(durable: checkpoint)
        throttle = Throttle(configuration.limits)
        nap = configuration.nap.lowerBound
        lastPlaced = around.now()
        lastAppend = around.now()
        idlePace = configuration.idlePace.lowerBound
        openedAt = around.now()
        progress = (checkpoint.backfill?.tables ?? []).map {
            BackfillProgress(table: $0.name, rowsDone: $0.rows, isDone: $0.isDone)
        }
        if let backfill, !backfill.isFinished {
            chunks = around.chunks(configuration.tables.reversed())
        }
        publish()
    }

    /// What the log says where another stream goes on in the place of the one before.
    private static func restart(
        after old: CaptureCheckpoint, at resume: ResumePoint, _ configuration: CaptureDriver.Configuration
    ) throws -> [ChangeBatch] {
        try CaptureCheckpoint.demand(
            resume.position, of: resume.source.name, after: old.resume.position)
        let tables = configuration.tables.map { table in
            ChangeBatch(
                tables: [],
                chunk: .restart(context: configuration.context, table: table, at: resume.position))
        }
        return (old.isInsideTransaction ? [.abandonment] : []) + tables
    }

    /// Lets go of everything.
    func close() {
        chunks?.stop()
        chunks = nil
    }

    /// An append of fewer bytes than this is followed by a pause, so that the next one holds more.
    private static let trickleBytes = 256 << 10

    /// Whether a chunk was read that no turn has seen.
    var hasChunk: Bool { chunks?.hasAnswer ?? false }

    /// Reads what there is, appends it, confirms it.
    func turn() throws -> CaptureLoop.Turn {
        if let marker = pump.prologue() { add(marker) }
        try readStream()
        try readChunks()
        // The next chunks are read while this one is made durable.
        try askForChunks()
        let hasNews = !group.isEmpty || isIdlePointDue()
        let isTrickle = groupBytes < Self.trickleBytes && backfill?.isFinished ?? true
        if !Guard.confirmedAfterAppend.holds { try source.confirm(source.resumePoint.position) }
        if hasNews { try append() }
        try crashPoint(.captureBeforeConfirm, as: CaptureError.self)
        let idle = Guard.idlePointIsDurable.holds ? .start : source.resumePoint.position
        try source.confirm(max(pump.confirmable, idle))
        try crashPoint(.captureAfterConfirm, as: CaptureError.self)
        try measure()
        publish()
        if hasNews {
            nap = configuration.nap.lowerBound
            return .progressed(pause: isTrickle ? configuration.pace : .zero)
        }
        // A chunk that waits for its place wants the stream's next step at once.
        if backfill?.isWaitingToPlace ?? false { nap = configuration.nap.lowerBound }
        defer { nap = min(nap * 1.5, configuration.nap.upperBound) }
        return .idle(nap: nap)
    }

    private func readStream() throws {
        while groupBytes < configuration.groupBytes, !control.isStopping {
            guard let read = try source.next(byteLimit: configuration.recordBytes) else { break }
            try crashPoint(.captureBatchRead, as: CaptureError.self)
            guard let batch = Guard.redeliverySkipped.holds ? pump.news(of: read) : read else { continue }
            backfill?.observe(batch)
            try pump.read(batch, resumePoint: source.resumePoint)
            add(batch)
            control.publish { $0.committedAt = batch.transactions.last?.committedAt ?? $0.committedAt }
            try placeChunks()
        }
    }

    /// Whether the source has moved on without anything for us, and it is time to let it forget: the point
    /// becomes durable first.
    private func isIdlePointDue() -> Bool {
        guard around.now() - lastAppend >= idlePace else { return false }
        return pump.idle(at: source.resumePoint)
    }

    private func readChunks() throws {
        for answer in chunks?.take() ?? [] {
            switch answer {
            case .bound(let end, let id): backfill?.bounded(end, for: id)
            case .chunk(let chunk, let id, let took): backfill?.received(chunk, for: id, took: took)
            case .unreadable(let unknown, let id): backfill?.unreadable(unknown, for: id)
            case .estimate(let rows, let table):
                for index in progress.indices where progress[index].table == table {
                    progress[index].rowsEstimated = rows
                }
            case .fewer(let error):
                control.publish {
                    $0.failure = "one of several readers of history is gone, the others go on: \(error)"
                }
            case .failed(let error): throw error
            }
        }
        try placeChunks()
    }

    private func placeChunks() throws {
        while let chunk = backfill?.place(at: source.resumePoint.position) {
            add(chunk)
            note(chunk)
            if let checkpoint = backfill?.checkpoint { pump.placed(checkpoint) }
            try crashPoint(.chunkPlaced, as: CaptureError.self)
        }
    }

    private func note(_ chunk: ChangeBatch) {
        let now = around.now()
        if chunk.chunk == nil {
            // Nothing more comes of a table that cannot be read.
            for index in progress.indices where progress[index].table == chunk.tables.first?.name {
                progress[index].isDone = true
            }
        }
        for index in progress.indices where progress[index].table == chunk.chunk?.table {
            progress[index].advance(by: chunk.changes.count, in: now - lastPlaced)
            progress[index].isDone = chunk.chunk?.isLast ?? false
        }
        lastPlaced = now
    }

    private func add(_ batch: ChangeBatch) {
        group.append(batch)
        groupBytes += batch.bytes.count
    }

    private func append() throws {
        _ = try log.append(group, checkpoint: pump.checkpoint.encoded())
        pump.appended()
        lastAppend = around.now()
        let pace = configuration.idlePace
        idlePace = group.isEmpty ? min(idlePace * 2, pace.upperBound) : max(idlePace / 2, pace.lowerBound)
        if !group.isEmpty { hasRecords = true }
        let (records, rows) = (group.count, group.reduce(0) { $0 + $1.changes.count })
        control.publish {
            $0.records += records
            $0.rows += rows
        }
        group.removeAll(keepingCapacity: true)
        groupBytes = 0
    }

    private func askForChunks() throws {
        guard let machine = backfill, let thread = chunks else { return }
        if machine.isFinished {
            close()
            return
        }
        let now = around.now()
        if machine.refusals > refusals {
            // Somebody's commit is not visible yet; asking without a pause would only keep the source busy.
            refusals = machine.refusals
            lastRefusal = now
        }
        if let lastRefusal, now - lastRefusal < Self.refusalPause { return }
        if case .wait(let pause, _) = throttle.decision, let lastProbe, now - lastProbe < pause {
            return
        }
        lastProbe = now
        var inputs = seams.probes()
        inputs.isPaused = inputs.isPaused || control.isPaused
        guard throttle.decide(inputs) == .run else { return }
        while let request = backfill?.request(at: source.resumePoint.position) { thread.ask(request) }
    }

    private func measure() throws {
        let now = around.now()
        if let lastBacklog, now - lastBacklog < Self.backlogEvery { return }
        lastBacklog = now
        let backlog = try source.backlog()
        control.publish { $0.backlog = backlog }
    }

    private func publish() {
        control.publish {
            $0.source = source.identity
            $0.read = source.resumePoint.position
            $0.durable = pump.confirmable
            $0.fidelity = source.fidelity
            $0.backfill = progress
            $0.throttle = backfill?.isFinished ?? true ? .run : throttle.decision
            $0.rereads = backfill?.rereads ?? 0
        }
    }
}
