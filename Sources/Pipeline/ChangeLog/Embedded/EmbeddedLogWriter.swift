import CrashPoints
public import Model
import SQLite
import Synchronization

/// The one writer of an embedded log: holds its lock, appends, checkpoints and trims on one thread.
public final class EmbeddedLogWriter: LogWriter {
    /// The write-ahead file is folded into the main file when it holds this much: of 4, 16 and 64 MiB, 4
    /// appended fastest and held an append up least.
    static let foldBytes = 4 << 20
    /// From here on the writer waits for readers that keep the write-ahead file from being used again.
    static let foldWaitBytes = 64 << 20
    /// A checkpoint is a note, not a store.
    static let checkpointBytesMax = 16 << 20

    /// Who the log is.
    public var identity: LogIdentity { header.identity }
    /// The offset of the last durable record; `.start` when there is none.
    public var end: LogOffset { header.end }
    /// How often the log has been opened for writing; only the newest generation may append.
    public var generation: UInt64 { header.generation }

    let log: EmbeddedLog
    let connection: SQLiteConnection
    var header: LogHeader
    private let lock: LogLock
    private let witness: EndWitness
    private var refusal: LogError?
    private var unfoldedBytes = 0
    private var foldWait = foldWaitBytes

    init(_ log: EmbeddedLog) throws {
        self.log = log
        lock = try LogLock(path: log.lockPath, log: log.path)
        try log.createIfMissing()
        connection = try log.openConnection(.readWrite)
        header = try log.openHeader(connection)
        try log.verifyTail(connection, header)
        witness = try EndWitness(
            path: log.witnessPath, identity: header.identity, files: log.files)
        // Everything is initialized: from here on deinit runs, also when what follows throws.
        log.writers.add(1, ordering: .sequentiallyConsistent)
        try LogError.mapping(log.path) { try takeOver() }
        try crashPoint(.logTakenOver, as: LogError.self)
        // The write-ahead file has its name now; SQLite syncs the folder too, but goes on when that fails.
        try log.syncFolder()
        try witness.record(header.end)
        try crashPoint(.logOpened, as: LogError.self)
        log.signal.announce(header.end)
    }

    deinit {
        log.writers.subtract(1, ordering: .sequentiallyConsistent)
    }

    private func takeOver() throws {
        guard try connection.string("PRAGMA journal_mode = WAL") == "wal" else {
            throw LogError(
                .failed, "\(log.path) cannot use a write-ahead file",
                hint: "Use a local disk, not a network file system.")
        }
        try connection.execute(
            """
            PRAGMA journal_size_limit = \(4 * Self.foldBytes);
            PRAGMA secure_delete = FAST;
            PRAGMA cell_size_check = ON
            """
        )
        if let limit = log.options.fileBytesMax {
            try connection.execute("PRAGMA max_page_count = \(limit / EmbeddedLog.pageBytes)")
        }
        header = try connection.immediate {
            // What the last writer could not sync must not lie under what this one appends.
            try connection.rewriteWriteAheadFile()
            connection.setFoldsWhenClosed(true)
            var next = try LogHeader.read(connection)
            next.generation += 1
            guard try next.write(connection, over: next.generation - 1) else { throw superseded() }
            return next
        }
    }

    /// Appends batches in order and replaces the checkpoint, in one durable step.
    public func append(_ batches: [ChangeBatch], checkpoint: [UInt8]) throws -> LogOffset {
        try append(frames: try batches.map { try $0.frame() }, checkpoint: checkpoint)
    }

    /// Appends batches that are encoded already.
    public func append(frames: [[UInt8]], checkpoint: [UInt8]) throws -> LogOffset {
        try requireSound()
        try refuseOversized(frames, checkpoint)
        let floors = log.floors.unstored()
        let next = try owned { next in
            for frame in frames { try insert(frame, &next) }
            next.checkpoint = checkpoint
            try store(floors, next)
            try crashPoint(.logBeforeCommit, as: LogError.self)
        }
        header = next
        log.floors.markStored(floors)
        // From here on the records are durable: whatever fails now stops the next append, not this one.
        do {
            try crashPoint(.logAfterCommit, as: LogError.self)
            try witness.record(next.end)
            try crashPoint(.logWitnessed, as: LogError.self)
            unfoldedBytes += frames.reduce(4 * EmbeddedLog.pageBytes) {
                $0 + $1.count + EmbeddedLog.pageBytes
            }
            try foldIfDue()
        } catch {
            refusal = asLogError(error)
        }
        log.signal.announce(next.end)
        return next.end
    }

    /// The checkpoint of the last successful append; nil in a new log.
    public func checkpoint() throws -> [UInt8]? { header.checkpoint }

    /// Stores what readers have declared, and lets go of the log; the writer takes nothing afterwards.
    public func close() throws {
        if refusal == nil {
            let floors = log.floors.unstored()
            if !floors.isEmpty {
                header = try owned { try store(floors, $0) }
                log.floors.markStored(floors)
            }
            refusal = LogError(.failed, "this writer was closed", hint: "Open another.")
        }
        lock.release()
    }

    /// Runs a change of the file in one synced transaction of this writer's generation; after a failure the
    /// writer is done.
    func owned(_ body: (inout LogHeader) throws -> Void) throws -> LogHeader {
        var hasBegun = false
        do {
            return try connection.immediate {
                hasBegun = true
                var next = try LogHeader.read(connection)
                guard next.generation == header.generation else { throw superseded() }
                guard next == header else {
                    throw LogError(
                        .corrupt, at: header.end,
                        "the header of \(log.path) is not what this writer last wrote",
                        hint: LogError.restoreHint)
                }
                try body(&next)
                guard try next.write(connection, over: header.generation) else { throw superseded() }
                return next
            }
        } catch {
            let failure = asLogError(error)
            // Nothing was attempted when another connection kept the transaction from beginning.
            if hasBegun || failure.code != .locked { refusal = failure }
            throw failure
        }
    }

    /// Throws when an earlier failure has ended this writer.
    func requireSound() throws {
        guard let refusal else { return }
        throw LogError(
            refusal.code, at: refusal.offset, "the log takes nothing more since: \(refusal.message)",
            hint: "Open it again, which shows what is durable. \(refusal.hint)")
    }

    /// Writes the floors of this process's readers into the file.
    func store(_ floors: [String: LogOffset], _ header: LogHeader) throws {
        guard !floors.isEmpty else { return }
        let chain = RecordChain(header.identity)
        for var row in try ReaderRow.readAll(connection, chain) {
            guard let floor = floors[row.name], floor > row.floor else { continue }
            row.floor = floor
            try row.write(connection, chain)
            try crashPoint(.logFloorsWritten, as: LogError.self)
        }
    }

    private func insert(_ frame: [UInt8], _ header: inout LogHeader) throws {
        let offset = header.end.next
        let appendedAt = log.clock.microseconds()
        let statement = try connection.cached("INSERT INTO record VALUES (?1, ?2, ?3, ?4)")
        // The frame outlives the closure, and the binding is let go of before it ends.
        try unsafe frame.withUnsafeBytes { bytes in
            let checksum = unsafe RecordChain(header.identity).checksum(
                bytes, offset: offset, appendedAt: appendedAt, previous: header.endChecksum)
            statement.bind(Int64(bitPattern: offset.value), at: 1)
            statement.bind(appendedAt, at: 2)
            statement.bind(Int64(checksum), at: 3)
            unsafe statement.bindBorrowedBytes(bytes, at: 4)
            defer { statement.clearBindings() }
            try statement.run()
            header.endChecksum = checksum
        }
        header.end = offset
        header.liveBytes += frame.count
    }

    private func refuseOversized(_ frames: [[UInt8]], _ checkpoint: [UInt8]) throws {
        let limit = log.options.recordBytesMax
        if let size = frames.lazy.map(\.count).first(where: { $0 > limit }) {
            throw LogError(
                .oversized, at: end.next, "a record of \(size) bytes; the log takes \(limit)",
                hint: "Read smaller batches: one transaction may be spread over several.")
        }
        guard checkpoint.count <= Self.checkpointBytesMax else {
            throw LogError(
                .oversized,
                "a checkpoint of \(checkpoint.count) bytes; the log takes \(Self.checkpointBytesMax)",
                hint: "Keep in it only what the writer needs to go on.")
        }
    }

    /// Copies the write-ahead file into the main file when it has grown enough, so that it is written from
    /// its start again.
    private func foldIfDue() throws {
        guard unfoldedBytes >= Self.foldBytes else { return }
        try crashPoint(.logBeforeFold, as: LogError.self)
        let waits = unfoldedBytes >= foldWait
        let results = try connection.rows("PRAGMA wal_checkpoint(\(waits ? "RESTART" : "PASSIVE"))") { row in
            (isBusy: row.integer(0) != 0, pages: row.integer(1), folded: row.integer(2))
        }
        try crashPoint(.logAfterFold, as: LogError.self)
        guard let result = results.first else { return }
        if !result.isBusy, result.pages == result.folded {
            unfoldedBytes = 0
            foldWait = Self.foldWaitBytes
        } else if waits {
            // A reader that stays for long is waited for again only when the file has doubled.
            foldWait *= 2
        }
    }

    private func superseded() -> LogError {
        LogError(
            .superseded, "another writer has opened \(log.path) since",
            hint: "Stop this engine; the other one goes on.")
    }

    private func asLogError(_ error: any Error) -> LogError {
        if let error = error as? LogError { return error }
        if let error = error as? SQLiteError { return LogError(error, path: log.path, at: end.next) }
        return LogError(.failed, at: end.next, "\(error)", hint: "Open the log again.")
    }
}
