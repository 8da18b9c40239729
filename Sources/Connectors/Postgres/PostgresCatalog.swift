import Foundation
import Model
package import PostgreSQL

/// Reads what a PostgreSQL database says about its tables.
package enum PostgresCatalog {
    /// Every table of users': partitioned ones as one, without their partitions; nothing of the server's own
    /// and nothing of Banyan's.
    package static func read(_ connection: PostgresConnection) throws -> [PostgresTable] {
        var tables = try tables(connection)
        let places = Dictionary(uniqueKeysWithValues: tables.indices.map { (tables[$0].oid, $0) })
        // Numbers of columns in the catalog, in the order of the schema's: they have holes where some were
        // dropped.
        var numbers: [Int: [Int]] = [:]
        let columns = try connection.query(columnsSQL(of: "NOT c.relispartition AND \(usersOwn)"))
        for row in 0..<columns.count {
            guard let place = place(columns, row, places) else { continue }
            let column = column(columns, row)
            tables[place].columns.append(column)
            tables[place].schema.columns.append(column.schema)
            numbers[place, default: []].append(Int(columns.integer(row, 1) ?? 0))
        }
        try addKeys(to: &tables, places, numbers, connection)
        try addReferences(to: &tables, places, numbers, connection)
        return tables.sorted { $0.schema.name < $1.schema.name }
    }

    private static func place(_ result: PostgresResult, _ row: Int, _ places: [UInt32: Int]) -> Int? {
        result.integer(row, 0).flatMap { places[UInt32(truncatingIfNeeded: $0)] }
    }

    // MARK: tables

    private static func tables(_ connection: PostgresConnection) throws -> [PostgresTable] {
        let found = try connection.query(
            """
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident, c.reltuples::int8
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND \(usersOwn)
            """)
        return (0..<found.count).map { row in
            let name = PostgresTableName(schema: found.text(row, 1) ?? "", name: found.text(row, 2) ?? "")
            return PostgresTable(
                oid: UInt32(truncatingIfNeeded: found.integer(row, 0) ?? 0), name: name,
                schema: TableSchema(name: name.spelled, columns: [], key: []), columns: [],
                identity: .init(rawValue: found.text(row, 5) ?? "") ?? .primaryKey, identityColumns: [],
                kind: found.text(row, 3) ?? "r", persistence: found.text(row, 4) ?? "p",
                rows: max(0, Int(found.integer(row, 6) ?? 0)))
        }
    }

    private static let usersOwn =
        "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '\(PostgresTableName.ownSchema)', "
        + "'\(PostgresTableName.controlSchema)')"

    // MARK: columns

    /// The columns of one table, whoever's it is; none when there is no such table.
    static func columns(of table: PostgresTableName, _ connection: PostgresConnection) throws
        -> [PostgresColumn]
    {
        let found = try connection.query(
            columnsSQL(of: "c.oid = pg_catalog.to_regclass($1)"), [table.quoted])
        return (0..<found.count).map { column(found, $0) }
    }

    /// A domain counts as the type that it is made of, with the strictest of their lengths.
    private static func columnsSQL(of condition: String) -> String {
        """
        WITH RECURSIVE made (oid, base, typmod, isnotnull) AS (
            SELECT oid, oid, -1, false FROM pg_catalog.pg_type WHERE typtype <> 'd'
            UNION ALL
            SELECT t.oid, m.base, CASE WHEN t.typtypmod = -1 THEN m.typmod ELSE t.typtypmod END,
                m.isnotnull OR t.typnotnull
            FROM pg_catalog.pg_type t JOIN made m ON m.oid = t.typbasetype WHERE t.typtype = 'd'
        )
        SELECT a.attrelid, a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid,
            m.base, b.typtype, b.typname, tn.nspname, (t.oid = pg_catalog.to_regtype('banyan.cell')) IS TRUE,
            CASE WHEN a.atttypmod = -1 THEN m.typmod ELSE a.atttypmod END,
            NOT (a.attnotnull OR m.isnotnull), a.attgenerated <> '', a.attidentity <> '' OR a.atthasdef,
            CASE WHEN NOT l.collisdeterministic THEN l.collname WHEN b.typname = 'citext' THEN 'citext' END,
            a.attstorage <> 'p' AND b.typlen = -1,
            pg_catalog.format_type(m.base, CASE WHEN a.atttypmod = -1 THEN m.typmod ELSE a.atttypmod END),
            a.attidentity = 'a'
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        JOIN made m ON m.oid = a.atttypid JOIN pg_catalog.pg_type b ON b.oid = m.base
        JOIN pg_catalog.pg_namespace tn ON tn.oid = b.typnamespace
        LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND \(condition)
        ORDER BY a.attrelid, a.attnum
        """
    }

    private static func column(_ found: PostgresResult, _ row: Int) -> PostgresColumn {
        let base = UInt32(truncatingIfNeeded: found.integer(row, 5) ?? 0)
        let form = PostgresForm(
            oid: base, isEnum: found.text(row, 6) == "e", name: found.text(row, 7) ?? "")
        let typmod = Int(found.integer(row, 10) ?? -1)
        let schema = ColumnSchema(
            name: found.text(row, 2) ?? "", kind: form.kind, declaredType: found.text(row, 3) ?? "",
            isNullable: found.isTrue(row, 11), scale: form == .numeric ? scale(typmod) : nil,
            isGenerated: found.isTrue(row, 12), collation: found.text(row, 14),
            hasDefault: found.isTrue(row, 13), spillsIntoText: form.spillsIntoText)
        let isTimed = [.time, .timestamp, .timestamptz].contains(form)
        return PostgresColumn(
            schema: schema, form: form, type: UInt32(truncatingIfNeeded: found.integer(row, 4) ?? 0),
            cast: PostgresName.quote(schema: found.text(row, 8) ?? "", found.text(row, 7) ?? ""),
            isCell: found.isTrue(row, 9),
            precision: isTimed && typmod >= 0 ? typmod : nil,
            lengthMax: base == PostgresOID.varchar && typmod >= 4 ? typmod - 4 : nil,
            bytesMax: base == PostgresOID.name ? PostgresName.bytesMax : nil,
            modified: typmod >= 0 ? found.text(row, 16) : nil,
            isToastable: found.isTrue(row, 15), isAlwaysNumbered: found.isTrue(row, 17))
    }

    /// The digits after the point that `numeric(p, s)` keeps: the lower eleven bits, which have a sign.
    static func scale(_ typmod: Int) -> Int? {
        guard typmod >= 4 else { return nil }
        let bits = (typmod - 4) & 0x7FF
        return bits >= 1024 ? bits - 2048 : bits
    }

    // MARK: keys

    /// Adds unique keys. A primary key that is looked at only when a transaction ends is none by which a row
    /// is known: the server does not take it for an identity, nor for what an insertion may clash with.
    private static func addKeys(
        to tables: inout [PostgresTable], _ places: [UInt32: Int], _ numbers: [Int: [Int]],
        _ connection: PostgresConnection
    ) throws {
        let found = try connection.query(
            """
            SELECT i.indrelid, i.indisprimary AND i.indimmediate, i.indisreplident,
                (SELECT string_agg(k.number::text, ' ' ORDER BY k.place)
                 FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place)
                 WHERE k.place <= i.indnkeyatts)
            FROM pg_catalog.pg_index i
            WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
            ORDER BY i.indexrelid
            """)
        for row in 0..<found.count {
            guard let place = place(found, row, places) else { continue }
            let columns = positions(found.text(row, 3), numbers[place] ?? [])
            if found.isTrue(row, 1) {
                tables[place].schema.key = columns
            } else {
                tables[place].schema.uniqueKeys.append(columns)
            }
            if found.isTrue(row, 2) { tables[place].identityColumns = columns }
        }
        // The index that somebody chose for a table's identity is on columns that are never NULL. What is
        // chosen for a partitioned table holds for none of its partitions.
        for place in tables.indices
        where tables[place].schema.key.isEmpty && tables[place].identity == .index
            && tables[place].kind == "r"
        {
            tables[place].schema.key = tables[place].identityColumns
            tables[place].isKeyedByIndex = true
        }
    }

    /// Catalog numbers of columns, by their places in the schema.
    private static func positions(_ text: String?, _ numbers: [Int]) -> [Int] {
        (text ?? "").split(separator: " ").compactMap { word in
            Int(word).flatMap { numbers.firstIndex(of: $0) }
        }
    }

    private static func addReferences(
        to tables: inout [PostgresTable], _ places: [UInt32: Int], _ numbers: [Int: [Int]],
        _ connection: PostgresConnection
    ) throws {
        let found = try connection.query(
            """
            SELECT conrelid, array_to_string(conkey, ' '), confrelid, array_to_string(confkey, ' ')
            FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY oid
            """)
        for row in 0..<found.count {
            guard let place = place(found, row, places),
                let referred = found.integer(row, 2).flatMap({ places[UInt32(truncatingIfNeeded: $0)] })
            else { continue }
            let names = positions(found.text(row, 3), numbers[referred] ?? []).map {
                tables[referred].schema.columns[$0].name
            }
            tables[place].schema.references.append(
                ForeignKey(
                    columns: positions(found.text(row, 1), numbers[place] ?? []),
                    table: tables[referred].schema.name, referredColumns: names))
        }
    }
}
