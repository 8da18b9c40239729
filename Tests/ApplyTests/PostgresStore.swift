import Apply
import Model
import PostgreSQL
import PostgresConnector
import TestKit

/// A database of its own on the server that the tests share.
final class PostgresStore: ServiceStore {
    let database: PostgresDatabase
    let lacks: [TargetAbility: String] = [.zeroInText: "PostgreSQL ends a text at a zero byte"]

    private let triedRows: Int?

    /// - Parameter triedRows: From how many rows on a write is tried as a copy or an update; nil for the
    ///   usual number.
    init(triedRows: Int? = nil) throws {
        database = try PostgresServer.makeDatabase()
        self.triedRows = triedRows
    }

    func open() throws -> any TargetStore {
        let target = try PostgresTarget(try PostgresAddress(database.address), name: "service")
        if let triedRows { target.triedRows = triedRows }
        return target
    }

    func create(_ table: TableSchema) throws {
        let columns = table.columns.map { column in
            "\(PostgresName.quote(column.name)) \(type(of: column))\(column.isNullable ? "" : " NOT NULL")"
        }
        let unique = table.uniqueKeys.map { "UNIQUE (\(names($0, table)))" }
        let parts = columns + unique + ["PRIMARY KEY (\(names(table.key, table)))"]
        try database.app.execute(
            "CREATE TABLE \(PostgresName.quote(table.name)) (\(parts.joined(separator: ", ")))")
    }

    func drop(from table: TableSchema, column: String, text: String) throws {
        let (name, column) = (PostgresName.quote(table.name), PostgresName.quote(column))
        let value = PostgresName.literal(text)
        try database.app.execute(
            """
            CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER drop_writes BEFORE INSERT OR UPDATE ON \(name) FOR EACH ROW
            WHEN (NEW.\(column) = \(value)) EXECUTE FUNCTION drop_row();
            CREATE TRIGGER drop_deletes BEFORE DELETE ON \(name) FOR EACH ROW
            WHEN (OLD.\(column) = \(value)) EXECUTE FUNCTION drop_row()
            """)
    }

    func limit(_ table: TableSchema, column: String, to value: Int64?) throws {
        let name = PostgresName.quote(table.name)
        try database.app.execute("ALTER TABLE \(name) DROP CONSTRAINT IF EXISTS largest")
        guard let value else { return }
        try database.app.execute(
            "ALTER TABLE \(name) ADD CONSTRAINT largest CHECK (\(PostgresName.quote(column)) <= \(value))")
    }

    private func names(_ columns: [Int], _ table: TableSchema) -> String {
        columns.map { PostgresName.quote(table.columns[$0].name) }.joined(separator: ", ")
    }

    private func type(of column: ColumnSchema) -> String {
        switch column.kind {
        case .int64: "bigint"
        case .decimal: "numeric"
        case .double: "double precision"
        case .bytes: "bytea"
        case .bool: "boolean"
        case .date: "date"
        default: "text"
        }
    }
}
