import CSQLite
public import Model
public import SQLite

/// Reads what a SQLite database says about its own tables.
public enum SQLiteCatalog {
    /// The catalog: ordinary tables, with rowid or without, strict or not; views, virtual tables, their
    /// shadows, SQLite's own tables and Banyan's are left out.
    public static func read(_ connection: SQLiteConnection) throws -> Catalog {
        Catalog(tables: try shapes(connection).map(\.schema))
    }

    /// The shapes of all tables in the catalog, in name order.
    static func shapes(_ connection: SQLiteConnection) throws -> [SQLiteTableShape] {
        let names = try connection.rows(
            """
            SELECT name, wr, strict FROM pragma_table_list
            WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            AND name NOT LIKE 'banyan\\_%' ESCAPE '\\' ORDER BY name
            """
        ) { ($0.string(0) ?? "", $0.integer(1) == 1, $0.integer(2) == 1) }
        return try names.map { try shape(connection, $0.0, isWithoutRowid: $0.1, isStrict: $0.2) }
    }

    /// The shape of one table; nil when there is none of this name.
    static func shape(of table: String, _ connection: SQLiteConnection) throws -> SQLiteTableShape? {
        let found = try connection.rows(
            "SELECT wr, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name = ?",
            [.text(table)]
        ) { ($0.integer(0) == 1, $0.integer(1) == 1) }
        guard let (isWithoutRowid, isStrict) = found.first else { return nil }
        return try shape(connection, table, isWithoutRowid: isWithoutRowid, isStrict: isStrict)
    }

    private static func shape(
        _ connection: SQLiteConnection, _ table: String, isWithoutRowid: Bool, isStrict: Bool
    ) throws -> SQLiteTableShape {
        let found = try columns(connection, table)
        let uniques = try uniqueKeys(connection, table, found.columns, key: found.key)
        let plain = uniques.filter { !$0.isPartial && !$0.hasExpression && $0.columns != found.key }
        let schema = TableSchema(
            name: table, columns: found.columns, key: found.key, uniqueKeys: plain.map(\.columns),
            references: try references(connection, table, found.columns))
        return SQLiteTableShape(
            schema: schema, uniques: uniques, isWithoutRowid: isWithoutRowid, isStrict: isStrict,
            defaults: found.defaults)
    }

    private static func columns(
        _ connection: SQLiteConnection, _ table: String
    ) throws -> (columns: [ColumnSchema], key: [Int], defaults: [String?]) {
        var columns: [ColumnSchema] = []
        var defaults: [String?] = []
        var key: [(order: Int64, index: Int)] = []
        // hidden: 0 ordinary, 1 a virtual table's own, 2 and 3 generated.
        _ = try connection.rows(
            "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?) "
                + "WHERE hidden <> 1",
            [.text(table)]
        ) { row in
            let name = row.string(0) ?? ""
            let type = row.string(1) ?? ""
            let (kind, scale) = SQLiteTypes.kind(ofDeclared: type)
            let collation = try collationName(connection, table, name)
            if row.integer(4) > 0 { key.append((row.integer(4), columns.count)) }
            columns.append(
                ColumnSchema(
                    name: name, kind: kind, declaredType: type, isNullable: row.integer(2) == 0, scale: scale,
                    isGenerated: row.integer(5) > 1, collation: collation == "BINARY" ? nil : collation,
                    hasDefault: row.string(3) != nil))
            defaults.append(row.string(3))
        }
        return (columns, key.sorted { $0.order < $1.order }.map(\.index), defaults)
    }

    private static func collationName(_ connection: SQLiteConnection, _ table: String, _ column: String)
        throws -> String
    {
        var name: UnsafePointer<CChar>?
        // SQLite fills the pointer with a text that lives as long as the schema; it is copied at once.
        let code = unsafe sqlite3_table_column_metadata(
            connection.handle, "main", table, column, nil, &name, nil, nil, nil)
        guard code == SQLITE_OK, let name = unsafe name else {
            throw SQLiteError(
                code: code, message: "no collation", action: "describe column \(column) of \(table)")
        }
        return unsafe String(cString: name)
    }

    private static func uniqueKeys(
        _ connection: SQLiteConnection, _ table: String, _ columns: [ColumnSchema], key: [Int]
    ) throws -> [SQLiteUniqueKey] {
        let indexes = try connection.rows(
            "SELECT name, partial, origin FROM pragma_index_list(?) WHERE \"unique\" = 1", [.text(table)]
        ) { ($0.string(0) ?? "", $0.integer(1) == 1, $0.string(2) == "pk") }
        var keys: [SQLiteUniqueKey] = []
        for (name, isPartial, _) in indexes {
            let parts = try connection.rows(
                "SELECT cid, name, coll FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno",
                [.text(name)]
            ) { ($0.integer(0), $0.string(1), $0.string(2) ?? "BINARY") }
            var unique = SQLiteUniqueKey(
                name: name, columns: [], collations: [], isPartial: isPartial, hasExpression: false)
            for (_, column, collation) in parts {
                if let column, let index = columns.firstIndex(where: { $0.name == column }) {
                    unique.columns.append(index)
                    unique.collations.append(collation)
                } else {
                    unique.hasExpression = true
                }
            }
            keys.append(unique)
        }
        if !key.isEmpty, !indexes.contains(where: \.2) {
            keys.append(
                SQLiteUniqueKey(
                    name: SQLiteUniqueKey.rowidName, columns: key, collations: key.map { _ in "BINARY" },
                    isPartial: false, hasExpression: false))
        }
        return keys.sorted { left, right in
            if (left.columns == key) != (right.columns == key) { return left.columns == key }
            if left.columns != right.columns { return left.columns.lexicographicallyPrecedes(right.columns) }
            return left.name < right.name
        }
    }

    private static func references(
        _ connection: SQLiteConnection, _ table: String, _ columns: [ColumnSchema]
    ) throws -> [ForeignKey] {
        var keys: [(id: Int64, key: ForeignKey)] = []
        let parts = try connection.rows(
            "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq",
            [.text(table)]
        ) { ($0.integer(0), $0.string(1) ?? "", $0.string(2) ?? "", $0.string(3)) }
        for (id, parent, from, to) in parts {
            guard let index = columns.firstIndex(where: { $0.name.lowercased() == from.lowercased() }) else {
                continue
            }
            if keys.last?.id != id {
                keys.append((id, ForeignKey(columns: [], table: parent, referredColumns: [])))
            }
            keys[keys.count - 1].key.columns.append(index)
            if let to { keys[keys.count - 1].key.referredColumns.append(to) }
        }
        return try keys.map { entry in
            var key = entry.key
            // Without named columns a foreign key refers to the parent's primary key.
            if key.referredColumns.isEmpty { key.referredColumns = try primaryKey(connection, key.table) }
            return key
        }
    }

    private static func primaryKey(_ connection: SQLiteConnection, _ table: String) throws -> [String] {
        try connection.rows(
            "SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk", [.text(table)]
        ) { $0.string(0) ?? "" }
    }
}
