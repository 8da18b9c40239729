public import CSQLite

/// A compiled statement: bind, step, read columns, reset. Owned by its connection's thread.
@safe public final class SQLiteStatement {
    /// SQLite's own handle.
    public let handle: OpaquePointer
    private let sql: String

    init(_ connection: SQLiteConnection, _ sql: String) throws {
        var compiled: OpaquePointer?
        // The pointer is set when the code is SQLITE_OK and the text holds a statement.
        let code = unsafe sqlite3_prepare_v3(
            connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        guard code == SQLITE_OK, let compiled = unsafe compiled else {
            throw connection.error(code, "prepare \(sql.prefix(120))")
        }
        // The connection is not kept: it keeps its cached statements, and a cycle would leave both open for
        // ever.
        self.sql = sql
        unsafe handle = compiled
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// The number of columns in a result row.
    public var columnCount: Int { unsafe Int(sqlite3_column_count(handle)) }

    /// Goes to the next row; false when there is none.
    @inlinable
    public func step() throws -> Bool {
        // The handle lives as long as self.
        let code = unsafe sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw failure(code)
    }

    /// Steps to the end, for statements that return no rows, and resets.
    @inlinable
    public func run() throws {
        defer { reset() }
        while try step() {}
    }

    /// Makes the statement ready to run again; bound values stay until they are bound anew.
    @inlinable
    public func reset() {
        unsafe sqlite3_reset(handle)
    }

    /// Sets every parameter to NULL and lets go of borrowed bytes.
    @inlinable
    public func clearBindings() {
        unsafe sqlite3_clear_bindings(handle)
    }

    @usableFromInline
    func failure(_ code: Int32) -> SQLiteError {
        defer { reset() }
        // A statement's database stays valid, as a zombie when the connection is gone, until the statement is
        // finalized.
        let database = unsafe sqlite3_db_handle(handle)
        let extended = unsafe sqlite3_extended_errcode(database)
        let message = unsafe String(cString: sqlite3_errmsg(database))
        return SQLiteError(
            code: extended == SQLITE_OK ? code : extended, message: message, action: "run \(sql.prefix(120))")
    }

    // MARK: parameters, numbered from 1

    /// Binds NULL.
    @inlinable
    public func bindNull(_ index: Int) {
        unsafe sqlite3_bind_null(handle, Int32(truncatingIfNeeded: index))
    }

    /// Binds an integer.
    @inlinable
    public func bind(_ value: Int64, at index: Int) {
        unsafe sqlite3_bind_int64(handle, Int32(truncatingIfNeeded: index), value)
    }

    /// Binds a double.
    @inlinable
    public func bind(_ value: Double, at index: Int) {
        unsafe sqlite3_bind_double(handle, Int32(truncatingIfNeeded: index), value)
    }

    /// Binds text, copying it.
    public func bind(_ value: String, at index: Int) {
        var value = value
        _ = value.withUTF8 { bytes in
            // SQLite copies the bytes before this returns; the address stands for an empty text when there is
            // none.
            unsafe banyan_bind_text_copied(
                handle, Int32(index), UnsafeRawPointer(bytes.baseAddress) ?? emptyAddress, Int32(bytes.count))
        }
    }

    /// Binds text or NULL, copying it.
    public func bind(_ value: String?, at index: Int) {
        if let value { bind(value, at: index) } else { bindNull(index) }
    }

    /// Binds a BLOB, copying it.
    public func bind(_ value: [UInt8], at index: Int) {
        _ = unsafe value.withUnsafeBytes { bytes in
            // SQLite copies the bytes before this returns; a null address would bind NULL instead of an empty
            // BLOB.
            unsafe banyan_bind_blob_copied(
                handle, Int32(index), UnsafeRawPointer(bytes.baseAddress) ?? emptyAddress, Int32(bytes.count))
        }
    }

    /// Binds text that the caller keeps alive and unchanged until the statement is reset.
    @inlinable
    public func bindBorrowedText(_ bytes: UnsafeRawBufferPointer, at index: Int) {
        unsafe banyan_bind_text_static(
            handle, Int32(truncatingIfNeeded: index), bytes.baseAddress ?? emptyAddress,
            Int32(truncatingIfNeeded: bytes.count))
    }

    /// Binds a BLOB that the caller keeps alive and unchanged until the statement is reset.
    @inlinable
    public func bindBorrowedBytes(_ bytes: UnsafeRawBufferPointer, at index: Int) {
        unsafe banyan_bind_blob_static(
            handle, Int32(truncatingIfNeeded: index), bytes.baseAddress ?? emptyAddress,
            Int32(truncatingIfNeeded: bytes.count))
    }

    // MARK: columns, numbered from 0

    /// SQLite's storage class of a column: SQLITE_INTEGER, _FLOAT, _TEXT, _BLOB or _NULL.
    @inlinable
    public func type(of column: Int) -> Int32 {
        unsafe sqlite3_column_type(handle, Int32(truncatingIfNeeded: column))
    }

    /// Whether a column is NULL.
    @inlinable
    public func isNull(_ column: Int) -> Bool { type(of: column) == SQLITE_NULL }

    /// A column as an integer.
    @inlinable
    public func integer(_ column: Int) -> Int64 {
        unsafe sqlite3_column_int64(handle, Int32(truncatingIfNeeded: column))
    }

    /// A column as a double.
    @inlinable
    public func double(_ column: Int) -> Double {
        unsafe sqlite3_column_double(handle, Int32(truncatingIfNeeded: column))
    }

    /// A column's text, valid until the next step or reset.
    @inlinable
    public func textBytes(_ column: Int) -> UnsafeRawBufferPointer {
        let index = Int32(truncatingIfNeeded: column)
        // SQLite asks for the pointer before the length.
        let start = unsafe UnsafeRawPointer(sqlite3_column_text(handle, index))
        return unsafe UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
    }

    /// A column's BLOB, valid until the next step or reset.
    @inlinable
    public func blobBytes(_ column: Int) -> UnsafeRawBufferPointer {
        let index = Int32(truncatingIfNeeded: column)
        // SQLite asks for the pointer before the length.
        let start = unsafe sqlite3_column_blob(handle, index)
        return unsafe UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
    }

    /// A column as text; nil when NULL.
    public func string(_ column: Int) -> String? {
        isNull(column) ? nil : unsafe String(decoding: textBytes(column), as: UTF8.self)
    }

    /// A column as bytes; empty when NULL.
    public func bytes(_ column: Int) -> [UInt8] {
        unsafe Array(blobBytes(column))
    }
}

/// An address that is not null, for values of no bytes; nothing is ever read from it.
@usableFromInline
nonisolated(unsafe) let emptyAddress = UnsafeRawPointer(
    UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
