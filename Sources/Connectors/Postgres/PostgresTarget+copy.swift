import Apply
import Model
import PostgreSQL

extension PostgresTarget {
    /// Copies rows into a table, if none of them is there and all are taken as they are: the quickest way to
    /// write history.
    ///
    /// - Returns: False when nothing was written.
    func copy(
        _ rows: ScannedRows, _ wanted: [Int], _ access: TableAccess, _ layout: PostgresLayout
    ) throws -> Bool {
        guard wanted.count >= triedRows, var format = PostgresCopy(layout.columns(access.columns)),
            copyHabits[layout.table, default: WriteHabit()].tries()
        else { return false }
        let isTaken = try isCopied(rows, wanted, access, &format, layout)
        copyHabits[layout.table, default: WriteHabit()].note(isTaken: isTaken)
        return isTaken
    }

    private func isCopied(
        _ rows: ScannedRows, _ wanted: [Int], _ access: TableAccess, _ format: inout PostgresCopy,
        _ layout: PostgresLayout
    ) throws -> Bool {
        do {
            try savepoint {
                let taken = try transaction.copy(format.statement(into: layout.table)) {
                    try format.write(rows, wanted, to: $0)
                }
                // A trigger may have taken some away: which, is found row by row.
                guard taken == wanted.count, try hasKey(access, layout) else { throw PostgresCopy.Unfit() }
            }
            return true
        } catch is PostgresCopy.Unfit {
            return false
        } catch let error as PostgresError where error.recovery != .retry {
            // A row that is there already, or that the table refuses: the statement that follows says which.
            return false
        } catch let error as PostgresError {
            throw wrap(error)
        }
    }

    /// Whether the table refuses at once a second row with a key, and takes rows as a statement would: what
    /// the statement says by itself that writes rows one by one. Asked while the copy keeps others from
    /// changing it.
    private func hasKey(_ access: TableAccess, _ layout: PostgresLayout) throws -> Bool {
        let names = access.key.map { access.table.columns[$0].name }
        let others = access.columns.filter { !access.key.contains($0) }.map { access.table.columns[$0].name }
        let found = try transaction.query(
            """
            SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
            WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p') AND NOT c.relhasrules
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attidentity = 'a' AND NOT a.attisdropped
                        AND a.attname IN (SELECT pg_catalog.json_array_elements_text($3::json)))
                AND i.indisunique AND i.indisvalid AND i.indimmediate
                AND i.indpred IS NULL AND i.indexprs IS NULL
                AND (SELECT array_agg(a.attname::text ORDER BY a.attname::text)
                    FROM pg_catalog.unnest(i.indkey[0:i.indnkeyatts - 1]) k
                    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k)
                    = ARRAY(SELECT n FROM pg_catalog.json_array_elements_text($2::json) n ORDER BY 1)
            LIMIT 1
            """, [layout.table, Self.json(names), Self.json(others)])
        return found.count == 1
    }

    private static func json(_ names: [String]) -> String {
        "[\(names.map(RowJSON.quote).joined(separator: ","))]"
    }
}
