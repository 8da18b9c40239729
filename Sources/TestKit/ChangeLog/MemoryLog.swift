public import ChangeLog
import Guards
public import Model

/// A change log in memory that behaves as a disk does where it hurts.
///
/// What is not synced goes in a crash, the last write may be torn, room runs out, syncs fail. One thread; for
/// the simulator and for tests.
public final class MemoryLog: LogUnderExam {
    /// What goes wrong next; each happens once.
    public struct Faults: Sendable, Equatable {
        /// The next append's sync fails; the value says whether its bytes had reached the disk all the same.
        public var syncFails: Bool?
        /// Syncs that have failed and that nobody has accounted for.
        public var failedSyncs = 0

        /// Nothing goes wrong.
        public init() {}
    }

    /// Where an append stands when `onAppend` is called.
    public enum Moment: Sendable {
        /// Nothing has been written.
        case before
        /// Everything is written and nothing is synced.
        case written
        /// Everything is durable, and the caller does not know it yet.
        case durable
    }

    struct Stored {
        var frame: [UInt8]
        var appendedAt: Int64
        var checksum: UInt32
    }

    /// An append that is written and not synced.
    struct Tail {
        var records: [Stored]
        /// What makes the append whole; nil when a crash tore it off.
        var checkpoint: [UInt8]?
        /// Whether it is on the disk although its sync failed: no crash takes it, and nobody reads it before
        /// the log is opened for writing again.
        var isOnDisk = false

        var bytes: Int { records.reduce(1) { $0 + $1.frame.count } }
    }

    /// What is on the disk.
    struct Disk {
        var exists = false
        var isForeign = false
        var generation: UInt64 = 0
        var base = LogOffset.start
        var records: [Stored] = []
        var checkpoint: [UInt8]?
        var floors: [String: LogOffset] = [:]
    }

    /// The clock by which records are dated.
    public let clock: ManualClock
    /// What goes wrong next.
    public var faults = Faults()
    /// Called at each moment of each append; what it throws is what the append throws.
    public var onAppend: ((Moment) throws -> Void)?
    /// Wakes readers when records arrive.
    public let signal = LogSignal()

    var synced = Disk()
    /// Written and not synced: a crash may keep any part of it, and recovery drops what is not whole.
    var unsynced: Tail?
    let chain = RecordChain(LogIdentity("memory"))
    /// The checksum of the record before the first one that is kept.
    var baseChecksum: UInt32 = 0
    var floors: [String: LogOffset] = [:]
    var holder: UInt64?
    var process: UInt64 = 1
    private var roomBytes: Int?

    /// A log that does not exist yet.
    public init(clock: ManualClock = ManualClock()) {
        self.clock = clock
    }

    /// The last durable record.
    public var end: LogOffset { LogOffset(synced.base.value + UInt64(synced.records.count)) }

    /// Opens the log for writing, dropping what an unfinished append left.
    public func openWriter() throws -> any LogWriter {
        guard !synced.isForeign else { throw foreign("something else stands here") }
        guard holder == nil else {
            throw LogError(
                .locked, "the log is being written by process \(process)", hint: "Stop that one first.")
        }
        recover()
        synced.exists = true
        synced.generation += 1
        holder = synced.generation
        floors = synced.floors
        return MemoryLogWriter(self, generation: synced.generation)
    }

    /// Opens a registered reader.
    public func openReader(named name: String) throws -> any LogReader {
        guard !synced.isForeign, synced.exists else { throw foreign("there is no log") }
        if floors[name] == nil {
            floors[name] = synced.base
            synced.floors[name] = synced.base
        }
        return MemoryLogReader(self, name: name)
    }

    /// Opens a reader for whom nothing is kept.
    public func openObserver() throws -> any LogReader {
        guard !synced.isForeign, synced.exists else { throw foreign("there is no log") }
        return MemoryLogReader(self, name: "")
    }

    /// The checkpoint that is durable; nil when there is none.
    public var checkpoint: [UInt8]? { synced.checkpoint }

    /// Forgets a reader.
    public func unregister(_ name: String) throws {
        floors[name] = nil
        synced.floors[name] = nil
    }

    /// Takes the log from whoever holds it, as when a lease has run out; the writer learns it at its next
    /// append. While an append is being made durable nobody can take it.
    public func breakLock() {
        if unsynced?.isOnDisk ?? true { holder = nil }
    }

    /// Bytes of the append that is written and not synced; 0 when there is none.
    public var unsyncedBytes: Int { unsynced.map { $0.isOnDisk ? 0 : $0.bytes } ?? 0 }

    /// Ends the process that writes, keeping this many bytes of an append that was written and not synced.
    ///
    /// - Parameter isOnly: Whether no other process has the log open, so that what is only in memory goes.
    public func crash(keepingBytes count: Int, isOnly: Bool = true) {
        if var tail = unsynced, !tail.isOnDisk {
            var left = count
            if left < tail.bytes { tail.checkpoint = nil }
            tail.records = tail.records.compactMap { record in
                guard left > 0 else { return nil }
                var kept = record
                kept.frame = Array(record.frame.prefix(left))
                left -= record.frame.count
                return kept
            }
            unsynced = tail
        }
        if isOnly { endProcess() } else { holder = nil }
    }

    /// Takes over what an unfinished append left, if all of it is there, and drops it otherwise.
    private func recover() {
        guard let tail = unsynced else { return }
        unsynced = nil
        var previous = synced.records.last?.checksum ?? baseChecksum
        var place = end.next
        var isWhole = tail.checkpoint != nil || !Guard.recordIsVerified.holds
        for record in tail.records {
            guard let checksum = verified(record, at: place, previous: previous) else {
                isWhole = false
                break
            }
            previous = checksum
            place = place.next
        }
        guard isWhole else { return }
        synced.records += tail.records
        synced.checkpoint = tail.checkpoint ?? synced.checkpoint
    }

    /// The checksum of a record that is the one appended at its place.
    func verified(_ record: Stored, at offset: LogOffset, previous: UInt32) -> UInt32? {
        unsafe record.frame.withUnsafeBytes { frame in
            // The frame outlives the call.
            unsafe chain.verified(
                frame, offset: offset, appendedAt: record.appendedAt, previous: previous,
                stored: Int64(record.checksum))
        }
    }

    /// Ends the process: writers and readers opened before refuse everything from now on.
    public func crash() throws {
        if !(unsynced?.isOnDisk ?? false) { unsynced = nil }
        endProcess()
    }

    private func endProcess() {
        holder = nil
        process += 1
        floors = synced.floors
    }

    /// Ends the process in the middle of an append.
    public func crash(appending batch: ChangeBatch, checkpoint: [UInt8], keeping fraction: Double) throws {
        let frame = try batch.frame()
        try crash()
        unsynced = Tail(
            records: [
                Stored(
                    frame: Array(frame.prefix(Int(Double(frame.count) * fraction))),
                    appendedAt: clock.microseconds, checksum: 0)
            ], checkpoint: nil)
    }

    /// Changes a byte of a durable record.
    public func damage(_ offset: LogOffset) throws {
        let index = Int(offset.value - synced.base.value) - 1
        guard synced.records.indices.contains(index), !synced.records[index].frame.isEmpty else {
            throw ExamFailure("record \(offset) is not there to be damaged")
        }
        synced.records[index].frame[synced.records[index].frame.count / 2] ^= 0x10
    }

    /// Puts something else where the log should be.
    public func putForeignFile() throws {
        synced.isForeign = true
    }

    /// Leaves room for this many bytes of records.
    public func limitRoom(_ bytes: Int?) {
        roomBytes = bytes
    }

    /// Whether records of so many more bytes fit.
    func hasRoom(for bytes: Int) -> Bool {
        guard let roomBytes else { return true }
        return synced.records.reduce(bytes) { $0 + $1.frame.count } <= roomBytes
    }

    private func foreign(_ message: String) -> LogError {
        LogError(.foreign, message, hint: "Name another log.")
    }
}
