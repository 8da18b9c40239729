public import ChangeLog
import Model
import Plan

extension ContextApplier {
    /// Ties the store to the log whose records its ledger counts, and the tables that are written to this
    /// context.
    ///
    /// Offsets of another log mean nothing here, and going on with them would pass over whatever it holds
    /// before them; two contexts of different plans that write one table would undo each other's work. The
    /// first that is seen is the one; called before anything is applied.
    ///
    /// - Throws: `TargetError` with `foreignLog` when the store was filled from another log, `tableTaken`
    ///   when another context writes a table of this one, `schemaChanged` when another version wrote Banyan's
    ///   tables in another format.
    public func tie(to log: LogIdentity) throws {
        try store.begin()
        do {
            try tieLog(log)
            try tieTables()
            try store.commit()
        } catch {
            store.rollback()
            throw error
        }
    }

    /// Demands that no log has filled a stream's store yet, before one is made: whoever captures into a new
    /// log tells the source to forget what the old one may lack.
    ///
    /// - Throws: `TargetError` with `foreignLog` when another log has.
    public static func requireUntied(_ stream: String, in store: any TargetStore) throws {
        let table = OwnedTables.log
        guard try store.columns(of: table) != nil else { return }
        var wanted = RowBuffer(columns: 1)
        wanted.beginRow()
        RowWriter.text(stream, &wanted.bytes)
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        let found = try store.fetch(wanted, by: table.key, access).rows
        if found.isEmpty { return }
        throw TargetError(
            .foreignLog,
            "the store of \(stream) was filled from the log \(found.cells(of: 0)[1].display), and there is no log here",
            hint: "put that log back (is its disk mounted?); or read history again, as docs/OPERATING.md says"
        )
    }

    private func tieLog(_ log: LogIdentity) throws {
        var row = RowBuffer(columns: 3)
        row.beginRow()
        RowWriter.text(stream, &row.bytes)
        RowWriter.text(log.description, &row.bytes)
        RowWriter.integer(OwnedTables.formatVersion, &row.bytes)
        guard let held = try held(of: stream, in: OwnedTables.log) else {
            return try put(row, OwnedTables.log)
        }
        guard held.count == 3, held[2].integer == OwnedTables.formatVersion else {
            throw TargetError(
                .schemaChanged,
                "Banyan's tables in the store of \(stream) have format \(held.last?.display ?? "none"), this build "
                    + "reads \(OwnedTables.formatVersion)",
                hint: "use the version that wrote them, or read history again, as docs/OPERATING.md says")
        }
        guard held[1].text == log.description else {
            throw TargetError(
                .foreignLog,
                "the store of \(stream) was filled from the log \(held[1].display), and this is \(log)",
                hint: "put that log back; or read history again, as docs/OPERATING.md says")
        }
    }

    private func tieTables() throws {
        for table in context.aggregates.flatMap({ [$0.table] + $0.parts.map(\.table) }) {
            if let held = try held(of: table.name, in: OwnedTables.writers) {
                guard held.last?.text != stream else { continue }
                throw TargetError(
                    .tableTaken,
                    "the table \(table.name) is written by the context \(held.last?.display ?? "") already",
                    hint: "give each table one context, or read history again, as docs/OPERATING.md says")
            }
            var row = RowBuffer(columns: 2)
            row.beginRow()
            RowWriter.text(table.name, &row.bytes)
            RowWriter.text(stream, &row.bytes)
            try put(row, OwnedTables.writers)
        }
    }

    /// The row of one of Banyan's tables whose key is this text; nil when there is none.
    private func held(of key: String, in table: TableSchema) throws -> [OwnedCell]? {
        var wanted = RowBuffer(columns: 1)
        wanted.beginRow()
        RowWriter.text(key, &wanted.bytes)
        let found = try store.fetch(wanted, by: table.key, whole(table)).rows
        return found.isEmpty ? nil : found.cells(of: 0)
    }

    private func put(_ row: RowBuffer, _ table: TableSchema) throws {
        guard let refusal = try store.upsert(row, whole(table)).first else { return }
        throw TargetError(
            .tampered, "\(table.name) refuses a row: \(refusal.message)",
            hint: "constraints were added to a table of Banyan's own; remove them")
    }

    private func whole(_ table: TableSchema) -> TableAccess {
        TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
    }
}
