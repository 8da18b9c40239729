import CrashPoints
import Foundation
import SQLite

/// The control store of a migration whose engine and commands share a machine: a SQLite file beside the log.
///
/// The lock on the log is what keeps a second engine away.
public final class SQLiteControlStore: ControlStore {
    let connection: SQLiteConnection

    /// Opens the store, making it when it is missing.
    public init(path: String) throws {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        connection = try SQLiteConnection(path: path, access: .create)
        try Self.enableWAL(connection)
        try crashPoint(.controlBegun, as: MigrationError.self)
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS mapping (
                digest TEXT PRIMARY KEY, migration TEXT NOT NULL, first_used_at INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS certificate (
                id INTEGER PRIMARY KEY AUTOINCREMENT, context TEXT NOT NULL, digest TEXT NOT NULL,
                body TEXT NOT NULL, issued_at INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS request (
                id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, answer TEXT);
            CREATE TABLE IF NOT EXISTS status (
                id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL, written_at INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS audit_chain (
                one INTEGER PRIMARY KEY CHECK (one = 1), migration TEXT NOT NULL, id TEXT NOT NULL,
                entries INTEGER NOT NULL, digest TEXT NOT NULL, signed TEXT);
            CREATE TABLE IF NOT EXISTS audit (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS exception (
                number INTEGER PRIMARY KEY AUTOINCREMENT, context TEXT NOT NULL, identity TEXT NOT NULL,
                state TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (context, identity));
            """)
        try crashPoint(.controlMade, as: MigrationError.self)
    }

    /// Turns the write-ahead log on. Where somebody looks into a store that is just being made SQLite refuses
    /// at once instead of waiting.
    private static func enableWAL(_ connection: SQLiteConnection) throws {
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            do {
                return try connection.execute("PRAGMA journal_mode = WAL")
            } catch let error as SQLiteError where error.isBusy && ContinuousClock.now < deadline {
                Thread.sleep(forTimeInterval: 0.005)
            }
        }
    }

    /// Remembers that a mapping version was used.
    public func noteMapping(_ digest: String, migration: String, now: Int64) throws {
        try connection.run(
            """
            INSERT INTO mapping (digest, migration, first_used_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
            """,
            [.text(digest), .text(migration), .integer(now)])
    }

    /// Keeps a certificate; returns its number.
    public func add(_ certificate: Certificate, now: Int64) throws -> Int {
        try connection.run(
            "INSERT INTO certificate (context, digest, body, issued_at) VALUES (?1, ?2, ?3, ?4)",
            [
                .text(certificate.body.context), .text(certificate.digest), .text(try certificate.text()),
                .integer(now),
            ])
        return Int(try connection.integer("SELECT last_insert_rowid()") ?? 0)
    }

    /// Every certificate by number.
    public func certificates() throws -> [(number: Int, certificate: Certificate)] {
        try connection.rows("SELECT id, body FROM certificate ORDER BY id") { row in
            (Int(row.integer(0)), try Certificate(text: row.string(1) ?? ""))
        }
    }

    /// The newest certificate of a context; nil when there is none.
    public func newestCertificate(context: String) throws -> Certificate? {
        try connection.string(
            "SELECT body FROM certificate WHERE context = ?1 ORDER BY id DESC LIMIT 1", [.text(context)]
        ).map(Certificate.init(text:))
    }

    /// Replaces the last status.
    public func write(_ status: MigrationStatus, now: Int64) throws {
        let body = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
        try connection.run(
            """
            INSERT INTO status (id, body, written_at) VALUES (1, ?1, ?2)
            ON CONFLICT (id) DO UPDATE SET body = excluded.body, written_at = excluded.written_at
            """, [.text(body), .integer(now)])
    }

    /// The last status and when it was written, in microseconds since 1970; nil before the first run.
    public func status() throws -> (status: MigrationStatus, writtenAt: Int64)? {
        try connection.rows("SELECT body, written_at FROM status") { row in
            (
                try JSONDecoder().decode(MigrationStatus.self, from: Data((row.string(0) ?? "").utf8)),
                row.integer(1)
            )
        }.first
    }

    // MARK: requests to a running engine

    /// Leaves a request for the engine; returns its number.
    public func ask(_ request: ControlRequest) throws -> Int64 {
        let body = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
        try connection.run("INSERT INTO request (body) VALUES (?1)", [.text(body)])
        return try connection.integer("SELECT last_insert_rowid()") ?? 0
    }

    /// The engine's answer; nil until it is there.
    public func answer(to id: Int64) throws -> String? {
        try connection.string("SELECT answer FROM request WHERE id = ?1", [.integer(id)])
    }

    /// The oldest request without an answer.
    public func nextRequest() throws -> ControlRequest? {
        try connection.rows("SELECT id, body FROM request WHERE answer IS NULL ORDER BY id LIMIT 1") { row in
            var request = try JSONDecoder().decode(
                ControlRequest.self, from: Data((row.string(1) ?? "").utf8))
            request.id = row.integer(0)
            return request
        }.first
    }

    /// Answers a request.
    public func finish(_ id: Int64, answer: String) throws {
        try connection.run("UPDATE request SET answer = ?1 WHERE id = ?2", [.text(answer), .integer(id)])
    }
}
