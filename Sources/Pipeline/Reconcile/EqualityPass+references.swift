import Apply
import Model
import Plan

extension EqualityPass {
    /// Counts, for each foreign key of the tables that the context writes, the rows that refer to nothing.
    ///
    /// Foreign keys are not enforced while aggregates arrive in any order, so this is where they are held
    /// against the store: on one view of it, at a transaction's end.
    func compareReferences() throws -> [ReferenceComparison] {
        let tables = context.aggregates.flatMap { [$0.table] + $0.parts.map(\.table) }
        return try onWholeHistory { _ in
            try tables.flatMap { table in
                try table.references.filter {
                    !$0.columns.isEmpty && $0.columns.count == $0.referredColumns.count
                }
                .map { try compare($0, of: table) }
            }
        }
    }

    private func compare(_ reference: ForeignKey, of table: TableSchema) throws -> ReferenceComparison {
        let names = reference.columns.map { table.columns[$0].name }.joined(separator: ", ")
        var result = ReferenceComparison(table: table.name, columns: names, parent: reference.table)
        let columns = table.key + reference.columns.filter { !table.key.contains($0) }
        let child = TableAccess(table: table, columns: columns, key: table.key)
        let wanted = reference.columns.compactMap { columns.firstIndex(of: $0) }
        // The parent may be a table that the plan does not write: nothing but its name and columns is needed.
        let parent = TableSchema(
            name: reference.table,
            columns: zip(reference.referredColumns, reference.columns).map { name, column in
                ColumnSchema(name: name, kind: table.columns[column].kind)
            }, key: Array(reference.columns.indices))
        let parentAccess = TableAccess(table: parent, columns: parent.key, key: parent.key)
        var after: Key?
        while true {
            let rows = try store.range(after: after, through: nil, limit: Self.chunkRows, child)
            var values = RowBuffer(columns: wanted.count)
            for row in 0..<rows.count {
                let key = rows.key(of: row, columns: wanted)
                if !key.hasNull { values.append(key.bytes) }
            }
            result.compared += values.count
            result.missing += try store.fetch(values, by: parent.key, parentAccess).groups.count(
                where: \.isEmpty)
            guard rows.count == Self.chunkRows else { return result }
            after = rows.key(of: rows.count - 1, columns: Array(table.key.indices))
        }
    }
}
