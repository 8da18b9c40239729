import Capture
import CrashPoints
import SQLite

/// Removes confirmed journal rows: in small transactions, a fraction of the time, and never waiting for a
/// writer.
///
/// A margin before the confirmed row stays, as wide as the leaf pages that a deletion may rewrite: so
/// trimming never writes a page that holds rows nobody has read, and no such page is mistaken for a commit's.
/// The confirmed row itself is the evidence of what the journal held there, and the last row keeps the
/// numbers going.
struct SQLiteJournalTrimmer {
    /// Rows removed in one transaction: about a millisecond under the write lock.
    private static let rowsPerStep: Int64 = 500
    /// Rows worth a transaction while changes flow.
    private static let rowsWorth: Int64 = 500
    /// The least time between two rounds.
    private static let pause = Duration.milliseconds(50)
    /// The most time a round takes, so that trimming never has more than a fifth of the write lock.
    private static let round = Duration.milliseconds(10)
    /// After this long even a few rows are removed.
    private static let tidy = Duration.seconds(5)

    /// Leaf pages that SQLite may rewrite when rows are removed from one: it balances up to three into up to
    /// five.
    private static let pagesRewritten: Int64 = 5
    /// The least a journal row takes on a page, with its pointer, lengths, types, nonce and clock.
    private static let rowBytesMin: Int64 = 29

    private let path: String
    private let clock = ContinuousClock()
    private var connection: SQLiteConnection?
    private var first: Int64?
    private var margin: Int64 = 0
    private var lastRound: ContinuousClock.Instant?

    init(path: String) {
        self.path = path
    }

    /// Notes that rows up to `confirmed` are durable elsewhere, and removes some when it is time.
    mutating func confirm(_ confirmed: Int64) throws {
        let now = clock.now
        let idle = lastRound.map { $0.duration(to: now) }
        if let idle, idle < Self.pause { return }
        if let first, confirmed - margin - first < Self.rowsWorth, let idle, idle < Self.tidy { return }
        lastRound = now
        do {
            try trim(confirmed, until: now + Self.round)
        } catch let error as SQLiteError where error.isBusy {
            // A writer is at work; the rows wait for the next round.
        }
    }

    private mutating func trim(_ confirmed: Int64, until deadline: ContinuousClock.Instant) throws {
        let connection = try writer()
        let end = confirmed - margin
        var start = try first ?? connection.integer("SELECT min(seq) FROM banyan_journal") ?? end
        while start < end, clock.now < deadline {
            let next = min(end, start + Self.rowsPerStep)
            try crashPoint(.journalBeforeTrim, as: CaptureError.self)
            try connection.run("DELETE FROM banyan_journal WHERE seq < ?", [.integer(next)])
            try crashPoint(.journalAfterTrim, as: CaptureError.self)
            start = next
            first = start
        }
        first = start
    }

    private mutating func writer() throws -> SQLiteConnection {
        if let connection { return connection }
        let opened = try Self.open(path)
        let page = try opened.integer("PRAGMA page_size") ?? 4096
        margin = Self.pagesRewritten * page / Self.rowBytesMin
        connection = opened
        return opened
    }

    /// The connection that trims; checkpoints are the application's.
    static func open(_ path: String) throws -> SQLiteConnection {
        let opened = try SQLiteConnection(path: path, access: .readWrite, busyMilliseconds: 1)
        // A trim that power loss undoes is simply done again, so with a write-ahead file its commit needs no
        // sync. The order of writes does: unsynced, the start of that file over, a fold of it by the last
        // connection to close, or a change without such a file would cost the application its database.
        let isWAL = try opened.string("PRAGMA journal_mode") == "wal"
        try opened.execute(
            """
            PRAGMA synchronous = \(isWAL ? "NORMAL" : "FULL"); PRAGMA wal_autocheckpoint = 0;
            PRAGMA secure_delete = FAST
            """)
        return opened
    }
}
