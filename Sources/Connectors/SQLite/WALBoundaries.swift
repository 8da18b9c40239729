/// Finds where commits end by reading the write-ahead log beside the database.
///
/// A commit that wrote to the journal wrote the journal's last leaf page, whose last row is where the commit
/// ended. It may also have written pages that look alike and are free: what a savepoint put on a page from
/// the free list stays there when it is rolled back, and is committed with the rest. Rows of such a page are
/// not those that have their numbers in the end, which their marks show; where some are, they stand before
/// the commit's last. So the end is the greatest row whose mark is the one that the snapshot shows.
///
/// Other pages of the journal are written only when it is trimmed, which stays a margin away from rows that
/// were not read yet, or when auto-vacuum moves pages: there, after a hole, nothing is believed up to the
/// present end. A wrong end is impossible by that; a missing one, after the log started over unread, merely
/// merges neighbouring transactions.
package struct WALBoundaries: SQLiteBoundaries {
    private let path: String
    private var file: WALFile?
    private var cursor: WALCursor?
    private var nonce: Int64 = 0
    private var movesPages = false
    /// The largest commit end seen, below which nothing is news.
    private var lastEnd: Int64 = 0
    /// Whether every commit since `lastEnd` has been seen.
    private var isWhole = false
    private var known: [SQLiteCommitEnd] = []

    /// Looks at the log beside a database.
    ///
    /// - Parameter path: The database file.
    package init(path: String) {
        self.path = path + "-wal"
    }

    /// Starts to look after a journal row; what was found before is forgotten.
    package mutating func start(after seq: Int64, nonce: Int64, movesPages: Bool) {
        self.nonce = nonce
        self.movesPages = movesPages
        cursor = nil
        known = []
        lastEnd = seq
        isWhole = false
    }

    /// Reads what was committed since, up to the journal row `end`.
    package mutating func refresh(through end: Int64, mark: (Int64) throws -> Int64?) throws {
        if file?.isUnlinked ?? true {
            file = WALFile(path: path)
            cursor = nil
        }
        guard let file else { return }
        guard let header = WALFormat.Header(file.read(WALFormat.headerBytes, at: 0)) else {
            hole(end)
            lastEnd = max(lastEnd, end)
            cursor = nil
            return
        }
        if let present = cursor, present.header != header {
            try startOver(file, header, through: end, mark)
        } else {
            if cursor == nil {
                hole(end)
                cursor = WALCursor(header)
            }
            _ = try read(file, through: end, mark)
        }
        if lastEnd < end {
            // What the snapshot shows and the log does not was seen by nobody: from its present end on
            // nothing is missed again.
            lastEnd = end
            cursor = WALCursor(header)
            _ = try read(file, through: end, mark)
        }
        isWhole = true
    }

    /// The ends found in `(start, end]`.
    package mutating func ends(after start: Int64, through end: Int64) -> [SQLiteCommitEnd] {
        known.removeAll { $0.seq <= start }
        return known.filter { $0.seq <= end }
    }

    /// The log started over: the old run's last frames are still there unless the new run has come that far.
    private mutating func startOver(
        _ file: WALFile, _ header: WALFormat.Header, through end: Int64, _ mark: (Int64) throws -> Int64?
    ) throws {
        let old = cursor
        let found = try read(file, through: end, mark)
        let isNext =
            old.map { $0.header.salt1 &+ 1 == header.salt1 && $0.header.pageBytes == header.pageBytes }
            ?? false
        let wasWhole = isWhole
        cursor = WALCursor(header)
        // How far the new run has come is only known when its frames have been read; until then there may be
        // a hole.
        var probe = WALCursor(header)
        let newEnd = probe.read(file, nonce: nonce) { _ in .take }
        // A file shorter than the old run was truncated, and its last frames with it.
        if let found, found.isDecided, isNext, newEnd < found.framesEnd, found.framesEnd <= file.size {
            isWhole = wasWhole
        } else {
            hole(end)
        }
        _ = try read(file, through: end, mark)
    }

    /// Reads on from the cursor, up to what the snapshot shows.
    ///
    /// - Returns: Where the run's frames end, and whether every commit up to there is done with.
    private mutating func read(
        _ file: WALFile, through end: Int64, _ mark: (Int64) throws -> Int64?
    ) throws -> (framesEnd: Int, isDecided: Bool)? {
        guard var reading = cursor else { return nil }
        var (last, whole, found, isDecided) = (lastEnd, isWhole, known, true)
        let framesEnd = try reading.read(file, nonce: nonce) { rows in
            let news = rows.filter { $0.seq > last }.sorted { $0.seq > $1.seq }
            if let row = try news.first(where: { try $0.seq <= end && mark($0.seq) == $0.mark }) {
                found.append(SQLiteCommitEnd(seq: row.seq, isExact: whole))
                // What the snapshot shows of this commit it shows of all before it.
                (last, whole, isDecided) = (row.seq, true, true)
                return .take
            }
            // Not visible yet, or a page that belongs to nobody: the next snapshot shows more.
            if news.contains(where: { $0.seq > end }) { isDecided = false }
            return isDecided ? .take : .keep
        }
        (lastEnd, isWhole, known, cursor) = (last, whole, found, reading)
        return (framesEnd, isDecided)
    }

    /// Notes that commits may have gone by unseen.
    private mutating func hole(_ end: Int64) {
        isWhole = false
        if movesPages { lastEnd = max(lastEnd, end) }
    }
}
