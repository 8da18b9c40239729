import CrashPoints
import SQLite

extension EmbeddedLogWriter {
    /// One call removes about this much, so that it holds the next append up for milliseconds only.
    static let trimBytesMax = 16 << 20
    /// One call removes at most this many records.
    static let trimRecordsMax = 4_096
    /// Free space of this much or more is given back to the disk once it is more than half of the file; less
    /// is used again.
    static let giveBackBytes = 64 << 20

    /// Removes records that every reader has passed and that `policy` no longer wants; never past the slowest
    /// reader.
    @discardableResult
    public func trim(_ policy: RetentionPolicy) throws -> LogTrim {
        try requireSound()
        let floors = log.floors.unstored()
        let plan = try LogError.mapping(log.path) { try planTrim(policy, floors) }
        if plan.records > 0 {
            header = try owned { next in
                try store(floors, next)
                try connection.run(
                    "DELETE FROM record WHERE \"offset\" <= ?1",
                    [.integer(Int64(bitPattern: plan.last.value))])
                next.base = plan.last
                next.baseChecksum = plan.checksum
                next.liveBytes -= plan.bytes
                try crashPoint(.logTrimBeforeCommit, as: LogError.self)
            }
            try crashPoint(.logTrimAfterCommit, as: LogError.self)
            log.floors.markStored(floors)
        }
        if plan.isComplete { try giveBack() }
        return LogTrim(records: plan.records, bytes: plan.bytes, isComplete: plan.isComplete)
    }

    private struct TrimPlan {
        var last: LogOffset
        var checksum: UInt32
        var records = 0
        var bytes = 0
        var isComplete = true
    }

    private func planTrim(_ policy: RetentionPolicy, _ floors: [String: LogOffset]) throws -> TrimPlan {
        var plan = TrimPlan(last: header.base, checksum: header.baseChecksum)
        let readers = try ReaderRow.readAll(connection, RecordChain(header.identity))
        let floor = readers.map { max($0.floor, floors[$0.name] ?? .start) }.min()
        let now = log.clock.microseconds()
        // SQLite knows a frame's length without reading it.
        let statement = try connection.cached(
            "SELECT \"offset\", appended_at, checksum, length(frame) FROM record ORDER BY \"offset\"")
        defer { statement.reset() }
        while plan.last < header.end, try statement.step() {
            let offset = plan.last.next
            guard statement.integer(0) == Int64(bitPattern: offset.value),
                let checksum = UInt32(exactly: statement.integer(2))
            else {
                throw LogError(
                    .corrupt, at: offset, "record \(offset) of \(log.path) is not there",
                    hint: LogError.restoreHint)
            }
            let age = Duration.microseconds(now - statement.integer(1))
            guard policy.lets(offset, age: age, liveBytes: header.liveBytes - plan.bytes, beneath: floor)
            else { break }
            let size = Int(statement.integer(3))
            guard plan.records < Self.trimRecordsMax,
                plan.records == 0 || plan.bytes + size <= Self.trimBytesMax
            else {
                plan.isComplete = false
                break
            }
            plan.last = offset
            plan.checksum = checksum
            plan.records += 1
            plan.bytes += size
        }
        return plan
    }

    /// Shortens the file by a bounded step when most of it is free.
    private func giveBack() throws {
        try LogError.mapping(log.path) {
            let free = Int(try connection.integer("PRAGMA freelist_count") ?? 0) * EmbeddedLog.pageBytes
            let all = Int(try connection.integer("PRAGMA page_count") ?? 0) * EmbeddedLog.pageBytes
            guard free >= Self.giveBackBytes, free > all / 2 else { return }
            try connection.execute("PRAGMA incremental_vacuum(\(Self.trimBytesMax / EmbeddedLog.pageBytes))")
        }
    }
}
