package import PostgreSQL

/// A database of one test.
package final class PostgresDatabase {
    /// Its address.
    package let address: String
    /// A connection as its owner.
    package let app: PostgresConnection

    /// A database that is there, with these tables made in it.
    package init(address: String, _ sql: String) throws {
        self.address = address
        app = try PostgresConnection(try PostgresAddress(address), application: "app")
        if !sql.isEmpty { try app.execute(sql) }
    }

    /// The server's port.
    package var port: Int? {
        address.split(separator: ":").last.flatMap { Int($0.split(separator: "/")[0]) }
    }

    /// The address of the same database behind another port.
    package func address(port: Int) -> String {
        address.replacing(":\(self.port ?? 0)/", with: ":\(port)/")
    }

    /// Another connection.
    package func connect(purpose: PostgresConnection.Purpose = .statements) throws -> PostgresConnection {
        try PostgresConnection(try PostgresAddress(address), application: "test", purpose: purpose)
    }
}
