public import ChangeLog
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

        /// Nothing goes wrong.
        public init() {}
    }

    struct Stored {
        var frame: [UInt8]
        var appendedAt: Int64
        var checksum: UInt32
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
    /// Wakes readers when records arrive.
    public let signal = LogSignal()

    var synced = Disk()
    /// Records written but not synced: a crash may keep any part of them, and recovery drops what has no
    /// commit.
    var unsynced: [Stored] = []
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
        unsynced = []
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

    /// Forgets a reader.
    public func unregister(_ name: String) throws {
        floors[name] = nil
        synced.floors[name] = nil
    }

    /// Ends the process: writers and readers opened before refuse everything from now on.
    public func crash() throws {
        unsynced = []
        holder = nil
        process += 1
        floors = synced.floors
    }

    /// Ends the process in the middle of an append.
    public func crash(appending batch: ChangeBatch, checkpoint: [UInt8], keeping fraction: Double) throws {
        let frame = try batch.frame()
        try crash()
        unsynced = [
            Stored(
                frame: Array(frame.prefix(Int(Double(frame.count) * fraction))),
                appendedAt: clock.microseconds, checksum: 0)
        ]
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
