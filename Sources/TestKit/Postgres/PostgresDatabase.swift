package import PostgreSQL

/// A database of one test.
package final class PostgresDatabase {
    /// Its address.
    package let address: String
    /// A connection as its owner.
    package let app: PostgresConnection

    init(address: String, _ sql: String) throws {
        self.address = address
        app = try PostgresConnection(try PostgresAddress(address), application: "app")
        if !sql.isEmpty { try app.execute(sql) }
    }

    /// Another connection.
    package func connect(purpose: PostgresConnection.Purpose = .statements) throws -> PostgresConnection {
        try PostgresConnection(try PostgresAddress(address), application: "test", purpose: purpose)
    }
}
