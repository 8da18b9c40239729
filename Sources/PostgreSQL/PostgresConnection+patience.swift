import CPostgreSQL
import Glibc

extension PostgresConnection {
    /// Runs one statement whose answer must come in time.
    func query(
        _ sql: String, _ parameters: [String?], within patience: Duration
    ) throws -> PostgresResult {
        let action = "run \(Self.shown(sql))"
        let isSent = unsafe CStringArray.with(parameters) { values in
            // libpq copies the texts.
            unsafe PQsendQueryParams(handle, sql, Int32(parameters.count), nil, values, nil, nil, 0) == 1
        }
        guard isSent else { throw lost(action) }
        return unsafe try finished(try answer(within: patience, action), action)
    }

    /// Runs what was prepared under a name; its answer must come in time.
    func run(
        _ name: String, _ parameters: PostgresParameters, within patience: Duration, _ action: String
    ) throws -> PostgresResult {
        try send(name, parameters, action)
        return unsafe try finished(try answer(within: patience, action), action)
    }

    /// Sends what was prepared under a name; its answer must be read before anything else is sent.
    func send(_ name: String, _ parameters: PostgresParameters, _ action: String) throws {
        let isSent = unsafe parameters.withPointers { values, lengths, formats in
            // The pointers are valid inside this closure, and libpq copies or sends their bytes.
            unsafe PQsendQueryPrepared(
                handle, name, Int32(parameters.count), values, lengths, formats, 1) == 1
        }
        guard isSent else { throw lost(action) }
    }

    /// The result of what was sent: the last one, or the first error.
    func answer(within patience: Duration, _ action: String) throws -> OpaquePointer? {
        var kept: OpaquePointer?
        while true {
            do {
                try waitForResult(within: patience, action)
            } catch {
                // The server may have said why before it left.
                if let kept = unsafe kept, !isGivenUp { return unsafe kept }
                unsafe PQclear(kept)
                throw error
            }
            guard let next = unsafe PQgetResult(handle) else { return unsafe kept }
            if unsafe kept != nil, unsafe PQresultStatus(kept) == PGRES_FATAL_ERROR {
                unsafe PQclear(next)
            } else {
                unsafe PQclear(kept)
                unsafe kept = next
            }
        }
    }

    /// Waits until the next result is there; gives the connection up when it does not come in time.
    func waitForResult(within patience: Duration, _ action: String) throws {
        let clock = ContinuousClock()
        var deadline = clock.now + patience
        while unsafe PQisBusy(handle) == 1 {
            let left = deadline - clock.now
            guard left > .zero else {
                if waitsForWork, isAtWork() {
                    deadline = clock.now + patience
                    continue
                }
                // Whatever still comes belongs to nobody.
                isGivenUp = true
                _ = unsafe shutdown(PQsocket(handle), Int32(SHUT_RDWR))
                throw PostgresError(
                    sqlState: PostgresError.connectionFailure,
                    message: "the server did not answer within \(patience)", action: action)
            }
            waitForInput(milliseconds: Int32(clamping: Int(left / .milliseconds(1)) + 1))
            guard unsafe PQconsumeInput(handle) == 1 else { throw lost(action) }
        }
    }

    /// Whether the server works on what was sent, by its own word on another connection. A session that does
    /// not, or cannot get rid of its answer, is ended, so that it keeps no locks from whoever comes next.
    private func isAtWork() -> Bool {
        do {
            let other = try PostgresConnection(address, application: "banyan patience")
            other.patience = Self.questionPatience
            let found = try other.query(
                """
                SELECT state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'
                FROM pg_catalog.pg_stat_activity WHERE pid = $1::int4 AND application_name = $2
                """, [String(backend), application])
            if found.count == 1, found.isTrue(0, 0) { return true }
            if found.count == 1 {
                _ = try other.query("SELECT pg_catalog.pg_terminate_backend($1::int4)", [String(backend)])
            }
            return false
        } catch {
            // Nobody answers at all.
            return false
        }
    }

    /// Uses this connection for nothing more: whoever asks it anything is told that it is gone.
    public func abandon() { isGivenUp = true }

    /// How long the server may take to say what a session does.
    private static let questionPatience = Duration.seconds(10)
}
