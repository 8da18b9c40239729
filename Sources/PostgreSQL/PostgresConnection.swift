import CPostgreSQL
import Glibc

/// One connection to a PostgreSQL server: owned by one thread at a time, never shared.
///
/// Texts are exchanged in UTF-8 (those of a database without an encoding as they are), and values in forms
/// that depend on no setting of the server: ISO dates, UTC, doubles that read back as they were. Rows that a
/// policy of the database would hide are an error. The server's notices are dropped.
@safe public final class PostgresConnection {
    /// What kind of session the server gives.
    public enum Purpose: Sendable {
        /// SQL.
        case statements
        /// The replication protocol, bound to one database.
        case replication
    }

    /// libpq's own handle.
    let handle: OpaquePointer
    private struct Prepared: Hashable {
        let sql: String
        let types: [UInt32]
    }

    /// The names of statements that were prepared.
    private var prepared: [Prepared: String] = [:]

    /// How long the server may take to answer `execute`, `query` and a prepared `run`; nil for as long as it
    /// likes.
    ///
    /// A server that stands still while its machine goes on is noticed by nothing else. When the time is
    /// over, the connection is gone.
    public var patience: Duration?
    /// Whether a statement may take longer than that while the server is at work on it; see `waitForWork`.
    var waitsForWork = false
    /// When the server began this session; nil where it is not asked, or does not say.
    var startedAt: String?
    /// Where the server is.
    let address: PostgresAddress

    private static let settings = [
        "datestyle=ISO", "intervalstyle=postgres", "timezone=UTC", "extra_float_digits=3", "bytea_output=hex",
        "standard_conforming_strings=on", "xmloption=content", "lc_monetary=C", "array_nulls=on",
        // Rows that a policy hides would be missing without a word: the server refuses instead.
        "row_security=off",
    ]

    /// What a server calls the encoding of a database that has none.
    private static let unknownEncoding = "SQL_ASCII"

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: The server and the database.
    ///   - application: What the server's list of sessions calls this one.
    ///   - purpose: What the connection is for.
    ///   - settings: Further settings for the session, `name=value`, without spaces.
    /// - Throws: `PostgresError`, in whose words no part of the address stands but what the server says of a
    ///   role or a database.
    public init(
        _ address: PostgresAddress, application: String, purpose: Purpose = .statements,
        settings: [String] = []
    ) throws {
        var forced = ["application_name": application, "client_encoding": "UTF8"]
        if case .replication = purpose { forced["replication"] = "database" }
        let options = (Self.settings + settings).map { "-c \($0)" }.joined(separator: " ")
        let given = address.startupOptions.map { $0 + " " } ?? ""
        forced["options"] = given + options
        let opened = unsafe try Self.connect(address.parameters(forced: forced))
        guard unsafe PQstatus(opened) == CONNECTION_OK else {
            let words = unsafe String(cString: PQerrorMessage(opened))
            unsafe PQfinish(opened)
            throw PostgresError(connecting: words)
        }
        unsafe banyan_pg_drop_notices(opened)
        self.address = address
        unsafe handle = opened
        // Such a server knows nothing of its texts. Asked for UTF-8 it would refuse a whole table or stream
        // for one that is none; so it sends what it has, and whoever reads a text looks at it.
        if reported("server_encoding") == Self.unknownEncoding,
            unsafe PQsetClientEncoding(opened, Self.unknownEncoding) != 0
        {
            throw lost("set the encoding")
        }
    }

    private static func connect(_ parameters: [(String, String)]) throws -> OpaquePointer {
        let opened = unsafe CStringArray.with(parameters.map(\.0)) { names in
            // Both arrays end with a null address, and libpq copies the texts.
            unsafe CStringArray.with(parameters.map(\.1)) { values in
                unsafe PQconnectdbParams(names, values, 0)
            }
        }
        guard let opened = unsafe opened else {
            throw PostgresError(sqlState: "53200", message: "out of memory", action: PostgresError.connecting)
        }
        return unsafe opened
    }

    deinit {
        unsafe PQfinish(handle)
    }

    /// Whether the connection is gone: every further statement fails.
    public var isLost: Bool { unsafe isGivenUp || PQstatus(handle) == CONNECTION_BAD }

    /// Whether an answer did not come in time, and may come now, when it belongs to nobody.
    var isGivenUp = false

    /// The server's version: 150020 is 15.20.
    public var serverVersion: Int { unsafe Int(PQserverVersion(handle)) }

    /// The number of the server's process behind this connection.
    public var backend: Int32 { unsafe PQbackendPID(handle) }

    /// What the server says of one of the settings that it reports by itself (`server_encoding`).
    public func reported(_ name: String) -> String? {
        // The text belongs to the connection and is copied here.
        unsafe PQparameterStatus(handle, name).map { unsafe String(cString: $0) }
    }

    /// Whether a transaction is open, failed or not.
    public var isInTransaction: Bool {
        let status = unsafe PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE
    }

    // MARK: statements

    /// Runs one or several statements whose results nobody wants.
    public func execute(_ sql: String) throws {
        let action = "run \(Self.shown(sql))"
        guard let patience else {
            _ = unsafe try finished(PQexec(handle, sql), action)
            return
        }
        guard unsafe PQsendQuery(handle, sql) == 1 else { throw lost(action) }
        _ = unsafe try finished(try answer(within: patience, action), action)
    }

    /// Runs one statement; values are exchanged as texts.
    public func query(_ sql: String, _ parameters: [String?] = []) throws -> PostgresResult {
        if let patience { return try query(sql, parameters, within: patience) }
        let result = unsafe CStringArray.with(parameters) { values in
            // libpq has sent the texts when it returns.
            unsafe PQexecParams(handle, sql, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        return unsafe try finished(result, "run \(Self.shown(sql))")
    }

    /// Runs one statement that was prepared under its own text; values are exchanged in binary.
    ///
    /// - Parameters:
    ///   - sql: The statement, prepared when it was not.
    ///   - parameters: Its values.
    public func run(_ sql: String, _ parameters: PostgresParameters) throws -> PostgresResult {
        let name = try prepare(sql, types: parameters.types)
        if let patience { return try run(name, parameters, within: patience, "run \(Self.shown(sql))") }
        let result = unsafe parameters.withPointers { values, lengths, formats in
            // The pointers are valid inside this closure, and libpq has sent their bytes when it returns.
            unsafe PQexecPrepared(
                handle, name, Int32(parameters.count), values, lengths, formats, 1)
        }
        return unsafe try finished(result, "run \(Self.shown(sql))")
    }

    /// Runs one statement as `run` does, and something else while the server is at it.
    ///
    /// - Parameters:
    ///   - sql: The statement.
    ///   - parameters: Its values.
    ///   - meanwhile: Does anything that does not use this connection. When it throws, the answer is waited
    ///     for and dropped.
    /// - Returns: The statement's result, and what `meanwhile` has made.
    public func run<T>(
        _ sql: String, _ parameters: PostgresParameters, meanwhile: () throws -> T
    ) throws -> (PostgresResult, T) {
        let action = "run \(Self.shown(sql))"
        try send(try prepare(sql, types: parameters.types), parameters, action)
        let made = Result { try meanwhile() }
        let answer = unsafe try patience.map { unsafe try self.answer(within: $0, action) } ?? firstAnswer()
        let result = unsafe try finished(answer, action)
        return (result, try made.get())
    }

    /// The first result of what was sent, with the others read and dropped.
    func firstAnswer() -> OpaquePointer? {
        let first = unsafe PQgetResult(handle)
        while let next = unsafe PQgetResult(handle) { unsafe PQclear(next) }
        return unsafe first
    }

    private func prepare(_ sql: String, types: [UInt32]) throws -> String {
        let key = Prepared(sql: sql, types: types)
        if let known = prepared[key] { return known }
        let name = "banyan_\(prepared.count)"
        let action = "prepare \(Self.shown(sql))"
        if let patience {
            guard unsafe PQsendPrepare(handle, name, sql, Int32(types.count), types) == 1 else {
                throw lost(action)
            }
            _ = unsafe try finished(try answer(within: patience, action), action)
        } else {
            _ = unsafe try finished(PQprepare(handle, name, sql, Int32(types.count), types), action)
        }
        prepared[key] = name
        return name
    }

    /// Forgets the open transaction, if there is one; does nothing on a connection that is gone.
    public func rollbackIfOpen() {
        guard !isLost, isInTransaction else { return }
        do {
            try execute("ROLLBACK")
        } catch {
            // Then the connection is gone, and the server has rolled back by itself.
            return
        }
    }

    /// The result when the statement succeeded; the error when it did not.
    func finished(_ result: OpaquePointer?, _ action: String) throws -> PostgresResult {
        guard let result = unsafe result else { throw lost(action) }
        let found = unsafe PostgresResult(result)
        switch unsafe PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_BOTH, PGRES_COPY_OUT, PGRES_COPY_IN,
            PGRES_SINGLE_TUPLE:
            return found
        default:
            if let error = found.error(action) { throw error }
            throw lost(action)
        }
    }

    /// The error for a connection that broke.
    func lost(_ action: String) -> PostgresError {
        PostgresError(
            sqlState: PostgresError.connectionFailure, message: "the connection to the server broke",
            action: action)
    }

    /// The start of a statement, for errors: names, never values, which are parameters.
    static func shown(_ sql: String) -> String {
        let line = sql.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 100 ? line.prefix(100) + "…" : line
    }
}
