public import Capture
import CrashPoints
public import Model
public import PostgreSQL

/// The captured side of a PostgreSQL database: yields what the server decodes of its log, in commit order.
/// One owner, one thread.
///
/// A position is the place of a commit's record in the log, so all parts of a transaction have it from its
/// beginning on, however many rows share a place. The slot's own account of how far it was read is only a
/// lower bound: it goes back when the server crashes, and what comes again is left out here.
///
/// What cannot be seen: unlogged tables, columns that the server computes, sequences, large objects; whole
/// rows before a change, unless the table's replica identity is full; large values that an update left alone,
/// likewise. A server that was put back to an earlier state and went on under the same timeline is recognised
/// by what it begins with: it has the transaction that was captured last, with its number, place and time,
/// and nothing of ours behind it up to where the stream goes on.
public final class PostgresSource: ChangeSource {
    /// The server, the database and the installation.
    public let identity: SourceIdentity
    /// The end of the last whole transaction that `next` returned, or a later place up to which nothing of
    /// ours is in the log.
    public internal(set) var resumePoint: ResumePoint
    /// Every transaction is told apart.
    public private(set) var fidelity = TransactionFidelity()

    /// How long a read waits in milliseconds, with nothing in hand and with something.
    var patience: (first: Int32, more: Int32) = (2, 0)

    /// How long the server may say nothing on the stream.
    var silence = ReplicationStream.Silence()

    /// Settings of the session that decodes the log, `name=value`.
    var streamSettings: [String] = []

    /// How often the tables as a whole are looked at while the stream is read.
    var looksEvery = Duration.seconds(10)

    let address: PostgresAddress
    /// The publication's name.
    let name: String
    let slotName: String
    let nonce: String
    /// For which migration and system the capture was made.
    let owner: String?
    /// For questions; the stream has a connection of its own.
    let connection: PostgresConnection
    var shapes = PostgresShapes([])
    /// The tables when they were last looked at, and when that was.
    var vigil: (state: PostgresVigil, at: ContinuousClock.Instant, signedAt: ContinuousClock.Instant)?
    /// What was found of tables as a whole while nothing was read: it goes for everything from here on.
    var toldBefore: [UnknownChanges] = []
    let clock = ContinuousClock()
    var stream: ReplicationStream?
    /// Whether the stream was opened in binary.
    var isBinary = false
    var queue = TransactionQueue()
    var ids = WideTransactionID(near: 0)
    /// The server's line of history, which every recovery from a backup leaves.
    var timeline = ""
    /// Whether the server still has the history of which a part was captured.
    var proof = HistoryProof(from: .start)
    /// Everything that was committed before this place was read.
    var heard = LogLocation(0)
    /// Commits up to here were there before the stream was opened.
    var floor = Position.start
    /// The number of the last transaction known to be behind; for the backlog.
    var passed: UInt64 = 0
    /// Where the log ended when its backlog was asked for, and the first number that was free then.
    var mark: (end: Position, free: UInt64)?
    private var decoder = PgoutputDecoder()
    private var lastBegun = Position.start
    private var isSkipping = false
    /// Where the transaction stands that is passed over.
    private(set) var skipped = Position.start
    /// Tables of which the transaction that is read has said that its changes are unknown.
    private var unknown: Set<String> = []
    /// What has come of transactions that have not ended.
    private(set) var streamed = StreamedTransactions()
    /// The transaction that has ended and is read from where it was kept; where its commit's record ends.
    private var replay: (messages: StreamedTransactions.Replay, end: LogLocation)?
    private let log: LogEnd

    /// Connects to a database in which a capture is installed.
    ///
    /// - Parameters:
    ///   - address: The server and the database; the role needs the attribute REPLICATION.
    ///   - capture: What was installed, by its name.
    ///   - name: How the system is called for people.
    /// - Throws: `CaptureError` with `tampered` when nothing is installed under that name.
    public convenience init(_ address: PostgresAddress, capture: String, name: String) throws {
        try self.init(address, capture: capture, slot: capture, name: name)
    }

    init(_ address: PostgresAddress, capture: String, slot: String, name: String) throws {
        self.address = address
        self.name = capture
        slotName = slot
        (connection, nonce, owner, identity, log) = try CaptureError.mapping {
            let connection = try PostgresConnection(address, application: "banyan capture")
            connection.patience = Self.questionPatience
            guard let found = try PostgresInstallation(reading: connection, named: capture) else {
                throw PostgresCapture.missing(capture)
            }
            let facts = try connection.query(
                "SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()")
            let system = try PostgresSystem(try Self.connectForStream(address))
            let identity = SourceIdentity(
                id: "\(system.id)/\(facts.text(0, 0) ?? "")/\(found.nonce)", name: name)
            return (connection, found.nonce, found.owner, identity, try LogEnd(connection))
        }
        resumePoint = ResumePoint(source: identity, position: .start)
    }

    /// The captured tables, each shape of them, in the order that batches use.
    public var tables: [TableSchema] { shapes.schemas }

    /// Starts to read after `point`, or after the present end of what is on the server's disk.
    public func open(after point: ResumePoint?) throws -> ResumePoint {
        stream = nil
        queue = TransactionQueue()
        fidelity = TransactionFidelity()
        mark = nil
        isSkipping = false
        streamed = StreamedTransactions()
        replay = nil
        proof = HistoryProof(from: .start)
        try CaptureError.mapping { try start(after: point) }
        floor = resumePoint.position
        lastBegun = floor
        heard = LogLocation(after: floor)
        return resumePoint
    }

    /// The next transactions; nil when there is none at the moment.
    public func next(byteLimit: Int) throws -> ChangeBatch? {
        guard let stream else {
            throw CaptureError(
                .unavailable, "the stream of \(identity.name) is not open", hint: "opened again by itself")
        }
        do {
            return try CaptureError.mapping { try read(stream, byteLimit: byteLimit) }
        } catch {
            // What was half read is read again.
            self.stream = nil
            throw error
        }
    }

    /// Tells the server at once what it may forget, once it has shown that it is the one that was captured.
    public func confirm(_ position: Position) throws {
        precondition(position <= resumePoint.position, "only what was read can be confirmed")
        // The server would never show again what the proof is made of; it is confirmed another time.
        guard proof.isComplete else { return }
        try CaptureError.mapping { try stream?.confirm(position) }
    }

    /// The end of the server's log: at or behind the last commit, whose own place the server does not tell.
    public func currentPosition() throws -> Position {
        try CaptureError.mapping { try log.settled().position }
    }

    /// About how many transactions were begun behind what was read, in all databases of the server; 0 when
    /// everything in the log was read.
    public func backlog() throws -> Int {
        let (end, free) = try CaptureError.mapping {
            (try log.flushed().position, try Self.freeNumber(connection))
        }
        if let mark, resumePoint.position >= mark.end {
            passed = max(passed, mark.free &- 1)
            self.mark = nil
        }
        if mark == nil { mark = (end, free) }
        let isRead = queue.isEmpty && heard.position >= end
        if resumePoint.position >= end || isRead { return 0 }
        return free > passed + 1 ? Int(clamping: free - passed - 1) : 1
    }

    /// How long the server may take for a question about itself; they need no table.
    static let questionPatience = Duration.seconds(30)

    static func connectForStream(
        _ address: PostgresAddress, settings: [String] = []
    ) throws -> PostgresConnection {
        try PostgresConnection(
            address, application: "banyan capture", purpose: .replication, settings: settings)
    }

    /// The first number that no transaction had which a snapshot of now shows.
    static func freeNumber(_ connection: PostgresConnection) throws -> UInt64 {
        let found = try connection.query(
            "SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())")
        return UInt64(found.integer(0, 0) ?? 0)
    }

    // MARK: reading

    /// Frames without a row after which a read ends, so that it ends on a server that is busy with others: it
    /// sends one whenever its log has grown.
    private static let quietFramesMax = 500

    private func read(_ stream: ReplicationStream, byteLimit: Int) throws -> ChangeBatch? {
        if let vigil, clock.now - vigil.at >= looksEvery { try look() }
        var (quietFrames, isQuiet) = (0, false)
        while quietFrames < Self.quietFramesMax {
            if let batch = queue.take(byteLimit, isEnd: false) { return hand(batch) }
            if replay != nil {
                try stream.reportWhenDue()
                try replayNext()
                continue
            }
            let frame = unsafe try stream.next(patience: wait(isQuiet: isQuiet)) {
                unsafe try take($0)
            }
            guard let frame else { break }
            isQuiet = false
            if case .quiet(let end) = frame { try demand(proof.reads(upTo: end.position)) }
            if case .quiet(let end) = frame, !queue.isOpen, !isSkipping {
                heard = max(heard, end)
                quietFrames += 1
                isQuiet = true
            }
        }
        if let batch = queue.take(byteLimit, isEnd: true) { return hand(batch) }
        if queue.isEmpty, heard.position > resumePoint.position { resumePoint.position = heard.position }
        return nil
    }

    /// How long to wait for the next frame, in milliseconds: what follows a quiet one is read only if it is
    /// there, because one may stand behind others that nobody has read.
    private func wait(isQuiet: Bool) -> Int32 {
        if isQuiet { return 0 }
        return queue.isEmpty ? patience.first : max(patience.more, queue.isOpen ? 1 : 0)
    }

    private func hand(_ batch: ChangeBatch) -> ChangeBatch {
        var batch = batch
        batch.tables = tables
        let whole = batch.transactions.dropLast(batch.continues ? 1 : 0)
        fidelity.exact += whole.count
        if let last = whole.last {
            passed = max(passed, last.id ?? 0)
            resumePoint = ResumePoint(
                source: identity, position: last.position,
                evidence: CapturedLast(timeline, last).evidence)
        }
        return batch
    }

    /// Reads the next message of a transaction that was sent before it had ended.
    private func replayNext() throws {
        guard var reading = replay else { return }
        // It is held here alone while it reads, so that nothing is copied.
        replay = nil
        if try unsafe reading.messages.next({ unsafe try decode($0) }) {
            replay = reading
            return
        }
        queue.commit()
        isSkipping = false
        heard = max(heard, reading.end)
    }

    private func take(_ bytes: UnsafeRawBufferPointer) throws {
        let isPieceEnd = unsafe bytes.first == UInt8(ascii: "E")
        if streamed.current != nil, !isPieceEnd { return unsafe try streamed.keep(bytes) }
        unsafe try decode(bytes)
    }

    private func decode(_ bytes: UnsafeRawBufferPointer) throws {
        switch unsafe try decoder.read(bytes) {
        case .begin(let commit, let time, let id): try begin(Position(commit), time, id)
        case .commit(_, let end):
            queue.commit()
            isSkipping = false
            heard = max(heard, LogLocation(end))
        case .origin(let origin):
            if !isSkipping, origin.hasPrefix(PostgresCapture.prefix) { queue.note(.banyan) }
        case .relation(let relation): try note(relation)
        case .insert(let id): unsafe try append(.insert, id, .nothing, bytes)
        case .update(let id, let before): unsafe try append(.update, id, before, bytes)
        case .delete(let id, let before): unsafe try append(.delete, id, before, bytes)
        case .truncate(let relations):
            if isSkipping { return try demandNothing(at: proof.passesOver(skipped)) }
            for id in relations {
                // Whoever reads the table stops at either.
                if let unknown = shapes.unknownChanges(of: id) {
                    tell(unknown)
                } else {
                    queue.append(.truncate, table: try shapes.relation(id).shape) { _ in (nil, nil) }
                }
            }
        case .message(let prefix, let content):
            guard let unknown = note(prefix: prefix, content) else { return }
            if isSkipping { return try demandNothing(at: proof.passesOver(skipped)) }
            if queue.isOpen { tell(unknown) }
        case .pieceBegins(let id): try streamed.begin(id)
        case .pieceEnds: try streamed.end()
        case .piecesAbort(let id, let part): streamed.abort(id, part: part)
        case .piecesCommit(let id, let position, let end, let time):
            let messages = try streamed.commit(id)
            try begin(Position(position), time, id)
            replay = (messages, LogLocation(end))
        case .other: return
        }
    }

    private func begin(_ position: Position, _ time: Int64, _ id: UInt32) throws {
        let wide = ids.follow(id)
        let committedAt = time.addingReportingOverflow(PostgresCalendar.epochMicroseconds).partialValue
        try demand(proof.begins(.init(id: wide, position: position, time: committedAt)))
        if position <= floor {
            isSkipping = true
            skipped = position
            return
        }
        guard position > lastBegun, !queue.isOpen else {
            throw CaptureError(
                .failed, "the stream goes from \(lastBegun) back to \(position)",
                hint: "report this with the server's version")
        }
        lastBegun = position
        unknown = []
        queue.begin(
            ChangeBatch.Transaction(
                position: position,
                committedAt: committedAt,
                origin: .application, changes: 0..<0, id: wide))
        for unknown in toldBefore { tell(unknown) }
        toldBefore = []
    }

    /// Says in the open transaction, once, that changes of a table are not known.
    private func tell(_ changes: UnknownChanges) {
        guard unknown.insert(changes.table).inserted else { return }
        queue.append(.unknown, table: shapes.place(of: changes)) { row in
            let start = row.count
            changes.write(to: &row)
            return (nil, start)
        }
    }

    private func append(
        _ operation: Operation, _ id: UInt32, _ carried: PgoutputMessage.Before,
        _ bytes: UnsafeRawBufferPointer
    ) throws {
        if isSkipping { return try demandNothing(at: proof.passesOver(skipped)) }
        guard queue.isOpen else { throw PgoutputFault("a row stands outside of every transaction") }
        if let unknown = shapes.unknownChanges(of: id) { return tell(unknown) }
        let relation = try shapes.relation(id)
        let images = unsafe PostgresRowImages(bytes, relation.message, shapes.all[relation.shape])
        let (before, after) = (decoder.before, decoder.after)
        try queue.append(operation, table: relation.shape) { row in
            var starts: (before: Int?, after: Int?)
            if operation != .insert {
                starts.before = row.count
                try images.append(
                    before: before, carried, after: operation == .update ? after : nil, to: &row)
            }
            if operation != .delete {
                starts.after = row.count
                try images.append(after: after, before: before, carried, to: &row)
            }
            return starts
        }
    }
}
