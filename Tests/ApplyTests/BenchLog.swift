import ChangeLog
import Testing

/// Records in memory, read two at a time.
final class BenchLog: LogReader {
    var log: [LogRecord]
    /// What was asked for: records behind these.
    private(set) var asked: [LogOffset] = []
    private(set) var floor = LogOffset.start

    init(_ log: [LogRecord]) {
        self.log = log
    }

    func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord] {
        asked.append(offset)
        return Array(log.dropFirst(Int(offset.value)).prefix(2))
    }

    func base() throws -> LogOffset { .start }

    func end() throws -> LogOffset { LogOffset(UInt64(log.count)) }
    func advance(to offset: LogOffset) throws { floor = max(floor, offset) }
}
