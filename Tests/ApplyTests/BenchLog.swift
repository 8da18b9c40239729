import ChangeLog
import Testing

/// Records in memory, read two at a time.
final class BenchLog: LogReader {
    private let log: [LogRecord]
    private(set) var floor = LogOffset.start

    init(_ log: [LogRecord]) {
        self.log = log
    }

    func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord] {
        Array(log.dropFirst(Int(offset.value)).prefix(2))
    }

    func end() throws -> LogOffset { LogOffset(UInt64(log.count)) }
    func advance(to offset: LogOffset) throws { floor = max(floor, offset) }
}
