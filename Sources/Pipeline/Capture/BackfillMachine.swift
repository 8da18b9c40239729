import Crypto
import Guards
public import Model

/// Reads the history of tables chunk by chunk while their changes flow, and places each chunk in the stream
/// where it is true.
///
/// Pure: no clock, no I/O. A driver hands requests to a reader, tells the machine every batch of the stream
/// before it is appended, and appends what `place` returns at that point of the log. The rule: a chunk shows
/// all that was committed up to its frontier and nothing after its horizon, so it is placed once the stream
/// has reached the horizon, and leaves out every row whose key was changed after the frontier or by a
/// transaction that the chunk does not show, because the log already holds something newer. Nothing depends
/// on the stream ever moving: on an idle source the horizon is where the stream stands.
public struct BackfillMachine: Sendable {
    /// One chunk to be read.
    public struct Request: Sendable, Equatable {
        /// Tells this attempt from every other; an answer to an earlier one is ignored.
        public var id: UInt64
        /// The table.
        public var table: String
        /// The last key before the chunk.
        public var after: Key?
        /// The last key that the chunk may hold; nil when `limit` alone says where it ends.
        public var through: Key?
        /// Whether to say where the chunk will end before it is read: the next one is asked for then.
        public var isBoundWanted = false
        /// How much to read.
        public var limit: ChunkLimit
        /// Where the stream stood when the request was made.
        public var low: Position
    }

    /// A range of keys: still to be asked for, being read, or read and waiting for its place.
    private struct Piece: Sendable {
        var request: Request
        var isAsked: Bool
        var chunk: RangeChunk?

        /// The last key of the range; nil where it is the table's end.
        var end: Key? {
            guard let chunk else { return request.through }
            return chunk.isLast ? request.through : chunk.lastKey
        }
        /// Whether the table ends with it.
        var isLast: Bool { chunk?.isLast ?? false && request.through == nil }
    }

    /// How the work is sized.
    public let tuning: BackfillTuning
    /// What has been placed: durable as soon as the log has appended it together with the chunks.
    public private(set) var checkpoint: BackfillCheckpoint
    /// Chunks that had to be read again.
    public private(set) var rereads = 0
    /// Chunks that did not show yet what the stream had passed.
    public private(set) var refusals = 0

    private let context: String
    /// What is under way, in the order of its keys, each beginning where the one before ends.
    private var pieces: [Piece] = []
    /// The table to read next, as an index into the checkpoint's tables, and where in it.
    private var nextTable: Int
    private var nextKey: Key?
    /// Whether it is not known yet where the last piece ends.
    private var isEndOpen = false
    private var rows: Int
    private var lastID: UInt64 = 0
    private var windows: [String: Window] = [:]
    private var isInsideTransaction = false
    private var passed = PassedTransactions()
    /// What was found of tables that can no longer be read, and does not stand in the log yet.
    private var findings: [UnknownChanges] = []

    /// Starts, or goes on where a checkpoint ends.
    ///
    /// - Parameters:
    ///   - context: The context whose history is read.
    ///   - tables: The tables in the order in which they are read.
    ///   - resuming: What the log's checkpoint says; tables it does not know start at their beginning.
    ///   - tuning: How the work is sized.
    public init(
        context: String, tables: [String], resuming: BackfillCheckpoint? = nil,
        tuning: BackfillTuning = .init()
    ) {
        self.context = context
        self.tuning = tuning
        checkpoint = BackfillCheckpoint(
            tables: tables.map { name in
                resuming?.tables.first { $0.name == name } ?? BackfillCheckpoint.Table(name: name)
            })
        rows = tuning.rowsFirst
        nextTable = 0
        rewind()
    }

    /// Whether every table has been read to its end and every chunk placed.
    public var isFinished: Bool { checkpoint.tables.allSatisfy(\.isDone) }

    /// Whether a chunk was read and the stream has not reached its place.
    public var isWaitingToPlace: Bool { pieces.first?.chunk != nil }

    /// The next chunk to read; nil while enough are being read or wait to be placed.
    ///
    /// - Parameter stream: The end of the last whole transaction that was read from the source.
    public mutating func request(at stream: Position) -> Request? {
        // Inside a transaction its first part was seen by no window.
        guard !isInsideTransaction, pieces.count(where: \.isAsked) < tuning.readers else { return nil }
        let isRoom = pieces.count(where: { $0.chunk != nil }) < tuning.chunksWaitingMax + tuning.readers - 1
        let place: Int
        if let open = pieces.firstIndex(where: { !$0.isAsked && $0.chunk == nil }) {
            // Without the first of all nothing behind it will ever be placed.
            guard isRoom || open == 0 else { return nil }
            place = open
        } else {
            guard isRoom, !isEndOpen, nextTable < checkpoint.tables.count else { return nil }
            place = pieces.count
            let request = Request(
                id: 0, table: checkpoint.tables[nextTable].name, after: nextKey,
                isBoundWanted: tuning.readers > 1, limit: ChunkLimit(rows: rows, bytes: tuning.bytesMax),
                low: stream)
            pieces.append(Piece(request: request, isAsked: false))
            isEndOpen = true
        }
        lastID += 1
        pieces[place].isAsked = true
        pieces[place].request.id = lastID
        pieces[place].request.low = stream
        let request = pieces[place].request
        if windows[request.table] == nil { windows[request.table] = Window() }
        return request
    }

    /// Hears where a chunk that is being read will end, so that the one behind it can be asked for.
    public mutating func bounded(_ end: Key?, for id: UInt64) {
        guard let end, let place = piece(id), pieces[place].request.through == nil else { return }
        pieces[place].request.through = end
        // Asked for once more, it is the same range.
        pieces[place].request.isBoundWanted = false
        nextKey = end
        isEndOpen = false
    }

    /// Takes a chunk that was read; `duration` is what the reading took.
    public mutating func received(_ chunk: RangeChunk, for id: UInt64, took duration: Duration) {
        guard let place = piece(id) else { return }
        let request = pieces[place].request
        guard chunk.frontier >= request.low else {
            // The reader saw an older state than the stream: changes between the two were noted by nobody.
            readAgain()
            return
        }
        pieces[place].isAsked = false
        if !passed.isSound(chunk, for: request.id, lastAsked: lastID), Guard.passedIsRemembered.holds {
            // The rows lack what the stream has passed or may have passed: asked again, they will show it.
            refusals += 1
            return
        }
        pieces[place].chunk = chunk
        if let through = request.through {
            if !chunk.isLast { addRest(behind: place, through: through, chunk.lastKey) }
        } else {
            isEndOpen = false
            nextKey = chunk.isLast ? nil : chunk.lastKey
            if chunk.isLast { nextTable = nextUndone(after: nextTable) }
        }
        rows = tuning.rows(
            after: chunk.batch.changes.count, of: request.limit, isLast: chunk.isLast, took: duration)
    }

    /// Hears that a table can no longer be read: nothing more is asked of it, and the log will say so.
    public mutating func unreadable(_ finding: UnknownChanges, for id: UInt64) {
        guard piece(id) != nil else { return }
        findings.append(finding)
        readAgain()
    }

    /// What a chunk left of its range is read by itself.
    private mutating func addRest(behind place: Int, through: Key, _ last: Key?) {
        guard Guard.restIsRead.holds else { return }
        var rest = pieces[place].request
        rest.after = last
        rest.isBoundWanted = false
        pieces.insert(Piece(request: rest, isAsked: false), at: place + 1)
    }

    /// The piece that is being read under a number.
    private func piece(_ id: UInt64) -> Int? { pieces.firstIndex { $0.isAsked && $0.request.id == id } }

    /// Sees a batch of the stream, which goes to the log next.
    public mutating func observe(_ batch: ChangeBatch) {
        isInsideTransaction = batch.continues
        for transaction in batch.transactions {
            if let id = transaction.id { passed.note(id, whenAsked: lastID) }
        }
        guard !windows.isEmpty else { return }
        let watched = batch.tables.map { windows[$0.name] != nil }
        guard watched.contains(true) else { return }
        var offsets = RowOffsets()
        for transaction in batch.transactions {
            for change in batch.changes[transaction.changes] where watched[Int(change.table)] {
                note(
                    change, in: batch, at: Mark(position: transaction.position, id: transaction.id), &offsets)
            }
        }
        if windows.values.contains(where: { $0.changed.count > tuning.keysMax }) { readAgain() }
    }

    /// Discards what was read of a table whose shape changed; it is read again from the last placed chunk.
    public mutating func invalidate(_ table: String) {
        if pieces.contains(where: { $0.request.table == table }) { readAgain() }
    }

    /// Gives up every read under way, to ask anew from the last placed chunk: after a reader failed, or a
    /// restart.
    public mutating func readAgain() {
        pieces.removeAll()
        isEndOpen = false
        windows.removeAll()
        rows = max(rows / 2, tuning.rowsMin)
        rereads += 1
        rewind()
    }

    /// The next chunk whose place is here, with its certificate, or the record that a table can no longer be
    /// read; nil when none may be placed yet.
    ///
    /// - Parameter stream: The end of the last whole transaction that was read and observed.
    public mutating func place(at stream: Position) -> ChangeBatch? {
        if let finding = isInsideTransaction ? nil : findings.first { return giveUp(finding, at: stream) }
        let place = Guard.chunksKeepOrder.holds ? 0 : pieces.firstIndex { $0.chunk != nil } ?? 0
        guard !isInsideTransaction, pieces.indices.contains(place), let chunk = pieces[place].chunk,
            chunk.horizon <= stream || !Guard.chunkWaitsForStream.holds
        else { return nil }
        let window = windows[pieces[place].request.table] ?? Window()
        guard let kept = kept(chunk, window) else {
            readAgain()
            return nil
        }
        let first = pieces.remove(at: place)
        var batch = kept
        batch.chunk = certify(first, chunk, kept: kept, at: stream)
        record(first, rows: kept.changes.count)
        forget()
        return batch
    }

    /// Ends the history of a table with a record that its changes are not known from here on.
    private mutating func giveUp(_ finding: UnknownChanges, at stream: Position) -> ChangeBatch {
        findings.removeFirst()
        for index in checkpoint.tables.indices where checkpoint.tables[index].name == finding.table {
            checkpoint.tables[index].isDone = true
        }
        var batch = ChangeBatch(tables: [finding.schema])
        finding.write(to: &batch.bytes)
        batch.changes = [ChangeBatch.Change(operation: .unknown, table: 0, before: nil, after: 0)]
        batch.transactions = [
            ChangeBatch.Transaction(position: stream, committedAt: nil, origin: .application, changes: 0..<1)
        ]
        return batch
    }

    // MARK: windows

    private mutating func note(
        _ change: ChangeBatch.Change, in batch: ChangeBatch, at mark: Mark,
        _ offsets: inout RowOffsets
    ) {
        let schema = batch.tables[Int(change.table)]
        // Whoever reads the table stops here, and reads no chunk behind it.
        if change.operation == .unknown { return }
        if change.operation == .truncate {
            windows[schema.name]?.truncated = mark.position
            return
        }
        for (image, isAfter) in [(change.before, false), (change.after, true)] {
            guard let image else { continue }
            unsafe batch.bytes.withUnsafeBytes { arena in
                // The batch's images were checked when it was made; a damaged one ends the scan.
                guard unsafe offsets.scan(arena, at: Int(image), columns: schema.columns.count) else {
                    return
                }
                let key = unsafe Key(arena, offsets: offsets, columns: schema.key)
                windows[schema.name]?.changed[key] = mark
                let lacks = offsets.offsets.contains { unsafe arena[Int($0)] & 15 == Kind.absent.rawValue }
                if isAfter, lacks { windows[schema.name]?.incomplete[key] = mark }
            }
        }
    }

    /// Forgets changes that no chunk under way can need, because its frontier is not before its low mark.
    private mutating func forget() {
        let requests = pieces.filter { $0.isAsked || $0.chunk != nil }.map(\.request)
        for (name, window) in windows {
            guard let low = requests.filter({ $0.table == name }).map(\.low).min() else {
                windows[name] = nil
                continue
            }
            var rest = window
            rest.changed = window.changed.filter { $0.value.position > low }
            rest.incomplete = window.incomplete.filter { $0.value.position > low }
            windows[name] = rest
        }
    }

    /// The chunk without the rows that the stream knows better; nil when it must be read again.
    private func kept(_ chunk: RangeChunk, _ window: Window) -> ChangeBatch? {
        if window.truncated > chunk.frontier {
            var empty = ChangeBatch(tables: chunk.batch.tables)
            empty.transactions = chunk.batch.transactions.map { transaction in
                var emptied = transaction
                emptied.changes = 0..<0
                return emptied
            }
            return empty
        }
        guard window.changed.values.contains(where: { !$0.isShown(by: chunk) }) else { return chunk.batch }
        var result = ChangeBatch(tables: chunk.batch.tables)
        result.bytes.reserveCapacity(chunk.batch.bytes.count)
        var offsets = RowOffsets()
        let isWhole = unsafe chunk.batch.bytes.withUnsafeBytes { arena in
            for change in chunk.batch.changes {
                let schema = chunk.batch.tables[Int(change.table)]
                guard let image = change.after,
                    unsafe offsets.scan(arena, at: Int(image), columns: schema.columns.count)
                else { return false }
                // The row's bytes were scanned just now.
                let key = unsafe Key(arena, offsets: offsets, columns: schema.key)
                if let mark = window.incomplete[key], !mark.isShown(by: chunk) { return false }
                if let mark = window.changed[key], !mark.isShown(by: chunk) { continue }
                var row = change
                row.after = UInt32(result.bytes.count)
                unsafe result.bytes.append(contentsOf: arena[Int(image)..<offsets.end])
                result.changes.append(row)
            }
            return true
        }
        guard isWhole else { return nil }
        result.transactions = chunk.batch.transactions.prefix(1).map { transaction in
            var all = transaction
            all.changes = 0..<result.changes.count
            return all
        }
        return result
    }

    private func certify(
        _ placed: Piece, _ chunk: RangeChunk, kept: ChangeBatch, at stream: Position
    ) -> ChunkCertificate {
        let state = checkpoint.tables.first { $0.name == placed.request.table }
        return ChunkCertificate(
            context: context, table: placed.request.table, number: state?.chunks ?? 0,
            keyAfter: placed.request.after.map { Hex.encode($0.bytes) },
            keyThrough: placed.end.map { Hex.encode($0.bytes) },
            low: placed.request.low, high: stream, frontier: chunk.horizon,
            rowsRead: chunk.batch.changes.count,
            rowsDropped: chunk.batch.changes.count - kept.changes.count, digest: Self.digest(of: kept),
            isLast: placed.isLast)
    }

    /// SHA-256 over the images of a chunk's rows, one after another in key order, in hex.
    public static func digest(of batch: ChangeBatch) -> String {
        // A chunk's arena holds its rows in order and nothing else.
        Hex.encode(SHA256.hash(data: batch.bytes))
    }

    private mutating func record(_ placed: Piece, rows: Int) {
        guard let index = checkpoint.tables.firstIndex(where: { $0.name == placed.request.table }) else {
            return
        }
        checkpoint.tables[index].chunks += 1
        checkpoint.tables[index].rows += rows
        checkpoint.tables[index].isDone = placed.isLast
        let last = placed.end ?? placed.chunk?.lastKey
        checkpoint.tables[index].after =
            last.map { Hex.encode($0.bytes) } ?? checkpoint.tables[index].after
    }

    // MARK: the cursor

    /// Whether nothing more is to be asked of a table.
    private func isOver(_ table: BackfillCheckpoint.Table) -> Bool {
        table.isDone || findings.contains { $0.table == table.name }
    }

    private func nextUndone(after index: Int) -> Int {
        var next = index + 1
        while next < checkpoint.tables.count, isOver(checkpoint.tables[next]) { next += 1 }
        return next
    }

    /// Puts the reading cursor where the placed chunks end.
    private mutating func rewind() {
        nextTable = nextUndone(after: -1)
        nextKey = nil
        guard nextTable < checkpoint.tables.count, let after = checkpoint.tables[nextTable].after else {
            return
        }
        nextKey = Hex.decode(after).map(Key.init(bytes:))
    }
}
