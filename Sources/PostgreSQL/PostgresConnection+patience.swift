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
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        var kept: OpaquePointer?
        while true {
            while unsafe PQisBusy(handle) == 1 {
                let left = deadline - clock.now
                guard left > .zero else {
                    unsafe PQclear(kept)
                    // Whatever still comes belongs to nobody.
                    isGivenUp = true
                    _ = unsafe shutdown(PQsocket(handle), Int32(SHUT_RDWR))
                    throw PostgresError(
                        sqlState: PostgresError.connectionFailure,
                        message: "the server did not answer within \(patience)", action: action)
                }
                waitForInput(milliseconds: Int32(clamping: Int(left / .milliseconds(1)) + 1))
                guard unsafe PQconsumeInput(handle) == 1 else {
                    // The server may have said why before it left.
                    if let kept = unsafe kept { return unsafe kept }
                    throw lost(action)
                }
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
}
