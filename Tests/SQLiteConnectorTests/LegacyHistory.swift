import Capture
import Model
import PowerLoss
import SQLite
import TestKit

@testable import SQLiteConnector

/// One history of a captured application on a disk that loses what was not synced: the application commits,
/// capture reads and confirms, the power goes, the application goes on first, then capture.
///
/// What capture had read counts as durable: the log stands on a disk that keeps it.
struct LegacyHistory {
    /// How the application keeps its database.
    struct Habits {
        /// Whether its commits are synced.
        var syncs: Bool
        /// Whether it has a write-ahead file.
        var isWAL: Bool
        /// Whether the journal is trimmed without any sync, which is wrong on purpose: the checks are
        /// checked.
        var trimsUnsynced = false
    }

    /// What became of the stream after a loss.
    struct Outcome {
        /// Losses that took something that had been captured, each of them refused.
        var refused = 0
        /// Those after which the application had written as much as was lost, or more, when capture looked.
        var overgrown = 0
        /// Losses that took nothing of it, each of them gone on from.
        var resumed = 0
    }

    private(set) var outcome = Outcome()
    private let habits: Habits
    private let disk: FaultDisk
    private var random: SplitMix64
    /// What the application's table holds after so many transactions; row 0 counts them.
    private var states: [[Int64: String]] = [[0: "0"]]
    private var acknowledged = 0
    private var replica = Replica()
    private var point: ResumePoint?

    private var path: String { disk.file("legacy.db") }

    init(seed: UInt64, habits: Habits) throws {
        self.habits = habits
        random = SplitMix64(seed: seed)
        disk = try FaultDisk("power-legacy", seed: random.next())
        let app = try SQLiteConnection(path: path, access: .create)
        try app.execute(
            """
            PRAGMA page_size = \([512, 1024][Int.random(in: 0..<2, using: &random)]);
            PRAGMA journal_mode = \(habits.isWAL ? "WAL" : "DELETE");
            CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
            INSERT INTO t VALUES (0, '0')
            """)
        try SQLiteJournal.install(.init(tables: ["t"]), at: path)
        _ = try app.integer("PRAGMA wal_checkpoint(TRUNCATE)")
        disk.syncFolder()
    }

    /// Lives it through.
    mutating func run() throws {
        for _ in 0..<Int.random(in: 2...4, using: &random) {
            try resume()
            if random.chance(0.7) { disk.cut(atChange: Int.random(in: 1...120, using: &random)) }
            do {
                try live()
            } catch let error as SQLiteError {
                guard disk.isCut else { throw error }
            } catch let error as CaptureError {
                guard disk.isCut else { throw error }
            }
            disk.cut()
            try disk.restart(after: .power)
            try compareApplication()
        }
        try resume()
    }

    // MARK: the application

    private func application() throws -> SQLiteConnection {
        let app = try SQLiteConnection(path: path, access: .readWrite)
        // Without a write-ahead file FULL leaves the journal's removal, which is the commit, unsynced.
        let level = habits.isWAL ? "FULL" : "EXTRA"
        try app.execute("PRAGMA synchronous = \(habits.syncs ? level : "NORMAL")")
        return app
    }

    private mutating func commit(_ app: SQLiteConnection) throws {
        var state = states[acknowledged]
        state[0] = "\(acknowledged + 1)"
        var sql = "BEGIN IMMEDIATE; UPDATE t SET v = '\(acknowledged + 1)' WHERE id = 0;"
        for _ in 0..<Int.random(in: 1...25, using: &random) {
            let id = Int64.random(in: 1...30, using: &random)
            let value = "\(random.next() % 1000)"
            let isGone = random.chance(0.2)
            sql +=
                isGone
                ? "DELETE FROM t WHERE id = \(id);" : "INSERT OR REPLACE INTO t VALUES (\(id), '\(value)');"
            state[id] = isGone ? nil : value
        }
        states = Array(states.prefix(acknowledged + 1)) + [state]
        try app.execute(sql + "COMMIT")
        acknowledged += 1
    }

    /// The database is sound and holds a prefix of the application's transactions; all of them, when it
    /// syncs.
    private mutating func compareApplication() throws {
        do {
            let app = try application()
            guard try app.string("PRAGMA integrity_check") == "ok" else {
                throw ExamFailure("the application's database is damaged")
            }
            try compareRows(app)
        } catch let error as SQLiteError where error.isDamaged {
            throw ExamFailure("the application's database is damaged: \(error)")
        }
    }

    private mutating func compareRows(_ app: SQLiteConnection) throws {
        var held: [Int64: String] = [:]
        for (id, value) in try app.rows("SELECT id, v FROM t", [], { ($0.integer(0), $0.string(1) ?? "") }) {
            held[id] = value
        }
        guard let found = Int(held[0] ?? ""), found < states.count, held == states[found] else {
            throw ExamFailure("the application's rows are not those of one of its transactions")
        }
        guard !habits.syncs || found >= acknowledged else {
            throw ExamFailure("the application lost transaction \(found + 1), which was synced")
        }
        acknowledged = found
    }

    // MARK: capture

    /// The application and capture at work; either may end first.
    private mutating func live() throws {
        let trimmer = habits.trimsUnsynced ? try unsyncedTrimmer() : nil
        // Closed last, as what confirms is.
        defer { withExtendedLifetime(trimmer) {} }
        var app: SQLiteConnection? = try application()
        let source = try SQLiteSource(path: path, name: "legacy")
        _ = try source.open(after: point)
        defer { withExtendedLifetime(source) {} }
        let pages = Int.random(in: 2...60, using: &random)
        try app?.execute("PRAGMA wal_autocheckpoint = \(pages)")
        for _ in 0..<Int.random(in: 3...20, using: &random) {
            if let app { for _ in 0..<Int.random(in: 1...3, using: &random) { try commit(app) } }
            if random.chance(0.6) { try drain(source) }
            if random.chance(0.3) { try confirm(source, trimmer) }
        }
        // With nobody else there, the last to close folds the write-ahead file.
        if random.chance(0.3) { app = nil }
    }

    private func unsyncedTrimmer() throws -> SQLiteConnection {
        let trimmer = try SQLiteConnection(path: path, access: .readWrite)
        try trimmer.execute("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0")
        return trimmer
    }

    private func confirm(_ source: SQLiteSource, _ trimmer: SQLiteConnection?) throws {
        let position = source.resumePoint.position
        guard let trimmer else { return try source.confirm(position) }
        let end = Int64(clamping: position.value) - 100
        try trimmer.run("DELETE FROM banyan_journal WHERE seq < ?", [.integer(end)])
    }

    private mutating func drain(_ source: SQLiteSource) throws {
        while let batch = try source.next(byteLimit: 1 << 20) { try replica.apply(batch) }
        point = source.resumePoint
    }

    /// The stream goes on where it was, or refuses to when what it had read was lost; after either the
    /// replica is what the application has.
    private mutating func resume() throws {
        let end = try SQLiteSource(path: path, name: "legacy").currentPosition()
        let isLost = point.map { $0.position > end } ?? false
        // After a restart the application is there first, and may write as much as was lost, or more.
        let app = try application()
        for _ in 0..<(random.chance(0.5) ? 0 : Int.random(in: 1...12, using: &random)) { try commit(app) }
        let source = try SQLiteSource(path: path, name: "legacy")
        do {
            _ = try source.open(after: point)
            guard !isLost else { throw ExamFailure("the stream goes on after what it had read was lost") }
            if point == nil { replica = try present() } else { outcome.resumed += 1 }
            point = source.resumePoint
        } catch let error as CaptureError {
            guard isLost, error.recovery == .resnapshot else {
                throw ExamFailure("nothing captured was lost, and the stream is refused: \(error)")
            }
            outcome.refused += 1
            if let point, try source.currentPosition() >= point.position { outcome.overgrown += 1 }
            point = try source.open(after: nil)
            replica = try present()
        }
        try drain(source)
        guard try replica == present() else {
            throw ExamFailure("the replica is not what the application has")
        }
    }

    private func present() throws -> Replica {
        let reader = try SQLiteRangeReader(path: path)
        var present = Replica()
        try present.apply(reader.chunk(of: "t", after: nil, limit: .init(rows: 10_000, bytes: 1 << 20)).batch)
        return present
    }
}
