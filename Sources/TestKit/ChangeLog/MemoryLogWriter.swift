public import ChangeLog
public import Model

/// The writer of a memory log.
public final class MemoryLogWriter: LogWriter {
    private let log: MemoryLog
    private let generation: UInt64
    private let process: UInt64
    private var refusal: LogError?

    init(_ log: MemoryLog, generation: UInt64) {
        self.log = log
        self.generation = generation
        process = log.process
    }

    deinit {
        // As a file lock does: letting go of the writer lets go of the log.
        if log.holder == generation { log.holder = nil }
    }

    /// The offset of the last durable record.
    public var end: LogOffset { log.end }

    /// Appends batches in order and replaces the checkpoint, in one durable step.
    public func append(_ batches: [ChangeBatch], checkpoint: [UInt8]) throws -> LogOffset {
        try requireSound()
        try log.onAppend?(.before)
        // Whatever happened meanwhile: only the present owner writes.
        try requireSound()
        let first = log.end.next
        let stored = try encoded(batches, from: first)
        guard log.hasRoom(for: stored.reduce(0) { $0 + $1.frame.count }) else {
            throw refuse(LogError(.full, at: first, "no room", hint: "Make room and open the log again."))
        }
        log.unsynced = MemoryLog.Tail(records: stored, checkpoint: checkpoint)
        do {
            try log.onAppend?(.written)
        } catch {
            refusal =
                error as? LogError ?? LogError(.failed, "the append failed", hint: "Open the log again.")
            throw error
        }
        let hadReachedDisk = log.faults.syncFails
        log.faults.syncFails = nil
        log.unsynced = nil
        if let hadReachedDisk {
            if hadReachedDisk {
                log.unsynced = MemoryLog.Tail(records: stored, checkpoint: checkpoint, isOnDisk: true)
            }
            log.faults.failedSyncs += 1
            throw refuse(LogError(.failed, at: first, "the sync failed", hint: "Open the log again."))
        }
        log.synced.records += stored
        log.synced.checkpoint = checkpoint
        log.synced.floors = log.floors
        log.signal.announce(log.end)
        try log.onAppend?(.durable)
        return log.end
    }

    private func encoded(_ batches: [ChangeBatch], from first: LogOffset) throws -> [MemoryLog.Stored] {
        var previous = log.synced.records.last?.checksum ?? log.baseChecksum
        var offset = first
        let now = log.clock.microseconds
        return try batches.map { batch in
            let frame = try batch.frame()
            previous = unsafe frame.withUnsafeBytes { bytes in
                // The frame outlives the call.
                unsafe log.chain.checksum(bytes, offset: offset, appendedAt: now, previous: previous)
            }
            offset = offset.next
            return MemoryLog.Stored(frame: frame, appendedAt: now, checksum: previous)
        }
    }

    /// The checkpoint of the last successful append.
    public func checkpoint() throws -> [UInt8]? { log.synced.checkpoint }

    /// Removes records that every reader has passed and that `policy` no longer wants.
    @discardableResult
    public func trim(_ policy: RetentionPolicy) throws -> LogTrim {
        try requireSound()
        let floor = log.floors.values.min()
        var live = log.synced.records.reduce(0) { $0 + $1.frame.count }
        var trim = LogTrim(records: 0, bytes: 0, isComplete: true)
        for record in log.synced.records {
            let offset = LogOffset(log.synced.base.value + UInt64(trim.records) + 1)
            let age = Duration.microseconds(log.clock.microseconds - record.appendedAt)
            guard policy.lets(offset, age: age, liveBytes: live, beneath: floor) else { break }
            log.baseChecksum = record.checksum
            live -= record.frame.count
            trim.records += 1
            trim.bytes += record.frame.count
        }
        log.synced.records.removeFirst(trim.records)
        log.synced.base = LogOffset(log.synced.base.value + UInt64(trim.records))
        log.synced.floors = log.floors
        return trim
    }

    private func requireSound() throws {
        if let refusal { throw refusal }
        guard process == log.process else {
            throw LogError(
                .failed, "the process that opened this writer is gone", hint: "Open the log again.")
        }
        guard generation == log.synced.generation else {
            throw LogError(.superseded, "another writer has opened the log since", hint: "Stop this engine.")
        }
    }

    private func refuse(_ error: LogError) -> LogError {
        refusal = error
        return error
    }
}
