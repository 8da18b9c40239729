import Model
import SQLite

/// A reader of an embedded log, used by one thread at a time: every record is checked against its place in
/// the chain before it is handed out.
public final class EmbeddedLogReader: LogReader {
    /// Appends by other processes are looked for this often.
    static let lookInterval = Duration.milliseconds(50)

    /// Who the log is; keep it beside the last offset applied.
    public let identity: LogIdentity
    /// Who reads; nil for an observer, which holds nothing back.
    public let name: String?

    let log: EmbeddedLog
    let connection: SQLiteConnection
    private var lastRead: (offset: LogOffset, checksum: UInt32)?

    init(_ log: EmbeddedLog, name: String?) throws {
        self.log = log
        self.name = name
        connection = try log.openConnection(name == nil ? .readOnly : .readWrite)
        identity = try log.openHeader(connection).identity
    }

    /// The records after `offset` up to about `byteLimit` bytes, at least one when there is any.
    public func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord] {
        var records: [LogRecord] = []
        unsafe try scan(after: offset, byteLimit: byteLimit) { offset, appendedAt, frame in
            // The checksum has proven that these are the bytes that the writer encoded, so images are not
            // walked again.
            let batch = try LogError.decoding(offset, log.path) {
                unsafe try ChangeBatch(frame: frame, validatingImages: false)
            }
            records.append(LogRecord(offset: offset, appendedAt: appendedAt, batch: batch))
        }
        return records
    }

    /// The same records without decoding them, for tools that copy or check.
    public func frames(after offset: LogOffset, byteLimit: Int) throws -> [LogFrame] {
        var frames: [LogFrame] = []
        unsafe try scan(after: offset, byteLimit: byteLimit) { offset, appendedAt, frame in
            frames.append(LogFrame(offset: offset, appendedAt: appendedAt, bytes: unsafe Array(frame)))
        }
        return frames
    }

    /// The offset of the last durable record.
    public func end() throws -> LogOffset {
        try LogError.mapping(log.path) { try LogHeader.read(connection).end }
    }

    /// The last record that retention removed: reading begins after it at the earliest.
    public func base() throws -> LogOffset {
        try LogError.mapping(log.path) { try LogHeader.read(connection).base }
    }

    /// Waits until there is a record after `offset`, at most for `limit`, or until the log's signal is
    /// closed.
    ///
    /// A record appended in this process ends the wait at once, one of another process within 50 ms.
    public func waitForRecords(after offset: LogOffset, atMost limit: Duration) throws -> LogSignal.Wake {
        let deadline = ContinuousClock.now + limit
        while true {
            let rest = ContinuousClock.now.duration(to: deadline)
            let wake = log.signal.wait(past: offset, atMost: min(rest, Self.lookInterval))
            guard wake == .deadline else { return wake }
            if try end() > offset { return .records }
            if rest <= Self.lookInterval { return .deadline }
        }
    }

    /// Checks every record of the log, in short snapshots.
    public func verify() throws -> LogVerification {
        var result = LogVerification()
        result.end = try base()
        while true {
            let before = result.records
            unsafe try scan(after: result.end, byteLimit: 16 << 20) { offset, _, frame in
                result.records += 1
                result.bytes += frame.count
                result.end = offset
            }
            if result.records == before { return result }
        }
    }

    private func scan(
        after offset: LogOffset, byteLimit: Int,
        visit: (LogOffset, Int64, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try LogError.mapping(log.path, at: offset.next) {
            try connection.snapshot {
                let header = try LogHeader.read(connection)
                try requireInside(offset, header)
                guard offset < header.end else { return }
                let scan = RecordScan(connection: connection, header: header, path: log.path)
                var checksum =
                    if let lastRead, lastRead.offset == offset {
                        lastRead.checksum
                    } else {
                        try scan.predecessorChecksum(of: offset.next)
                    }
                var last = offset
                unsafe try scan.run(from: offset.next, checksum: &checksum, byteLimit: max(byteLimit, 1)) {
                    unsafe try visit($0, $1, $2)
                    last = $0
                }
                lastRead = (last, checksum)
            }
        }
    }

    func requireInside(_ offset: LogOffset, _ header: LogHeader) throws {
        guard header.identity == identity else {
            throw LogError(.foreign, "\(log.path) is another log now", hint: "Start the engine again.")
        }
        guard offset >= header.base else {
            throw LogError(
                .trimmed, at: offset.next,
                "record \(offset.next) of \(log.path) was removed; the oldest left is \(header.base.next)",
                hint: "Read the source's history again; register the reader earlier, or keep records longer.")
        }
        guard offset <= header.end else {
            throw LogError(
                .rewound, at: header.end,
                "\(log.path) ends at record \(header.end), but \(offset) has been read already",
                hint:
                    "An older copy is in place: restore the newest, or read the source's history again."
            )
        }
    }
}
