import PostgreSQL
package import SQLite

/// A system in a database of a PostgreSQL server.
package final class PostgresSystem: InsurerSystem {
    private let connection: PostgresConnection
    private var numbered: [String: String] = [:]

    /// Connects to `postgres://…`.
    package init(address: String, application: String) throws {
        connection = try PostgresConnection(try PostgresAddress(address), application: application)
    }

    /// A server.
    package var dialect: InsurerDialect { .postgres }
    /// Whether a transaction is open, failed or not.
    package var isInTransaction: Bool { connection.isInTransaction }

    /// Runs one or several statements that return nothing.
    package func execute(_ sql: String) throws { try refusing { try connection.execute(sql) } }

    /// Runs a statement and reads each row that it returns; values and results travel as texts.
    package func rows<T>(
        _ sql: String, _ values: [SQLiteValue], _ read: (any InsurerRow) throws -> T
    ) throws -> [T] {
        let result = try query(sql, values.map(Self.text))
        return try (0..<result.count).map { try read(PostgresRow(result: result, row: $0)) }
    }

    /// Rolls back the open transaction; does nothing when there is none.
    package func rollbackIfOpen() { connection.rollbackIfOpen() }

    /// Runs a statement; a value that is nil is NULL.
    func query(_ sql: String, _ values: [String?] = []) throws -> PostgresResult {
        try refusing { try connection.query(numbering(sql), values) }
    }

    /// The statement with its values numbered, as this server wants them.
    private func numbering(_ sql: String) -> String {
        if let known = numbered[sql] { return known }
        var text = ""
        var values = 0
        var isLiteral = false
        for character in sql {
            if character == "'" { isLiteral.toggle() }
            if character == "?", !isLiteral {
                values += 1
                text += "$\(values)"
            } else {
                text.append(character)
            }
        }
        numbered[sql] = text
        return text
    }

    private static func text(_ value: SQLiteValue) -> String? {
        switch value {
        case .null: nil
        case .integer(let integer): String(integer)
        case .double(let double): String(double)
        case .text(let text): text
        case .bytes(let bytes): "\\x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    private func refusing<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as PostgresError {
            if let refusal = InsurerRefusal(error) { throw refusal }
            throw error
        }
    }
}
