public import Apply
public import Model
import PostgreSQL

extension PostgresTarget {
    /// Writes rows; what the schema refuses at first is tried again after the others, because a row may only
    /// be in another's way.
    public func upsert(_ rows: RowBuffer, _ access: TableAccess) throws -> [RowRefusal] {
        let layout = try wrapping { try self.layout(of: access.table) }
        statistics.note(rows.count, in: access.table.name)
        let rows = ScannedRows(rows)
        let found = PostgresMisfit(rows, access, layout)
        let misfits = try found.refusals + coerced(rows, found.suspects, access, layout)
        let refused = Set(misfits.map(\.row))
        var left = try write(rows, (0..<rows.count).filter { !refused.contains($0) }, access, layout)
        while !left.isEmpty {
            let again = try write(rows, left.map(\.row), access, layout)
            if again.count == left.count {
                left = try makeRoom(rows, again, access, layout)
                break
            }
            left = again
        }
        return (misfits + left).sorted { $0.row < $1.row }
    }

    /// Appends rows; where the store numbers them, in the order of the numbers and of the commits.
    public func insert(_ rows: RowBuffer, _ access: TableAccess) throws {
        let layout = try wrapping { try self.layout(of: access.table) }
        statistics.note(rows.count, in: access.table.name)
        try wrapping {
            if layout.isSequence {
                // A number is given before its transaction commits. Whoever reads by numbers would pass over
                // one that commits after a greater one, so those who take numbers wait for one another.
                _ = try transaction.query(
                    "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [layout.table])
            }
            do {
                let statement = try PostgresStatement(
                    ScannedRows(rows), Array(0..<rows.count), access.columns, key: [], layout)
                _ = try transaction.run(statement.sql.insertInOrder, statement.parameters)
            } catch let error as PostgresError where error.isRefusal {
                throw TargetError(
                    .tampered, "\(access.table.name) refuses a row: \(error.message)",
                    hint: "constraints were added to a table of Banyan's own; remove them")
            }
        }
    }

    /// Deletes the rows with these keys.
    public func delete(_ keys: RowBuffer, _ access: TableAccess) throws {
        if keys.isEmpty { return }
        try wrapping {
            let layout = try self.layout(of: access.table)
            let statement = try PostgresStatement(
                ScannedRows(keys), Array(0..<keys.count), access.key, key: Array(access.key.indices), layout)
            let gone = try transaction.run(statement.sql.delete, statement.parameters).affected
            // Fewer when some were not there; what is still there was kept by a trigger.
            guard gone < keys.count else { return }
            let left = try transaction.run(statement.sql.count, statement.parameters)
            guard left.number(0, 0) == 0 else { throw TargetError.keptByTrigger(access.table.name) }
        }
    }

    /// Finds rows by the values of some columns.
    public func fetch(_ keys: RowBuffer, by columns: [Int], _ access: TableAccess) throws -> RowGroups {
        try wrapping {
            let layout = try self.layout(of: access.table)
            return try PostgresRows(connection, layout).fetch(keys, by: columns, access)
        }
    }

    /// Every row of a table of Banyan's own, in key order.
    public func scan(_ access: TableAccess) throws -> RowBuffer {
        try range(after: nil, through: nil, limit: .max, access)
    }

    /// Rows in the order of the access's key, in a key range.
    public func range(after: Key?, through: Key?, limit: Int, _ access: TableAccess) throws -> RowBuffer {
        try wrapping {
            let layout = try self.layout(of: access.table)
            return try PostgresRows(connection, layout).range(
                after: after, through: through, limit: limit, access)
        }
    }

    // MARK: writing

    /// The rows of which an assignment would change a value to fit its column, as the server says.
    private func coerced(
        _ rows: ScannedRows, _ suspects: [Int], _ access: TableAccess, _ layout: PostgresLayout,
        bySpelling spelling: Bool = false
    ) throws -> [RowRefusal] {
        if suspects.isEmpty { return [] }
        do {
            let found = try savepoint {
                let statement = try PostgresStatement(
                    rows, suspects, access.columns, key: access.keyInRow, layout)
                return try transaction.run(
                    statement.sql.coerced(bySpelling: spelling), statement.parameters)
            }
            return (0..<found.count).map { row in
                RowRefusal(
                    row: suspects[found.number(row, 0) - 1], reason: "inexact",
                    message: "a column of \(access.table.name) keeps less of its value than there is")
            }
        } catch let error as PostgresError where error.isRefusal {
            // A value is none of its type at all: that row is refused when it is written, the others are
            // asked for again.
            guard suspects.count > 1 else { return [] }
            let middle = suspects.count / 2
            return try coerced(rows, Array(suspects[..<middle]), access, layout, bySpelling: spelling)
                + coerced(rows, Array(suspects[middle...]), access, layout, bySpelling: spelling)
        } catch let error as PostgresError where error.hasNoOperator && !spelling {
            return try coerced(rows, suspects, access, layout, bySpelling: true)
        } catch let error as PostgresError {
            throw wrap(error)
        }
    }

    /// Writes rows in one statement; where that is refused, in halves, until each refused row stands alone.
    func write(_ rows: ScannedRows, _ wanted: [Int], _ access: TableAccess, _ layout: PostgresLayout) throws
        -> [RowRefusal]
    {
        if wanted.isEmpty { return [] }
        if try copy(rows, wanted, access, layout) { return [] }
        if try update(rows, wanted, access, layout) { return [] }
        let statement = try PostgresStatement(rows, wanted, access.columns, key: access.keyInRow, layout)
        do {
            try savepoint {
                if try upsert(statement) != wanted.count { throw Dropped() }
            }
            return []
        } catch let error as PostgresError where error.isRefusal {
            return try halves(
                rows, wanted, access, layout,
                refusal: RowRefusal(
                    row: wanted[0], reason: "constraint", message: error.message))
        } catch is Dropped {
            return try halves(
                rows, wanted, access, layout, refusal: .droppedByTrigger(wanted[0], access.table.name))
        } catch let error as PostgresError {
            throw wrap(error)
        }
    }

    /// Inserts rows or updates them; returns how many of them are there then.
    private func upsert(_ statement: PostgresStatement) throws -> Int {
        guard statement.sql.isNumberAlone else {
            return try transaction.run(statement.sql.upsert, statement.parameters).affected
        }
        _ = try transaction.run(statement.sql.insertMissing, statement.parameters)
        return try transaction.run(statement.sql.count, statement.parameters).number(0, 0)
    }

    /// A row was not there, or a trigger of the service's took it away without an error.
    struct Dropped: Error {}

    /// Writes each half of what was refused as a whole.
    ///
    /// - Parameter refusal: The refusal of what cannot be halved.
    private func halves(
        _ rows: ScannedRows, _ wanted: [Int], _ access: TableAccess, _ layout: PostgresLayout,
        refusal: RowRefusal
    ) throws -> [RowRefusal] {
        if wanted.count == 1 { return [refusal] }
        let middle = wanted.count / 2
        return try write(rows, Array(wanted[..<middle]), access, layout)
            + write(rows, Array(wanted[middle...]), access, layout)
    }

    /// Rows that stand in each other's way (two that swap a unique value) are taken out and put back in one
    /// statement.
    ///
    /// What is refused even then is left out, and the others are tried without it.
    private func makeRoom(
        _ rows: ScannedRows, _ refused: [RowRefusal], _ access: TableAccess, _ layout: PostgresLayout
    ) throws -> [RowRefusal] {
        // Taking a row out would take others with it.
        if layout.isCascading { return refused }
        var wanted = refused
        var hopeless: [RowRefusal] = []
        while wanted.count > 1 {
            if try exchange(rows, wanted.map(\.row), access, layout) { return hopeless }
            // A row that is refused by itself, with all others out of its way, is refused for good.
            let alone = try wanted.filter { refusal in
                try !canStand(refusal.row, beside: wanted.map(\.row), rows, access, layout)
            }
            // Otherwise the last one gives way.
            let leaving = alone.isEmpty ? Array(wanted.suffix(1)) : alone
            hopeless += leaving
            wanted.removeAll { refusal in leaving.contains { $0.row == refusal.row } }
        }
        return hopeless + wanted
    }

    /// Whether a row is taken once the others are out of the way; nothing stays of the attempt.
    private func canStand(
        _ row: Int, beside others: [Int], _ rows: ScannedRows, _ access: TableAccess, _ layout: PostgresLayout
    ) throws -> Bool {
        struct Undone: Error { let isTaken: Bool }
        do {
            try savepoint {
                var keys = RowBuffer(columns: access.key.count)
                for other in others { keys.append(rows.rows.key(of: other, columns: access.keyInRow).bytes) }
                try transaction.execute("SET CONSTRAINTS ALL DEFERRED")
                try delete(keys, access)
                throw Undone(isTaken: try write(rows, [row], access, layout).isEmpty)
            }
            return false
        } catch let undone as Undone {
            return undone.isTaken
        } catch let error as TargetError where error.recovery == .halt {
            // Something refers to a row that would have to go.
            return false
        }
    }

    /// Takes rows out and puts them back with their new values; changes nothing when one is refused.
    private func exchange(
        _ rows: ScannedRows, _ wanted: [Int], _ access: TableAccess, _ layout: PostgresLayout
    ) throws -> Bool {
        try isTaken {
            let statement = try PostgresStatement(
                rows, wanted, access.columns, key: access.keyInRow, layout)
            let kept = access.table.columns.indices.filter {
                !access.columns.contains($0) && !access.table.columns[$0].isGenerated
            }
            let written = try transaction.run(
                statement.sql.exchange(kept: layout.columns(kept)), statement.parameters)
            if written.number(0, 0) != wanted.count { throw Dropped() }
        }
    }
}
