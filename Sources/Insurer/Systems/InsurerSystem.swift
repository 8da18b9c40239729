package import SQLite

/// A system's database as the programs of the example use it: the same statements, whatever keeps the tables.
///
/// Values stand in a statement as `?`, in the order in which they are given. What the database refuses in the
/// ordinary course of things is thrown as `InsurerRefusal`.
package protocol InsurerSystem: AnyObject {
    /// What keeps the tables.
    var dialect: InsurerDialect { get }
    /// Whether a transaction is open, failed or not.
    var isInTransaction: Bool { get }
    /// Runs one or several statements that return nothing.
    func execute(_ sql: String) throws
    /// Runs a statement and reads each row that it returns.
    func rows<T>(
        _ sql: String, _ values: [SQLiteValue], _ read: (any InsurerRow) throws -> T
    ) throws -> [T]
    /// Rolls back the open transaction; does nothing when there is none.
    func rollbackIfOpen()
}

extension InsurerSystem {
    /// Runs a statement without values and reads each row that it returns.
    package func rows<T>(_ sql: String, _ read: (any InsurerRow) throws -> T) throws -> [T] {
        try rows(sql, [], read)
    }

    /// Runs a statement that returns nothing.
    package func run(_ sql: String, _ values: [SQLiteValue] = []) throws {
        _ = try rows(sql, values) { _ in }
    }

    /// The first column of the first row as an integer; nil when there is no row or it is NULL.
    package func integer(_ sql: String, _ values: [SQLiteValue] = []) throws -> Int64? {
        try rows(sql, values) { $0.isNull(0) ? nil : $0.integer(0) }.first ?? nil
    }

    /// The first column of the first row as text; nil when there is no row or it is NULL.
    package func string(_ sql: String, _ values: [SQLiteValue] = []) throws -> String? {
        try rows(sql, values) { $0.string(0) }.first ?? nil
    }

    /// Runs `body` in a transaction that may write; rolls back when it throws.
    func write<T>(_ body: () throws -> T) throws -> T {
        try execute(dialect.begin)
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            rollbackIfOpen()
            throw error
        }
    }

    /// Puts a row that is made of an old one in its place, as programs do that know no UPDATE.
    ///
    /// - Parameters:
    ///   - key: The column that names the old row, and its value.
    ///   - columns: The columns that are written.
    ///   - expressions: What they are made of, one for each column.
    ///   - values: The values in the expressions.
    func overwrite(
        _ table: String, where key: (column: String, value: SQLiteValue), _ columns: String,
        with expressions: String, _ values: [SQLiteValue]
    ) throws {
        switch dialect {
        case .sqlite:
            // What has the new row's keys goes without a DELETE.
            try run(
                """
                REPLACE INTO \(table) (\(columns)) SELECT \(expressions) FROM \(table)
                WHERE \(key.column) = ?
                """, values + [key.value])
        case .postgres:
            try run(
                """
                WITH old AS (DELETE FROM \(table) WHERE \(key.column) = ? RETURNING *)
                INSERT INTO \(table) (\(columns)) SELECT \(expressions) FROM old
                """, [key.value] + values)
        }
    }
}
