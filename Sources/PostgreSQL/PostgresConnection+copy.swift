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
        let started = unsafe PQexec(handle, sql)
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
            unsafe PQclear(firstAnswer())
            throw error
        }
        guard unsafe PQputCopyEnd(handle, nil) == 1 else { throw lost(action) }
        return unsafe try finished(firstAnswer(), action).affected
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
