import SQLite

/// Fills the policy administration on a server with one that was made as a file.
struct PortfolioLoader {
    /// Rows that one statement writes.
    private static let block = 400
    private static let tables = [
        "agent", "policy", "policy_version", "approval", "policy_purged", "premium_booking", "claim",
        "number_range", "batch_run",
    ]

    /// The file.
    let file: String
    /// The server's address.
    let address: String

    /// Makes the tables and fills them, in one transaction.
    ///
    /// - Throws: `InsurerError` when the database holds a policy administration already; `PostgresError`.
    func load() throws {
        let server = try PostgresSystem(address: address, application: "insurer-generator")
        guard try server.integer("SELECT 1 WHERE to_regclass('policy') IS NOT NULL") == nil else {
            throw InsurerError(
                .alreadyGenerated, "the database holds policies already",
                hint: "Drop them or choose another database.")
        }
        let source = try SQLiteConnection(path: file, access: .readOnly)
        try server.write {
            try server.execute(ExampleFile.legacyPostgres.text)
            for table in Self.tables { try copy(table, source, server) }
        }
        // What is loaded at once has not been counted yet.
        try server.execute("ANALYZE")
    }

    private func copy(_ table: String, _ source: SQLiteConnection, _ server: PostgresSystem) throws {
        let columns = try source.rows("SELECT name FROM pragma_table_info(?)", [.text(table)]) {
            $0.string(0) ?? ""
        }
        let names = columns.joined(separator: ", ")
        let row = "(" + columns.map { _ in "?" }.joined(separator: ", ") + ")"
        var values: [String?] = []
        func write() throws {
            let count = values.count / columns.count
            if count == 0 { return }
            let rows = [String](repeating: row, count: count).joined(separator: ", ")
            _ = try server.query("INSERT INTO \(table) (\(names)) VALUES \(rows)", values)
            values.removeAll(keepingCapacity: true)
        }
        let query = try source.prepare("SELECT \(names) FROM \(table)")
        while try query.step() {
            for column in columns.indices { values.append(query.string(column)) }
            if values.count >= Self.block * columns.count { try write() }
        }
        try write()
    }
}
