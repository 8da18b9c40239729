public import ChangeLog
import Model

extension ContextApplier {
    /// Ties the store to the log whose records its ledger counts: offsets of any other log mean nothing here,
    /// and going on with them would pass over whatever it holds before them.
    ///
    /// The first log that is seen is the one; called before anything is applied.
    ///
    /// - Throws: `TargetError` with `foreignLog` when the store was filled from another log.
    public func tie(to log: LogIdentity) throws {
        let table = OwnedTables.log
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        var row = RowBuffer(columns: 2)
        row.beginRow()
        RowWriter.text(stream, &row.bytes)
        RowWriter.text(log.description, &row.bytes)
        var wanted = RowBuffer(columns: 1)
        wanted.append(row.key(of: 0, columns: [0]).bytes)
        let found = try store.fetch(wanted, by: table.key, access).rows
        if let held = found.isEmpty ? nil : found.cells(of: 0).last?.text {
            guard held != log.description else { return }
            throw TargetError(
                .foreignLog, "the store of \(stream) was filled from the log \(held), and this is \(log)",
                hint: "put that log back; or read history again, as docs/OPERATING.md says")
        }
        try store.begin()
        do {
            if let refusal = try store.upsert(row, access).first {
                throw TargetError(
                    .tampered, "\(table.name) refuses a row: \(refusal.message)",
                    hint: "constraints were added to a table of Banyan's own; remove them")
            }
            try store.commit()
        } catch {
            store.rollback()
            throw error
        }
    }
}
