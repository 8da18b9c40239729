import CPostgreSQL

extension PostgresConnection {
    /// Copies rows into a table, which is the quickest way in: no plan, no parameters, many rows at a time.
    ///
    /// - Parameters:
    ///   - sql: `COPY … FROM STDIN (FORMAT binary)`.
    ///   - body: Sends the rows in pieces of any size, in that format. What it throws ends the copy, of which
    ///     nothing stays then.
    /// - Returns: How many rows the table has taken; fewer than were sent when a trigger took some away.
    /// - Throws: What `body` throws; `PostgresError` when the server refuses a row or is gone.
    public func copy(_ sql: String, _ body: (_ send: ([UInt8]) throws -> Void) throws -> Void) throws -> Int {
        let action = "run \(Self.shown(sql))"
        let started = unsafe try begin(sql, action)
        let isReady = unsafe PQresultStatus(started) == PGRES_COPY_IN
        _ = unsafe try finished(started, action)
        guard isReady else {
            throw PostgresError(sqlState: "08P01", message: "the server takes no rows", action: action)
        }
        do {
            try body { try put($0, action) }
        } catch {
            // The server answers with an error of its own, which is the answer to this one.
            guard unsafe PQputCopyEnd(handle, "given up") == 1 else { throw lost(action) }
            let answer =
                unsafe try patience.map { unsafe try self.answer(within: $0, action) } ?? firstAnswer()
            unsafe PQclear(answer)
            throw error
        }
        guard unsafe PQputCopyEnd(handle, nil) == 1 else { throw lost(action) }
        let answer = unsafe try patience.map { unsafe try self.answer(within: $0, action) } ?? firstAnswer()
        return unsafe try finished(answer, action).affected
    }

    /// The answer to a statement after which rows are sent: there is no other until they are.
    private func begin(_ sql: String, _ action: String) throws -> OpaquePointer? {
        guard let patience else { return unsafe PQexec(handle, sql) }
        guard unsafe PQsendQuery(handle, sql) == 1 else { throw lost(action) }
        try waitForResult(within: patience, action)
        let first = unsafe PQgetResult(handle)
        // A refusal has an end behind it; whoever waits for rows has none.
        if unsafe PQresultStatus(first) != PGRES_COPY_IN {
            while let next = unsafe PQgetResult(handle) { unsafe PQclear(next) }
        }
        return unsafe first
    }

    private func put(_ bytes: [UInt8], _ action: String) throws {
        let isSent = unsafe bytes.withUnsafeBytes { piece in
            // libpq sends or copies the bytes before it returns.
            unsafe PQputCopyData(
                handle, piece.assumingMemoryBound(to: CChar.self).baseAddress, Int32(piece.count)) == 1
        }
        guard isSent else { throw lost(action) }
    }
}
