/// Finds where commits end by reading the write-ahead log beside the database.
///
/// A commit that wrote to the journal wrote the journal's last leaf page, whose last row is where the commit
/// ended. Other pages of the journal are written only when it is trimmed, which stays a margin away from rows
/// that were not read yet, or when auto-vacuum moves pages: there, after a hole, nothing is believed up to
/// the present end. A wrong end is impossible by that; a missing one, after the log started over unread,
/// merely merges neighbouring transactions.
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
    package mutating func refresh(through end: Int64) {
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
            startOver(file, header, through: end)
        } else {
            if cursor == nil {
                hole(end)
                cursor = WALCursor(header)
            }
            _ = read(file, through: end)
        }
        if lastEnd < end {
            // What the snapshot shows and the log does not was seen by nobody: from its present end on
            // nothing is missed again.
            lastEnd = end
            cursor = WALCursor(header)
            _ = read(file, through: end)
        }
        isWhole = true
    }

    /// The ends found in `(start, end]`.
    package mutating func ends(after start: Int64, through end: Int64) -> [SQLiteCommitEnd] {
        known.removeAll { $0.seq <= start }
        return known.filter { $0.seq <= end }
    }

    /// The log started over: the old run's last frames are still there unless the new run has come that far.
    private mutating func startOver(_ file: WALFile, _ header: WALFormat.Header, through end: Int64) {
        let old = cursor
        let oldEnd = read(file, through: end)
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
        if let oldEnd, let newEnd, isNext, newEnd < oldEnd, oldEnd <= file.size {
            isWhole = wasWhole
        } else {
            hole(end)
        }
        _ = read(file, through: end)
    }

    /// Reads on from the cursor, up to what the snapshot shows.
    private mutating func read(_ file: WALFile, through end: Int64) -> Int? {
        guard var reading = cursor else { return nil }
        var (last, whole, found) = (lastEnd, isWhole, known)
        let stop = reading.read(file, nonce: nonce) { row in
            guard let row, row > last else { return .take }
            // Not visible yet: it may still fail, so it is read again when it is.
            if row > end { return .leave }
            found.append(SQLiteCommitEnd(seq: row, isExact: whole))
            (last, whole) = (row, true)
            return .take
        }
        (lastEnd, isWhole, known, cursor) = (last, whole, found, reading)
        return stop
    }

    /// Notes that commits may have gone by unseen.
    private mutating func hole(_ end: Int64) {
        isWhole = false
        if movesPages { lastEnd = max(lastEnd, end) }
    }
}
