public import ChangeLog
public import Model

/// What a capture needs to go on after a crash: written to the log together with the records that it speaks
/// of.
public struct CaptureCheckpoint: Sendable, Hashable, Codable {
    /// The format that this build writes; every other is refused.
    public static let formatVersion = 2

    /// The format.
    public var version = CaptureCheckpoint.formatVersion
    /// Where the stream goes on.
    public var resume: ResumePoint
    /// Whether the log ends inside a transaction, whose parts must be abandoned before it is read again.
    public var isInsideTransaction: Bool
    /// Whether the stream cannot go on at `resume`: capture is installed anew, and history read anew. No
    /// position may come again, so what is captured then begins after it.
    public var isRestart = false
    /// The first record by which the log says that history is read anew, the newest one; nil when it never
    /// was.
    public var restart: LogOffset?
    /// How far the backfill has come; nil when none was asked for.
    public var backfill: BackfillCheckpoint?

    /// Records a state.
    public init(resume: ResumePoint, isInsideTransaction: Bool = false, backfill: BackfillCheckpoint? = nil) {
        self.resume = resume
        self.isInsideTransaction = isInsideTransaction
        self.backfill = backfill
    }

    /// The checkpoint as the log keeps it: the format, then each field, texts with their length before them.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        func number(_ value: some BinaryInteger) { RowWriter.varint(UInt64(value), &bytes) }
        func text(_ value: String) {
            number(value.utf8.count)
            bytes += value.utf8
        }
        number(version)
        text(resume.source.id)
        text(resume.source.name)
        number(resume.position.value)
        text(resume.evidence)
        number((isInsideTransaction ? 1 : 0) | (isRestart ? 2 : 0) | (restart == nil ? 0 : 4))
        if let restart { number(restart.value) }
        guard let backfill else {
            number(0)
            return bytes
        }
        number(1 + backfill.tables.count)
        for table in backfill.tables {
            text(table.name)
            number(table.chunks)
            number(table.rows)
            number(table.after == nil ? 0 : 1)
            text(table.after ?? "")
            number(table.isDone ? 1 : 0)
        }
        return bytes
    }

    /// Reads what `encoded` wrote.
    public init(decoding bytes: [UInt8]) throws {
        do {
            // The reader lives only inside the closure.
            self = try unsafe bytes.withUnsafeBytes { raw in
                var reader = unsafe ByteReader(raw)
                return try CaptureCheckpoint(&reader)
            }
        } catch is ModelError {
            throw CaptureError(
                .failed, "the log's checkpoint does not decode",
                hint: "the log belongs to another version or is damaged")
        }
    }

    private init(_ reader: inout ByteReader) throws {
        let version = try reader.count("format", atMost: Int(UInt16.max))
        guard version == Self.formatVersion else {
            throw CaptureError(
                .failed, "the checkpoint has format \(version), this build reads \(Self.formatVersion)",
                hint: "use the version that wrote it")
        }
        let source = SourceIdentity(id: try reader.string("source"), name: try reader.string("name"))
        let position = Position(try reader.varint("position"))
        resume = ResumePoint(source: source, position: position, evidence: try reader.string("evidence"))
        let flags = try reader.count("flags", atMost: 7)
        (isInsideTransaction, isRestart) = (flags & 1 == 1, flags & 2 == 2)
        if flags & 4 == 4 { restart = LogOffset(try reader.varint("restart")) }
        let count = try reader.count("tables", atMost: reader.remaining + 1)
        if count > 0 {
            backfill = BackfillCheckpoint(tables: try (1..<count).map { _ in try Self.table(&reader) })
        }
        guard reader.isAtEnd else { throw ModelError(.malformed, "bytes follow the checkpoint") }
    }

    /// Demands that another stream, which begins at a position, gives none that came before.
    public static func demand(
        _ position: Position, of system: String, after old: Position
    ) throws(CaptureError) {
        if position >= old { return }
        throw CaptureError(
            .failed,
            "\(system) stands at \(position), and was captured up to \(old): positions would come again, and "
                + "with them the ids of events",
            hint: "begin anew with a log and a store that are empty, as docs/OPERATING.md says")
    }

    private static func table(_ reader: inout ByteReader) throws -> BackfillCheckpoint.Table {
        var table = BackfillCheckpoint.Table(name: try reader.string("table"))
        table.chunks = try reader.count("chunks", atMost: .max)
        table.rows = try reader.count("rows", atMost: .max)
        let isStarted = try reader.count("after", atMost: 1) == 1
        let after = try reader.string("after")
        table.after = isStarted ? after : nil
        table.isDone = try reader.count("done", atMost: 1) == 1
        return table
    }
}
