public import ChangeLog
import Foundation
public import Model
import SQLite

/// An embedded log in a temporary folder; a crash is a copy of its files as a killed process would leave
/// them.
public final class EmbeddedLogUnderExam: LogUnderExam {
    /// The clock by which records are dated.
    public let clock = ManualClock()
    /// The log at present; another after each crash.
    public private(set) var log: EmbeddedLog
    private let folder: TemporaryFolder
    private var crashes = 0
    private var roomBytes: Int?
    private var writer: EmbeddedLogWriter?

    /// A log that does not exist yet.
    public init() throws {
        folder = try TemporaryFolder("log-exam", isInMemory: true)
        log = try EmbeddedLog(path: folder.file("log-0"), clock: clock.wallClock)
    }

    /// Opens the log for writing.
    public func openWriter() throws -> any LogWriter {
        if roomBytes != log.options.fileBytesMax {
            var options = log.options
            options.fileBytesMax = roomBytes
            log = try EmbeddedLog(path: log.path, options: options, clock: clock.wallClock)
        }
        let opened = try log.writer()
        writer = opened
        return opened
    }

    /// Opens a registered reader.
    public func openReader(named name: String) throws -> any LogReader { try log.reader(named: name) }

    /// Forgets a reader.
    public func unregister(_ name: String) throws { try log.unregister(name) }

    /// Goes on from a copy of the files, the shared-memory index left out, while the old process's handles
    /// still stand.
    public func crash() throws {
        crashes += 1
        let next = folder.file("log-\(crashes)")
        for suffix in ["", "-wal", ".end"] where FileManager.default.fileExists(atPath: log.path + suffix) {
            try FileManager.default.copyItem(atPath: log.path + suffix, toPath: next + suffix)
        }
        log = try EmbeddedLog(path: next, options: log.options, clock: clock.wallClock)
        writer = nil
    }

    /// Appends, takes back what was acknowledged, and cuts the write-ahead file within what the append wrote.
    public func crash(appending batch: ChangeBatch, checkpoint: [UInt8], keeping fraction: Double) throws {
        let wal = log.path + "-wal"
        guard let writer else { throw ExamFailure("no writer is open to crash") }
        let witness = try Data(contentsOf: URL(filePath: log.path + ".end"))
        let before = try Data(contentsOf: URL(filePath: wal))
        _ = try writer.append([batch], checkpoint: checkpoint)
        let after = try Data(contentsOf: URL(filePath: wal))
        let written = try writtenRange(before, after)
        try crash()
        try witness.write(to: URL(filePath: log.path + ".end"))
        let kept = written.lowerBound + Int(Double(written.count) * fraction)
        let handle = try FileHandle(forWritingTo: URL(filePath: log.path + "-wal"))
        try handle.truncate(atOffset: UInt64(kept))
        try handle.close()
    }

    /// Changes a byte of the record's frame by SQL.
    public func damage(_ offset: LogOffset) throws {
        let connection = try SQLiteConnection(path: log.path, access: .readWrite)
        let number = Int64(bitPattern: offset.value)
        var frame =
            try connection.rows("SELECT frame FROM record WHERE \"offset\" = ?1", [.integer(number)]) {
                $0.bytes(0)
            }.first ?? []
        guard !frame.isEmpty else { throw ExamFailure("record \(offset) is not there to be damaged") }
        frame[frame.count / 2] ^= 0x10
        try connection.run(
            "UPDATE record SET frame = ?1 WHERE \"offset\" = ?2", [.bytes(frame), .integer(number)])
    }

    /// Makes a database of something else in the log's place.
    public func putForeignFile() throws {
        let connection = try SQLiteConnection(path: log.path, access: .create)
        try connection.execute("CREATE TABLE record (name TEXT); INSERT INTO record VALUES ('not a log')")
    }

    /// Limits the file of the writer opened next.
    public func limitRoom(_ bytes: Int?) {
        roomBytes = bytes
    }

    /// The bytes that an append wrote: behind what was there, or from the start when the file began anew.
    private func writtenRange(_ before: Data, _ after: Data) throws -> Range<Int> {
        guard let first = after.indices.first(where: { $0 >= before.count || before[$0] != after[$0] }),
            let last = after.indices.last(where: { $0 >= before.count || before[$0] != after[$0] })
        else { throw ExamFailure("the append wrote nothing to the write-ahead file") }
        return first..<last + 1
    }
}
