import CrashPoints
import Foundation
public import PostgreSQL

/// The control store of one migration in a PostgreSQL database, in a schema of its own that migrations share.
///
/// A connection that breaks is made anew with the next call.
public final class PostgresControlStore: LeasedControlStore {
    private let address: PostgresAddress
    let migration: String
    private var present: PostgresConnection?
    /// Whether statements belong to a transaction, which no other connection can go on with.
    private var isInTransaction = false
    private var lease: Lease?
    /// Under which words, and for how long, the lease was last had.
    private var terms = (holder: "", duration: Duration.zero)

    /// How long the server may take to answer.
    private static let patience: Duration = .seconds(10)

    /// A store that is made when it is missing.
    public static func making(_ address: PostgresAddress, migration: String) throws -> PostgresControlStore {
        let store = PostgresControlStore(address, migration: migration)
        try crashPoint(.controlBegun, as: MigrationError.self)
        try store.make()
        try crashPoint(.controlMade, as: MigrationError.self)
        return store
    }

    /// The store of a migration if any engine has made one; changes nothing.
    public static func existing(_ address: PostgresAddress, migration: String) throws -> PostgresControlStore?
    {
        let store = PostgresControlStore(address, migration: migration)
        return try store.isMade() ? store : nil
    }

    private init(_ address: PostgresAddress, migration: String) {
        self.address = address
        self.migration = migration
    }

    private func isMade() throws -> Bool {
        try query("SELECT to_regclass('banyan_control.lease') IS NOT NULL").text(0, 0) == "t"
    }

    /// Whether the store has a place for the audit chain, which the first versions did not make.
    func hasAudit() throws -> Bool {
        let sql = "SELECT to_regclass($1) IS NOT NULL"
        return try ["audit", "audit_chain", "exception"].allSatisfy {
            try query(sql, ["banyan_control.\($0)"]).text(0, 0) == "t"
        }
    }

    private func make() throws {
        // Making needs rights that using does not.
        if try isMade(), try hasAudit() { return }
        try reaching {
            // Two engines may come at once; the second one waits, and finds everything there.
            try $0.execute(
                """
                BEGIN;
                SELECT pg_advisory_xact_lock(\(Self.makingLock));
                CREATE SCHEMA IF NOT EXISTS banyan_control;
                CREATE TABLE IF NOT EXISTS banyan_control.mapping (
                    migration text NOT NULL, digest text NOT NULL, first_used_at bigint NOT NULL,
                    PRIMARY KEY (migration, digest));
                CREATE TABLE IF NOT EXISTS banyan_control.certificate (
                    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, migration text NOT NULL,
                    context text NOT NULL, digest text NOT NULL, body text NOT NULL,
                    issued_at bigint NOT NULL);
                CREATE TABLE IF NOT EXISTS banyan_control.request (
                    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, migration text NOT NULL,
                    body text NOT NULL, answer text);
                CREATE TABLE IF NOT EXISTS banyan_control.status (
                    migration text PRIMARY KEY, body text NOT NULL, written_at bigint NOT NULL);
                CREATE TABLE IF NOT EXISTS banyan_control.lease (
                    migration text PRIMARY KEY, holder text NOT NULL, token text NOT NULL,
                    epoch bigint NOT NULL, ends_at timestamptz NOT NULL);
                CREATE TABLE IF NOT EXISTS banyan_control.audit_chain (
                    migration text PRIMARY KEY, id text NOT NULL, entries bigint NOT NULL,
                    digest text NOT NULL, signed text);
                CREATE TABLE IF NOT EXISTS banyan_control.audit (
                    migration text NOT NULL, number bigint NOT NULL, body text NOT NULL,
                    PRIMARY KEY (migration, number));
                CREATE TABLE IF NOT EXISTS banyan_control.exception (
                    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, migration text NOT NULL,
                    context text NOT NULL, identity text NOT NULL, state text NOT NULL, body text NOT NULL,
                    UNIQUE (migration, context, identity));
                COMMIT
                """)
        }
    }

    /// The number of the lock under which the tables are made ("banyan" in ASCII).
    private static let makingLock = 0x6261_6E79_616E

    // MARK: mappings and certificates

    /// Remembers that a mapping version was used.
    public func noteMapping(_ digest: String, migration: String, now: Int64) throws {
        try underLease(
            """
            INSERT INTO banyan_control.mapping (migration, digest, first_used_at)
            SELECT $1, $3, $4::bigint FROM held
            ON CONFLICT (migration, digest) DO UPDATE SET digest = excluded.digest RETURNING 1
            """, [digest, String(now)])
    }

    /// Keeps a certificate; returns its number.
    public func add(_ certificate: Certificate, now: Int64) throws -> Int {
        let found = try query(
            """
            INSERT INTO banyan_control.certificate (migration, context, digest, body, issued_at)
            VALUES ($1, $2, $3, $4, $5) RETURNING number
            """,
            [
                migration, certificate.body.context, certificate.digest, try certificate.text(), String(now),
            ])
        return Int(found.integer(0, 0) ?? 0)
    }

    /// Every certificate by number.
    public func certificates() throws -> [(number: Int, certificate: Certificate)] {
        let found = try query(
            "SELECT number, body FROM banyan_control.certificate WHERE migration = $1 ORDER BY number",
            [migration]
        )
        return try (0..<found.count).map { row in
            (Int(found.integer(row, 0) ?? 0), try Certificate(text: found.text(row, 1) ?? ""))
        }
    }

    /// The newest certificate of a context; nil when there is none.
    public func newestCertificate(context: String) throws -> Certificate? {
        let found = try query(
            """
            SELECT body FROM banyan_control.certificate WHERE migration = $1 AND context = $2
            ORDER BY number DESC LIMIT 1
            """, [migration, context])
        return found.count == 0 ? nil : try Certificate(text: found.text(0, 0) ?? "")
    }

    // MARK: the status

    /// Replaces the last status.
    public func write(_ status: MigrationStatus, now: Int64) throws {
        let body = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
        try underLease(
            """
            INSERT INTO banyan_control.status (migration, body, written_at)
            SELECT $1, $3, $4::bigint FROM held
            ON CONFLICT (migration) DO UPDATE SET body = excluded.body, written_at = excluded.written_at
            RETURNING 1
            """, [body, String(now)])
    }

    /// The last status and when it was written, in microseconds since 1970; nil before the first run.
    public func status() throws -> (status: MigrationStatus, writtenAt: Int64)? {
        let found = try query(
            "SELECT body, written_at FROM banyan_control.status WHERE migration = $1", [migration])
        guard found.count > 0 else { return nil }
        let body = Data((found.text(0, 0) ?? "").utf8)
        return (try JSONDecoder().decode(MigrationStatus.self, from: body), found.integer(0, 1) ?? 0)
    }

    // MARK: requests to a running engine

    /// Leaves a request for the engine; returns its number.
    public func ask(_ request: ControlRequest) throws -> Int64 {
        let body = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
        let found = try query(
            "INSERT INTO banyan_control.request (migration, body) VALUES ($1, $2) RETURNING number",
            [migration, body])
        return found.integer(0, 0) ?? 0
    }

    /// The engine's answer; nil until it is there.
    public func answer(to id: Int64) throws -> String? {
        let found = try query(
            "SELECT answer FROM banyan_control.request WHERE migration = $1 AND number = $2",
            [migration, String(id)])
        return found.count == 0 ? nil : found.text(0, 0)
    }

    /// The oldest request without an answer.
    public func nextRequest() throws -> ControlRequest? {
        let found = try query(
            """
            SELECT number, body FROM banyan_control.request WHERE migration = $1 AND answer IS NULL
            ORDER BY number LIMIT 1
            """, [migration])
        guard found.count > 0 else { return nil }
        let body = Data((found.text(0, 1) ?? "").utf8)
        var request = try JSONDecoder().decode(ControlRequest.self, from: body)
        request.id = found.integer(0, 0) ?? 0
        return request
    }

    /// Answers a request.
    public func finish(_ id: Int64, answer: String) throws {
        try underLease(
            """
            UPDATE banyan_control.request SET answer = $4 FROM held
            WHERE migration = $1 AND number = $3::bigint RETURNING 1
            """, [String(id), answer])
    }

    // MARK: the lease

    /// Takes the lease, when nobody has it or its time is over.
    public func takeLease(for holder: String, lasting duration: Duration) throws -> Lease.Answer {
        let held = try query(
            """
            SELECT holder, greatest(0, extract(epoch FROM ends_at - clock_timestamp()) * 1000)::bigint
            FROM banyan_control.lease WHERE migration = $1 AND ends_at > clock_timestamp()
            """, [migration])
        if held.count > 0 {
            return .taken(by: held.text(0, 0) ?? "", left: .milliseconds(held.integer(0, 1) ?? 0))
        }
        let token = UUID().uuidString
        let taken = try query(
            """
            INSERT INTO banyan_control.lease AS l (migration, holder, token, epoch, ends_at)
            VALUES ($1, $2, $3, 1, clock_timestamp() + $4::float8 * interval '1 second')
            ON CONFLICT (migration) DO UPDATE
            SET holder = excluded.holder, token = excluded.token, epoch = l.epoch + 1,
                ends_at = excluded.ends_at
            WHERE l.ends_at <= clock_timestamp() RETURNING epoch
            """, [migration, holder, token, Self.seconds(duration)])
        // Somebody else was faster; who, is known at the next try.
        guard taken.count > 0 else { return .taken(by: "another engine", left: .zero) }
        let lease = Lease(epoch: taken.integer(0, 0) ?? 0, token: token)
        adopt(lease)
        terms = (holder, duration)
        return .held(lease)
    }

    /// Goes on under a lease that another connection has taken.
    public func adopt(_ lease: Lease) { self.lease = lease }

    /// Renews the lease.
    public func renewLease(for holder: String, lasting duration: Duration) throws -> Bool {
        guard let lease else { return false }
        terms = (holder, duration)
        // A store that was put back to an earlier state knows an earlier lease, or none: ours is the later
        // one.
        let renewed = try query(
            """
            INSERT INTO banyan_control.lease AS l (migration, holder, token, epoch, ends_at)
            VALUES ($1, $2, $3, $4, clock_timestamp() + $5::float8 * interval '1 second')
            ON CONFLICT (migration) DO UPDATE
            SET holder = excluded.holder, token = excluded.token, epoch = excluded.epoch,
                ends_at = excluded.ends_at
            WHERE l.epoch < excluded.epoch OR l.token = excluded.token
            """, [migration, holder, lease.token, String(lease.epoch), Self.seconds(duration)])
        return renewed.affected == 1
    }

    /// Gives the lease back.
    public func giveLeaseBack() throws {
        guard let lease else { return }
        _ = try query(
            "UPDATE banyan_control.lease SET ends_at = clock_timestamp() WHERE migration = $1 AND token = $2",
            [migration, lease.token])
    }

    private static func seconds(_ duration: Duration) -> String { String(duration / .seconds(1)) }

    /// Runs a statement that writes a row for each row of `held`: one while no other engine has taken the
    /// lease, and at any time for a store that has taken none.
    ///
    /// The lease is locked to the statement's end, so that an engine which takes it over comes before or
    /// after.
    private func underLease(_ sql: String, _ parameters: [String]) throws {
        let held =
            lease == nil
            ? "SELECT 1 WHERE $1::text IS NOT NULL AND $2::text IS NULL"
            : "SELECT 1 FROM banyan_control.lease WHERE migration = $1 AND token = $2 FOR SHARE"
        let parameters = [migration, lease?.token] + parameters
        var written = try query("WITH held AS MATERIALIZED (\(held)) \(sql)", parameters)
        // A store that was put back does not know the lease until it is renewed.
        if written.count == 0, try renewLease(for: terms.holder, lasting: terms.duration) {
            written = try query("WITH held AS MATERIALIZED (\(held)) \(sql)", parameters)
        }
        if written.count == 0 { throw MigrationError.superseded(migration) }
    }

    // MARK: the connection

    func query(_ sql: String, _ parameters: [String?] = []) throws -> PostgresResult {
        try reaching { try $0.query(sql, parameters) }
    }

    /// Runs `body` in one transaction.
    ///
    /// When the answer to its commit is lost, the server is asked what became of it.
    public func transact<Result>(_ body: () throws -> Result) throws -> Result {
        precondition(!isInTransaction, "a transaction of the control store inside another one")
        try begin()
        isInTransaction = true
        defer { isInTransaction = false }
        let number: String
        let result: Result
        do {
            // Whatever the role's or the database's own settings are: durable is what was answered.
            _ = try query("SET LOCAL synchronous_commit = on")
            number = try query("SELECT pg_current_xact_id()").text(0, 0) ?? ""
            result = try body()
        } catch {
            present?.rollbackIfOpen()
            throw error
        }
        do {
            _ = try query("COMMIT")
        } catch {
            isInTransaction = false
            guard try settle(number) else { throw error }
        }
        return result
    }

    /// Begins a transaction; once more, where a connection had been lost that nobody used meanwhile.
    private func begin() throws {
        // Each statement sees what was committed before it: the end of the chain is read behind its lock.
        let sql = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        do {
            _ = try query(sql)
        } catch let error as MigrationError where error.code == .unreachable {
            _ = try query(sql)
        }
    }

    private func settle(_ number: String) throws -> Bool {
        do {
            return try isCommitted(number)
        } catch {
            throw MigrationError(
                .unreachable,
                "the control store was lost while it committed transaction \(number), and nobody knows whether "
                    + "it has: \(error)",
                hint: "see `banyan audit list` for whether it is there before you do it again")
        }
    }

    /// Whether a transaction whose end nobody heard was committed.
    private func isCommitted(_ number: String) throws -> Bool {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let status = try query("SELECT pg_xact_status($1::xid8)", [number]).text(0, 0)
            if status != "in progress" { return status == "committed" }
            guard ContinuousClock.now < deadline else {
                throw MigrationError(
                    .unreachable, "the control store does not say what became of transaction \(number)",
                    hint: "see `banyan audit list` for whether it is there before you do it again")
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    private func reaching<T>(_ body: (PostgresConnection) throws -> T) throws -> T {
        do {
            if let present, !present.isLost || isInTransaction { return try body(present) }
            if isInTransaction {
                throw MigrationError(
                    .unreachable, "the transaction of the control store has ended early",
                    hint: "nothing of it was kept: do it again")
            }
            let opened = try PostgresConnection(address, application: "banyan control")
            opened.patience = Self.patience
            present = opened
            return try body(opened)
        } catch let error as PostgresError {
            present = nil
            if error.sqlState == "42501" {
                throw MigrationError(
                    .unreachable, "the role may not use the control store: \(error.message)",
                    hint:
                        "to make it once, GRANT CREATE ON DATABASE; to use it, GRANT USAGE ON SCHEMA banyan_control and "
                        + "SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA banyan_control")
            }
            throw MigrationError(
                .unreachable, "the control store cannot be used: \(error)",
                hint:
                    "an engine that runs goes on meanwhile; check the server that `control:` names, and the role's rights"
            )
        }
    }
}
