public import ChangeLog
import Model

/// A reader of a memory log.
public final class MemoryLogReader: LogReader {
    private let log: MemoryLog
    private let name: String
    private let process: UInt64

    init(_ log: MemoryLog, name: String) {
        self.log = log
        self.name = name
        process = log.process
    }

    /// The records after `offset` up to about `byteLimit` bytes, at least one when there is any.
    public func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord] {
        let disk = log.synced
        guard offset >= disk.base else {
            throw LogError(
                .trimmed, at: offset.next, "record \(offset.next) was removed", hint: "Read history again.")
        }
        guard offset <= log.end else {
            throw LogError(
                .rewound, at: log.end, "the log ends at \(log.end), but \(offset) has been read already",
                hint: "Restore the newest copy.")
        }
        var records: [LogRecord] = []
        var taken = 0
        let first = Int(offset.value - disk.base.value)
        var previous = first == 0 ? log.baseChecksum : disk.records[first - 1].checksum
        for stored in disk.records[first...] {
            let place = LogOffset(offset.value + UInt64(records.count) + 1)
            guard let checksum = log.verified(stored, at: place, previous: previous) else {
                throw LogError(.corrupt, at: place, "record \(place) is damaged", hint: "Restore the log.")
            }
            previous = checksum
            records.append(
                LogRecord(
                    offset: place, appendedAt: stored.appendedAt, batch: try ChangeBatch(frame: stored.frame))
            )
            taken += stored.frame.count
            if taken >= byteLimit { break }
        }
        return records
    }

    /// The last record that retention has removed.
    public func base() throws -> LogOffset { log.synced.base }

    /// The offset of the last durable record.
    public func end() throws -> LogOffset { log.end }

    /// Declares that this reader needs nothing up to and including `offset` any more.
    public func advance(to offset: LogOffset) throws {
        guard process == log.process, let floor = log.floors[name] else {
            throw LogError(.unregistered, "reader \(name) is not registered", hint: "Open it again.")
        }
        log.floors[name] = max(floor, offset)
    }
}
