import Apply
import Model
import PostgreSQL

extension PostgresTarget {
    /// Updates rows, if all of them are there: an insertion that finds its row locks it first, and says so in
    /// the server's log.
    ///
    /// - Returns: False when nothing was written.
    func update(
        _ rows: ScannedRows, _ wanted: [Int], _ access: TableAccess, _ layout: PostgresLayout
    ) throws -> Bool {
        // Rows that are nothing but their key are not changed.
        guard wanted.count >= triedRows, access.columns.count > access.key.count,
            updateHabits[layout.table, default: WriteHabit()].tries()
        else { return false }
        let isTaken = try isUpdated(rows, wanted, access, layout)
        updateHabits[layout.table, default: WriteHabit()].note(isTaken: isTaken)
        return isTaken
    }

    private func isUpdated(
        _ rows: ScannedRows, _ wanted: [Int], _ access: TableAccess, _ layout: PostgresLayout
    ) throws -> Bool {
        var left = wanted[...]
        func next() throws -> (statement: PostgresStatement, count: Int)? {
            let slice = Array(left.prefix(updatedRows))
            left = left.dropFirst(slice.count)
            if slice.isEmpty { return nil }
            let statement = try PostgresStatement(
                rows, slice, access.columns, key: access.keyInRow, layout)
            return (statement, slice.count)
        }
        // The statement that follows says which row was not taken.
        return try isTaken {
            var upcoming = try next()
            while let (statement, count) = upcoming {
                let (result, following) = try transaction.run(
                    statement.sql.update, statement.parameters, meanwhile: next)
                if result.affected != count { throw Dropped() }
                upcoming = following
            }
        }
    }

    /// Writes something as a whole, or not at all.
    ///
    /// - Parameter body: Writes it; throws `Dropped` when less was written than was given.
    /// - Returns: False when something was refused or taken away; nothing is written then.
    func isTaken(_ body: () throws -> Void) throws -> Bool {
        do {
            try savepoint(body)
            return true
        } catch is Dropped {
            return false
        } catch let error as PostgresError where error.isRefusal {
            return false
        } catch let error as PostgresError {
            throw wrap(error)
        }
    }
}
