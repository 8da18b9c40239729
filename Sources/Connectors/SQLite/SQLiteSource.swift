public import Capture
public import Model
import SQLite

/// The captured side of a SQLite database: yields what the journal's triggers wrote, in commit order. One
/// owner, one thread.
///
/// Positions are journal row numbers. SQLite gives triggers no transaction id, so a poll reads whole commits
/// and splits them where the write-ahead log shows a commit's end, or where Banyan's own writes meet others';
/// where neither is known, neighbouring transactions are yielded as one. A transaction is never split.
///
/// What cannot be seen: writes of a connection that switched its triggers off, and rows that an application's
/// own BEFORE trigger moves into the way of a REPLACE. Reconciliation finds both.
public final class SQLiteSource: ChangeSource {
    /// The database's identity.
    public let identity: SourceIdentity
    /// The captured tables, each shape of them, in the order that batches use.
    public let tables: [TableSchema]
    /// The end of the last whole transaction that `next` returned.
    public private(set) var resumePoint: ResumePoint
    /// How many transactions were told apart.
    public private(set) var fidelity = TransactionFidelity()

    private let connection: SQLiteConnection
    private let installation: SQLiteInstallation
    private let reader: SQLiteJournalReader
    private let rows: SQLiteStatement
    private let marks: SQLiteStatement
    private var touches: SQLiteSourceTouches
    private var trimmer: SQLiteJournalTrimmer
    private var boundaries: any SQLiteBoundaries
    /// The last journal row returned.
    private var cursor: Int64 = 0
    /// Where the transaction ends of which a part was returned.
    private var unfinishedEnd: SQLiteCommitEnd?
    /// The schema's version when it was last found whole.
    private var verifiedVersion: Int64 = -1

    /// Opens a database in which a journal is installed.
    ///
    /// - Parameters:
    ///   - path: The database file.
    ///   - name: How the system is called for people.
    /// - Throws: `CaptureError` with `tampered` when no journal, or a damaged one, is there.
    public convenience init(path: String, name: String) throws {
        try self.init(path: path, name: name, boundaries: WALBoundaries(path: path))
    }

    init(path: String, name: String, boundaries: any SQLiteBoundaries) throws {
        (connection, installation, reader, rows, marks) = try CaptureError.mapping {
            let connection = try SQLiteConnection(path: path, access: .readWrite)
            try connection.execute("PRAGMA query_only = ON")
            guard let found = try connection.snapshot({ try SQLiteInstallation(reading: connection) }) else {
                throw CaptureError(
                    .tampered, "no journal is installed in \(name)",
                    hint: "install it, then read history again")
            }
            if let fault = found.faults.first { throw fault }
            let reader = SQLiteJournalReader(found)
            let marks = try connection.prepare("SELECT mark FROM banyan_journal WHERE seq = ?")
            return (connection, found, reader, try reader.rows(connection), marks)
        }
        identity = SourceIdentity(id: installation.id, name: name)
        tables = reader.schemas
        touches = SQLiteSourceTouches(after: 0)
        trimmer = SQLiteJournalTrimmer(path: path)
        self.boundaries = boundaries
        resumePoint = ResumePoint(source: identity, position: .start)
    }

    /// Starts to read after `point`, or after the present end.
    public func open(after point: ResumePoint?) throws -> ResumePoint {
        try CaptureError.mapping {
            try connection.snapshot {
                try verify()
                let end = try journalEnd()
                let start = point.map { Int64(clamping: $0.position.value) } ?? end
                let found = ResumePoint(
                    source: identity, position: Position(UInt64(start)), evidence: try evidence(at: start))
                if let point { try check(point, against: found, end: end) }
                resumePoint = found
                cursor = start
                unfinishedEnd = nil
                touches = SQLiteSourceTouches(after: start)
                let vacuum = try connection.integer("PRAGMA auto_vacuum") ?? 0
                boundaries.start(after: start, nonce: installation.nonce, movesPages: vacuum != 0)
                try boundaries.refresh(through: end, mark: mark(of:))
                return found
            }
        }
    }

    /// The next transactions; nil when there is none at the moment.
    public func next(byteLimit: Int) throws -> ChangeBatch? {
        try CaptureError.mapping {
            try connection.snapshot {
                try verify()
                let end = try journalEnd()
                if end == cursor { return nil }
                guard end > cursor else { throw rewound(end) }
                // An open snapshot keeps the write-ahead log from starting over while it is read.
                try boundaries.refresh(through: end, mark: mark(of:))
                return try poll(through: end, byteLimit: byteLimit)
            }
        }
    }

    /// Lets the journal forget what is durable elsewhere, a little at a time and never while a writer is in
    /// the way.
    public func confirm(_ position: Position) throws {
        precondition(position <= resumePoint.position, "only what was read can be confirmed")
        try CaptureError.mapping { try trimmer.confirm(Int64(clamping: position.value)) }
    }

    /// The number of the journal's last row.
    public func currentPosition() throws -> Position {
        try CaptureError.mapping { Position(UInt64(try journalEnd())) }
    }

    /// Journal rows behind what was read.
    public func backlog() throws -> Int {
        try CaptureError.mapping { Int(max(0, try journalEnd() - cursor)) }
    }

    // MARK: checks

    private func journalEnd() throws -> Int64 {
        let end = try connection.integer("SELECT max(seq) FROM banyan_journal") ?? 0
        guard end >= 0 else {
            throw CaptureError(
                .tampered, "the journal of \(identity.name) ends at \(end), and SQLite counts from 1",
                hint: "find out who writes to banyan_journal; install again and read history again")
        }
        return end
    }

    /// Verifies the installation when the schema changed since it was last found whole.
    private func verify() throws {
        let version = try connection.integer("PRAGMA schema_version") ?? -1
        guard version != verifiedVersion else { return }
        guard let found = try SQLiteInstallation(reading: connection) else {
            throw CaptureError(
                .tampered, "the journal of \(identity.name) was removed",
                hint: "install it, then read history again")
        }
        guard found.id == installation.id else {
            throw CaptureError(
                .foreign, "\(identity.name) is another database than the one opened",
                hint: "read history again")
        }
        if let fault = found.faults.first { throw fault }
        guard found.generation == installation.generation else { throw reinstalled }
        guard found.captured.map(\.number) == installation.captured.map(\.number),
            found.nonce == installation.nonce
        else {
            throw CaptureError(
                .unavailable, "the set of captured tables of \(identity.name) was extended",
                hint: "opened again by itself")
        }
        verifiedVersion = version
    }

    private func check(_ point: ResumePoint, against found: ResumePoint, end: Int64) throws {
        guard point.source.id == identity.id else {
            throw CaptureError(
                .foreign, "\(identity.name) is another database than the one that was captured",
                hint: "check the path; if the file was replaced, read history again")
        }
        if found.position.value > UInt64(end) { throw rewound(end) }
        if point.evidence.prefix(while: { $0 != ":" }) != found.evidence.prefix(while: { $0 != ":" }) {
            throw reinstalled
        }
        guard point.evidence == found.evidence else {
            let first = try connection.integer("SELECT min(seq) FROM banyan_journal") ?? 0
            guard first <= Int64(clamping: point.position.value) else {
                throw CaptureError(
                    .gap, "the journal starts at \(first), after the position \(point.position)",
                    hint: "something else trimmed it or the log is older than the journal: read history again"
                )
            }
            throw CaptureError(
                .foreign, "the journal of \(identity.name) does not hold what it held at \(point.position)",
                hint: "the file was restored or replaced: read history again")
        }
        if point.position == .start, end > 0,
            try connection.integer("SELECT min(seq) FROM banyan_journal") != 1
        {
            throw CaptureError(
                .gap, "the journal's first rows are gone",
                hint: "something else trimmed it: read history again")
        }
    }

    private func mark(of seq: Int64) throws -> Int64? {
        marks.reset()
        marks.bind(seq, at: 1)
        defer { marks.reset() }
        return try marks.step() ? marks.integer(0) : nil
    }

    private func rewound(_ end: Int64) -> CaptureError {
        CaptureError(
            .foreign, "the journal of \(identity.name) ends at \(end), before the position \(cursor)",
            hint: "the file was restored from an earlier copy, or rows were removed: read history again")
    }

    private var reinstalled: CaptureError {
        CaptureError(
            .tampered, "the journal of \(identity.name) was repaired after triggers or tables had changed",
            hint: "changes made meanwhile were not seen: read history again")
    }

    /// The installation's generation, and a digest of the journal row at `seq`.
    private func evidence(at seq: Int64) throws -> String {
        let digest = seq == 0 ? "" : try SQLiteJournalEvidence.digest(of: seq, connection)
        return "\(installation.generation):\(digest)"
    }

    // MARK: reading

    private func poll(through end: Int64, byteLimit: Int) throws -> ChangeBatch {
        var cutter = SQLiteTransactionCutter(
            tables: tables, after: cursor, ends: try ends(through: end), byteLimit: byteLimit,
            isUnfinished: unfinishedEnd != nil)
        reader.rewind(rows, after: cursor, through: end)
        defer { rows.reset() }
        while try rows.step() {
            let seq = reader.seq(rows)
            guard seq == cutter.last + 1 else { throw gap(after: cutter.last, found: seq) }
            let (operation, shape) = try reader.head(rows)
            if cutter.begins(seq, origin: reader.origin(rows)) == .stop { break }
            try append(operation, shape, seq, end: end, to: &cutter)
            switch cutter.accept(seq, at: reader.time(rows)) {
            case .goOn: continue
            case .stop: return try finish(&cutter)
            case .cut(let segmentEnd):
                if !cutter.dropsUnfinished() {
                    cutter.cut(endingAt: try originChange(after: seq, before: segmentEnd))
                }
                return try finish(&cutter)
            }
        }
        guard cutter.last > cursor else { throw gap(after: cutter.last, found: end) }
        return try finish(&cutter)
    }

    private func append(
        _ operation: Operation, _ shape: SQLiteJournalReader.Shape, _ seq: Int64, end: Int64,
        to cutter: inout SQLiteTransactionCutter
    ) throws {
        var operation = operation
        if operation == .touch {
            guard try touches.isDeleted(seq, end: end, reader, connection) else { return }
            operation = .delete
        }
        guard let operation = try named(operation, shape) else { return }
        var change = ChangeBatch.Change(operation: operation, table: shape.index, before: nil, after: nil)
        if operation != .insert {
            change.before = UInt32(cutter.batch.bytes.count)
            reader.before(rows, shape, &cutter.batch.bytes)
        }
        if operation != .delete {
            change.after = UInt32(cutter.batch.bytes.count)
            reader.after(rows, shape, &cutter.batch.bytes)
        }
        cutter.batch.changes.append(change)
    }

    /// What a change is where rows are known by their keys: a row that gets a key begins there, and one that
    /// loses it ends.
    ///
    /// - Returns: Nil when it had no key before and has none after.
    /// - Throws: `unsupported` as long as the table has a row without a key; after that the capture goes on.
    private func named(_ operation: Operation, _ shape: SQLiteJournalReader.Shape) throws -> Operation? {
        let isUnnamedBefore = operation != .insert && reader.hasNullKey(rows, shape, isAfter: false)
        let isUnnamedAfter = operation != .delete && reader.hasNullKey(rows, shape, isAfter: true)
        if isUnnamedAfter, try holdsUnnamed(tables[Int(shape.index)]) {
            throw SQLiteJournal.unsupported(
                shape.name, "a row has NULL in its key", "give every row a key and declare it NOT NULL")
        }
        switch operation {
        case .insert: return isUnnamedAfter ? nil : .insert
        case .delete: return isUnnamedBefore ? nil : .delete
        default:
            if isUnnamedBefore { return isUnnamedAfter ? nil : .insert }
            return isUnnamedAfter ? .delete : operation
        }
    }

    /// Whether a table has a row without a key now.
    private func holdsUnnamed(_ table: TableSchema) throws -> Bool {
        let test = table.key.map { "\(SQLiteName.quote(table.columns[$0].name)) IS NULL" }
        return try connection.integer(
            "SELECT 1 FROM \(SQLiteName.quote(table.name)) WHERE \(test.joined(separator: " OR ")) LIMIT 1")
            != nil
    }

    private func finish(_ cutter: inout SQLiteTransactionCutter) throws -> ChangeBatch {
        cursor = cutter.last
        unfinishedEnd = cutter.unfinishedEnd
        if let whole = cutter.lastWhole {
            resumePoint = ResumePoint(
                source: identity, position: Position(UInt64(whole)), evidence: try evidence(at: whole))
        }
        fidelity.exact += cutter.fidelity.exact
        fidelity.merged += cutter.fidelity.merged
        return cutter.batch
    }

    /// Where transactions end in `(cursor, end]`, the last one at `end`.
    private func ends(through end: Int64) throws -> [SQLiteCommitEnd] {
        let first = unfinishedEnd?.seq ?? cursor
        var ends = unfinishedEnd.map { [$0] } ?? []
        ends += boundaries.ends(after: first, through: end)
        if ends.last?.seq != end { ends.append(SQLiteCommitEnd(seq: end, isExact: false)) }
        return ends
    }

    /// The last row before the origin changes in `(seq, segmentEnd]`: the true end of a transaction that is
    /// returned in parts.
    private func originChange(after seq: Int64, before segmentEnd: Int64) throws -> Int64 {
        let change = try connection.integer(
            """
            SELECT min(seq) FROM banyan_journal WHERE seq > ?1 AND seq <= ?2
            AND origin IS NOT (SELECT origin FROM banyan_journal WHERE seq = ?1)
            """, [.integer(seq), .integer(segmentEnd)])
        return change.map { $0 - 1 } ?? segmentEnd
    }

    private func gap(after last: Int64, found: Int64) -> CaptureError {
        CaptureError(
            .gap, "the journal of \(identity.name) jumps from \(last) to \(found)",
            hint: "something removed journal rows: read history again")
    }
}
