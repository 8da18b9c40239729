import Capture
import SQLite

/// Removes confirmed journal rows: in small transactions, a fraction of the time, and never waiting for a writer.
///
/// The confirmed row itself stays, as evidence of what the journal held there; so does the last row.
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

    private let path: String
    private let clock = ContinuousClock()
    private var connection: SQLiteConnection?
    private var first: Int64?
    private var lastRound: ContinuousClock.Instant?

    init(path: String) {
        self.path = path
    }

    /// Notes that rows up to `seq` are durable elsewhere, and removes some when it is time.
    mutating func confirm(_ seq: Int64) throws {
        let now = clock.now
        let idle = lastRound.map { $0.duration(to: now) }
        if let idle, idle < Self.pause { return }
        if let first, seq - first < Self.rowsWorth, let idle, idle < Self.tidy { return }
        lastRound = now
        let connection = try writer()
        var start = try first ?? connection.integer("SELECT min(seq) FROM banyan_journal") ?? seq
        do {
            while start < seq, clock.now - now < Self.round {
                let end = min(seq, start + Self.rowsPerStep)
                try connection.run("DELETE FROM banyan_journal WHERE seq < ?", [.integer(end)])
                start = end
            }
        } catch let error as SQLiteError where error.isBusy {
            // A writer is at work; the rows wait for the next round.
        }
        first = start
    }

    private mutating func writer() throws -> SQLiteConnection {
        if let connection { return connection }
        let opened = try SQLiteConnection(path: path, access: .readWrite, busyMilliseconds: 1)
        // A trim that power loss undoes is simply done again, so it needs no sync; checkpoints are the application's.
        try opened.execute("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = FAST")
        connection = opened
        return opened
    }
}
