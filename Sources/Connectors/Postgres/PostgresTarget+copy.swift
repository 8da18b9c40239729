import Apply
import Model
import PostgreSQL

extension PostgresTarget {
    /// Copies rows into a table, if none of them is there and all are taken as they are: the quickest way to
    /// write history.
    ///
    /// - Returns: False when nothing was written.
    func copy(_ rows: RowBuffer, _ wanted: [Int], _ access: TableAccess, _ layout: PostgresLayout) throws
        -> Bool
    {
        guard wanted.count >= copiedRows, var format = PostgresCopy(layout.columns(access.columns)),
            copyHabits[layout.table, default: CopyHabit()].tries()
        else { return false }
        let isTaken = try isCopied(rows, wanted, &format, layout)
        copyHabits[layout.table, default: CopyHabit()].note(isTaken: isTaken)
        return isTaken
    }

    private func isCopied(
        _ rows: RowBuffer, _ wanted: [Int], _ format: inout PostgresCopy, _ layout: PostgresLayout
    ) throws -> Bool {
        do {
            try savepoint {
                let taken = try transaction.copy(format.statement(into: layout.table)) {
                    try format.write(rows, wanted, to: $0)
                }
                // A trigger may have taken some away: which, is found row by row.
                if taken != wanted.count { throw PostgresCopy.Unfit() }
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
}
