import SQLite

/// A system in a SQLite file.
final class SQLiteSystem: InsurerSystem {
    private let connection: SQLiteConnection

    init(_ connection: SQLiteConnection) { self.connection = connection }

    var dialect: InsurerDialect { .sqlite }
    var isInTransaction: Bool { connection.isInTransaction }

    func execute(_ sql: String) throws { try refusing { try connection.execute(sql) } }

    func rows<T>(
        _ sql: String, _ values: [SQLiteValue], _ read: (any InsurerRow) throws -> T
    ) throws -> [T] {
        try refusing { try connection.rows(sql, values) { try read($0) } }
    }

    func rollbackIfOpen() { connection.rollbackIfOpen() }

    private func refusing<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as SQLiteError {
            if let refusal = InsurerRefusal(error) { throw refusal }
            throw error
        }
    }
}
