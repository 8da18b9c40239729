import PostgreSQL
import SQLite

/// Tables of a server copied, value by value, into a schema of a SQLite connection, so that the same checks
/// run on whatever keeps the tables.
///
/// Whole and decimal numbers become numbers, everything else the text that the server writes for it.
struct ServerCopy {
    private let server: PostgresSystem
    private let connection: SQLiteConnection
    private let schema: String

    /// A copy into a schema that is attached and empty.
    init(of address: String, into connection: SQLiteConnection, schema: String) throws {
        server = try PostgresSystem(address: address, application: "insurer-checker")
        self.connection = connection
        self.schema = schema
    }

    /// Copies tables as they are at one moment.
    func run(_ tables: [String]) throws {
        try server.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        defer { server.rollbackIfOpen() }
        for table in tables { try copy(table) }
    }

    /// What a table is called in the copy: its name without its schema.
    static func localName(of table: String) -> String {
        table.split(separator: ".").last.map(String.init) ?? table
    }

    private func copy(_ table: String) throws {
        let name = Self.localName(of: table)
        let columns = try server.rows(
            """
            SELECT quote_ident(attname), CASE WHEN atttypid IN ('int2'::regtype, 'int4'::regtype,
                'int8'::regtype) THEN 'INTEGER' WHEN atttypid = 'numeric'::regtype THEN 'NUMERIC'
                ELSE 'TEXT' END
            FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped
            ORDER BY attnum
            """, [.text(table)]
        ) { (name: $0.string(0) ?? "", type: $0.string(1) ?? "") }
        let definitions = columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
        try connection.execute("CREATE TABLE \(schema).\(name) (\(definitions))")
        let insert = try connection.prepare(
            """
            INSERT INTO \(schema).\(name) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
            """)
        let rows = try server.query(
            "SELECT \(columns.map { "\($0.name)::text" }.joined(separator: ", ")) FROM \(table)")
        for row in 0..<rows.count {
            for column in columns.indices { insert.bind(rows.text(row, column), at: column + 1) }
            try insert.run()
        }
        try copyIndexes(of: table)
    }

    private func copyIndexes(of table: String) throws {
        let indexes = try server.rows(
            """
            SELECT (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place)
                FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number)
            FROM pg_index i WHERE i.indrelid = ?::regclass AND i.indexprs IS NULL AND i.indpred IS NULL
            """, [.text(table)]
        ) { $0.string(0) ?? "" }
        for (number, columns) in indexes.enumerated() {
            let name = Self.localName(of: table)
            try connection.execute("CREATE INDEX \(schema).\(name)_\(number) ON \(name) (\(columns))")
        }
    }
}
