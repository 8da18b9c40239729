import Apply
import Model
import PostgreSQL

/// Reads rows of a table as images.
struct PostgresRows {
    private let connection: PostgresConnection
    private let layout: PostgresLayout

    /// Reads from a table.
    init(_ connection: PostgresConnection, _ layout: PostgresLayout) {
        self.connection = connection
        self.layout = layout
    }

    /// Finds rows by the values of some columns: for each key those that it names, in the order of the
    /// access's key.
    func fetch(_ keys: RowBuffer, by columns: [Int], _ access: TableAccess) throws -> RowGroups {
        var found = RowBuffer(columns: access.columns.count)
        var groups = Array(repeating: 0..<0, count: keys.count)
        if keys.isEmpty { return RowGroups(rows: found, groups: groups) }
        let statement = try PostgresStatement(
            ScannedRows(keys), Array(0..<keys.count), columns, key: Array(columns.indices), layout)
        let wanted = layout.columns(access.columns)
        let result = try connection.run(
            statement.sql.fetch(wanted, order: layout.columns(access.key)), statement.parameters)
        var row = 0
        for place in 0..<keys.count {
            let first = found.count
            while row < result.count, result.number(row, 0) == place + 1 {
                try append(result, row, from: 1, wanted, to: &found)
                row += 1
            }
            groups[place] = first..<found.count
        }
        return RowGroups(rows: found, groups: groups)
    }

    /// Rows in the order of the access's key, in a key range.
    func range(after: Key?, through: Key?, limit: Int, _ access: TableAccess) throws -> RowBuffer {
        let key = layout.columns(access.key)
        var bounds = PostgresBounds(key: key)
        if let after { try bounds.add(after, ">") }
        if let through { try bounds.add(through, "<=") }
        bounds.parameters.append(Int64(limit))
        let wanted = layout.columns(access.columns)
        let order = key.isEmpty ? "" : " ORDER BY \(key.map { "t.\($0.name)" }.joined(separator: ", "))"
        let result = try connection.run(
            """
            SELECT \(PostgresTargetSQL.selected(wanted)) FROM \(layout.table) AS t\(bounds.condition)\(order)
            LIMIT $\(bounds.parameters.count)
            """, bounds.parameters)
        var found = RowBuffer(columns: wanted.count)
        for row in 0..<result.count { try append(result, row, from: 0, wanted, to: &found) }
        return found
    }

    private func append(
        _ result: PostgresResult, _ row: Int, from first: Int, _ columns: [PostgresTargetColumn],
        to rows: inout RowBuffer
    ) throws {
        rows.beginRow()
        for (place, column) in columns.enumerated() {
            if result.isNull(row, first + place) {
                RowWriter.null(&rows.bytes)
            } else if unsafe !column.append(result.bytes(row, first + place), to: &rows.bytes) {
                throw TargetError(
                    .failed, "\(layout.table).\(column.name) came back in a form that was not expected",
                    hint: "check the plan again: the column may have another type now")
            }
        }
    }
}
