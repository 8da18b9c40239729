import CPostgreSQL

/// What a statement returned: rows that stay valid as long as this value does.
@safe public final class PostgresResult {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit {
        unsafe PQclear(handle)
    }

    /// The number of rows.
    public var count: Int { unsafe Int(PQntuples(handle)) }

    /// The number of columns.
    public var columns: Int { unsafe Int(PQnfields(handle)) }

    /// How many rows the statement inserted, changed or removed.
    public var affected: Int {
        // The text belongs to the result.
        unsafe Int(String(cString: PQcmdTuples(handle))) ?? 0
    }

    /// The server's word for what it did: `COMMIT`, `INSERT 0 1`.
    public var command: String {
        // The text belongs to the result.
        unsafe String(cString: PQcmdStatus(handle))
    }

    /// Whether a value is NULL.
    public func isNull(_ row: Int, _ column: Int) -> Bool {
        unsafe PQgetisnull(handle, Int32(row), Int32(column)) == 1
    }

    /// A value's bytes, valid as long as the result; empty for NULL.
    public func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
        // libpq keeps the value until the result is cleared.
        unsafe UnsafeRawBufferPointer(
            start: PQgetvalue(handle, Int32(row), Int32(column)),
            count: Int(PQgetlength(handle, Int32(row), Int32(column))))
    }

    /// A value that was sent as text; nil for NULL.
    public func text(_ row: Int, _ column: Int) -> String? {
        isNull(row, column) ? nil : unsafe String(decoding: bytes(row, column), as: UTF8.self)
    }

    /// An integer that was sent as text; nil for NULL and for what is no integer.
    public func integer(_ row: Int, _ column: Int) -> Int64? { text(row, column).flatMap { Int64($0) } }

    /// A number of 64 bits that was sent in binary; 0 for anything else.
    public func number(_ row: Int, _ column: Int) -> Int {
        let bytes = unsafe bytes(row, column)
        // The length is that of the number.
        return unsafe bytes.count == 8 ? Int(Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))) : 0
    }

    /// A truth value that was sent as text.
    public func isTrue(_ row: Int, _ column: Int) -> Bool { text(row, column) == "t" }

    /// The type of a column; that which a domain is made of.
    public func type(_ column: Int) -> UInt32 { unsafe PQftype(handle, Int32(column)) }

    /// Whether a column is of the type bool.
    public func isBool(_ column: Int) -> Bool { type(column) == PostgresOID.bool }

    /// The texts of one column.
    public func texts(_ column: Int) -> [String] { (0..<count).map { text($0, column) ?? "" } }

    /// The server's error; nil when the result holds none.
    func error(_ action: String) -> PostgresError? {
        guard let state = field(Int32(BANYAN_PG_SQLSTATE)) else { return nil }
        let names = (
            table: field(Int32(BANYAN_PG_TABLE)), column: field(Int32(BANYAN_PG_COLUMN)),
            constraint: field(Int32(BANYAN_PG_CONSTRAINT))
        )
        let words = PostgresRefusal.words(
            state, said: field(Int32(BANYAN_PG_PRIMARY)) ?? "", table: names.table, column: names.column,
            constraint: names.constraint, type: field(Int32(BANYAN_PG_DATATYPE)))
        return PostgresError(
            sqlState: state, message: words, action: action, table: names.table, column: names.column,
            constraint: names.constraint)
    }

    private func field(_ code: Int32) -> String? {
        // The text belongs to the result.
        unsafe PQresultErrorField(handle, code).map { unsafe String(cString: $0) }
    }
}
