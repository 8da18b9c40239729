import Apply
import Model
import SQLite

/// The statements that a SQLite target runs.
enum SQLiteTargetSQL {
    static func create(_ table: TableSchema, indexes: [[Int]]) -> [String] {
        let name = SQLiteName.quote(table.name)
        let isSequence =
            table.key.count == 1 && table.columns[table.key[0]].kind == .int64 && !table.uniqueKeys.isEmpty
        let columns = table.columns.enumerated().map { index, column in
            let isKey = table.key.contains(index)
            let rule = isSequence && isKey ? " INTEGER PRIMARY KEY AUTOINCREMENT" : isKey ? " NOT NULL" : ""
            let isTyped = !column.declaredType.isEmpty && !(isSequence && isKey)
            let type = isTyped ? " " + column.declaredType : ""
            return SQLiteName.quote(column.name) + type + rule
        }
        let key = isSequence ? "" : ", PRIMARY KEY (\(names(table, table.key)))"
        let options = isSequence ? "" : " WITHOUT ROWID"
        var statements = [
            "CREATE TABLE IF NOT EXISTS \(name) (\(columns.joined(separator: ", "))\(key))\(options)"
        ]
        for columns in indexes + table.uniqueKeys {
            let unique = table.uniqueKeys.contains(columns) ? "UNIQUE " : ""
            let label = table.name + "_by_" + columns.map { table.columns[$0].name }.joined(separator: "_")
            statements.append(
                "CREATE \(unique)INDEX IF NOT EXISTS \(SQLiteName.quote(label)) ON \(name) (\(names(table, columns)))"
            )
        }
        return statements
    }

    /// Adds a column that the table had not when it was made.
    static func add(_ column: ColumnSchema, to table: TableSchema) -> String {
        "ALTER TABLE \(SQLiteName.quote(table.name)) ADD COLUMN "
            + "\(SQLiteName.quote(column.name)) \(column.declaredType)"
    }

    static func upsert(_ access: TableAccess) -> String {
        let others = access.columns.filter { !access.key.contains($0) }
        // A row that is all key is written again, too: a row that was not written is one that a trigger took.
        let set = (others.isEmpty ? access.key : others).map { column in
            let name = SQLiteName.quote(access.table.columns[column].name)
            return "\(name) = excluded.\(name)"
        }
        return insert(access) + " ON CONFLICT (\(names(access.table, access.key))) "
            + "DO UPDATE SET \(set.joined(separator: ", "))"
    }

    static func insert(_ access: TableAccess) -> String {
        let marks = access.columns.map { _ in "?" }.joined(separator: ", ")
        return
            "INSERT INTO \(SQLiteName.quote(access.table.name)) (\(names(access.table, access.columns))) VALUES (\(marks))"
    }

    static func delete(_ access: TableAccess) -> String {
        "DELETE FROM \(SQLiteName.quote(access.table.name)) WHERE \(condition(access.table, access.key))"
    }

    /// - Parameter index: The index over exactly these columns, if there is one. Without statistics SQLite
    ///   would rather walk along a shared prefix of the primary key, which holds the whole table.
    static func fetch(_ access: TableAccess, by columns: [Int], index: String?) -> String {
        "SELECT \(names(access.table, access.columns)) FROM \(SQLiteName.quote(access.table.name))"
            + (index.map { " INDEXED BY \(SQLiteName.quote($0))" } ?? "")
            + " WHERE \(condition(access.table, columns)) ORDER BY \(names(access.table, access.key))"
    }

    static func scan(_ access: TableAccess) -> String {
        "SELECT \(names(access.table, access.columns)) FROM \(SQLiteName.quote(access.table.name))"
            + " ORDER BY \(names(access.table, access.key))"
    }

    static func range(_ access: TableAccess, hasStart: Bool, hasEnd: Bool) -> String {
        let key = names(access.table, access.key)
        let marks = access.key.map { _ in "?" }.joined(separator: ", ")
        let bounds = (hasStart ? ["(\(key)) > (\(marks))"] : []) + (hasEnd ? ["(\(key)) <= (\(marks))"] : [])
        let condition = bounds.isEmpty ? "" : " WHERE \(bounds.joined(separator: " AND "))"
        return "SELECT \(names(access.table, access.columns)) FROM \(SQLiteName.quote(access.table.name))"
            + condition + " ORDER BY \(key) LIMIT ?"
    }

    private static func condition(_ table: TableSchema, _ columns: [Int]) -> String {
        columns.map { "\(SQLiteName.quote(table.columns[$0].name)) = ?" }.joined(separator: " AND ")
    }

    private static func names(_ table: TableSchema, _ columns: [Int]) -> String {
        columns.map { SQLiteName.quote(table.columns[$0].name) }.joined(separator: ", ")
    }
}
