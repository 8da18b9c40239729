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
                // The server may have said why before it left; that it did what it was asked for it has not.
                if let kept = unsafe kept, unsafe PQresultStatus(kept) == PGRES_FATAL_ERROR, !isGivenUp {
                    return unsafe kept
                }
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

    /// Waits until the next result is there; gives the connection up when nothing of it comes for longer than
    /// that.
    func waitForResult(within patience: Duration, _ action: String) throws {
        let clock = ContinuousClock()
        var deadline = clock.now + patience
        while unsafe PQisBusy(handle) == 1 {
            let left = deadline - clock.now
            guard left > .zero else {
                if waitsForWork {
                    let isAtWork = isAtWork()
                    // The answer may have come meanwhile.
                    guard unsafe PQconsumeInput(handle) == 1 else { throw lost(action) }
                    deadline = clock.now + patience
                    if unsafe isAtWork || PQisBusy(handle) == 0 { continue }
                    endSession()
                }
                // Whatever still comes belongs to nobody.
                isGivenUp = true
                _ = unsafe shutdown(PQsocket(handle), Int32(SHUT_RDWR))
                throw PostgresError(
                    sqlState: PostgresError.connectionFailure,
                    message: "the server did not answer within \(patience)", action: action)
            }
            // A large answer may take as long as it likes, as long as it comes.
            if waitForInput(milliseconds: Int32(clamping: Int(left / .milliseconds(1)) + 1)) {
                deadline = clock.now + patience
            }
            guard unsafe PQconsumeInput(handle) == 1 else { throw lost(action) }
        }
    }

    /// Has a statement take longer than `patience` as long as the server says, on another connection, that it
    /// is at work on it.
    public func waitForWork(asking patience: Duration) throws {
        self.patience = patience
        waitsForWork = true
        do {
            startedAt = try query(
                "SELECT backend_start FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid())"
            ).text(0, 0)
        } catch let error as PostgresError where !error.isConnectionLost {
            // A server that tells a role nothing of its own session: its number has to do.
            startedAt = nil
        }
    }

    /// This session in the server's list; where nobody may know when it began, by its number alone.
    private static let ownSession =
        "pid = $1::int4 AND (backend_start IS NULL OR backend_start IS NOT DISTINCT FROM "
        + "coalesce($2::timestamptz, backend_start))"

    /// Whether the server works on what was sent, by its own word on another connection.
    ///
    /// A server that lets nobody in lives; it may be at work, and it is waited for. One that does not say
    /// what its sessions do is believed as long as the session is there. A session that cannot get rid of its
    /// answer while it is read here has nobody to give it to.
    private func isAtWork() -> Bool {
        do {
            let found = try other().query(
                """
                SELECT state IS NULL OR state = 'disabled'
                    OR state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'
                FROM pg_catalog.pg_stat_activity WHERE \(Self.ownSession)
                """, [String(backend), startedAt])
            return found.count == 1 && found.isTrue(0, 0)
        } catch let error as PostgresError {
            return ["28", "3D", "42", "53"].contains(error.stateClass)
        } catch {
            // Nothing but these is thrown; nobody answers.
            return false
        }
    }

    /// Ends this connection's session at the server, so that it keeps no locks from whoever comes next.
    private func endSession() {
        guard startedAt != nil else { return }
        do {
            _ = try other().query(
                """
                SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
                WHERE pid = $1::int4 AND backend_start = $2::timestamptz
                """, [String(backend), startedAt])
        } catch {
            // Then it ends when the server notices that its peer is gone.
            return
        }
    }

    /// Another connection to the server to which this one leads, of all that the address names.
    private func other() throws -> PostgresConnection {
        // The texts belong to the connection and are copied here.
        func said(_ text: UnsafeMutablePointer<CChar>?) -> String {
            unsafe text.map { unsafe String(cString: $0) } ?? ""
        }
        let own = unsafe address.at(
            host: said(PQhost(handle)), address: said(PQhostaddr(handle)), port: said(PQport(handle)))
        let other = try PostgresConnection(own, application: "banyan patience")
        other.patience = Self.questionPatience
        return other
    }

    /// Counts this connection as lost: `isLost` says so, and whoever looks there opens another one.
    public func abandon() { isGivenUp = true }

    /// How long the server may take to say what a session does.
    private static let questionPatience = Duration.seconds(10)
}
