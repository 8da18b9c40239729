import SQLite

/// Where a system's database is: the path of a SQLite file, or the address of a PostgreSQL database.
package enum InsurerAddress {
    /// Whether an address names a server.
    package static func isServer(_ address: String) -> Bool {
        address.hasPrefix("postgres://") || address.hasPrefix("postgresql://")
    }

    /// Opens a system.
    ///
    /// - Parameters:
    ///   - address: Its file, which must exist, or its server.
    ///   - writes: Whether rows may be changed.
    ///   - busyMilliseconds: How long a statement waits for another connection's lock on a file.
    /// - Throws: `SQLiteError`; `PostgresError`.
    package static func open(
        _ address: String, writes: Bool = false, busyMilliseconds: Int32 = 5_000
    ) throws -> any InsurerSystem {
        if isServer(address) {
            let system = try PostgresSystem(address: address, application: "insurer")
            if !writes { try system.execute("SET default_transaction_read_only = on") }
            return system
        }
        return SQLiteSystem(
            try SQLiteConnection(
                path: address, access: writes ? .readWrite : .readOnly, busyMilliseconds: busyMilliseconds))
    }
}
