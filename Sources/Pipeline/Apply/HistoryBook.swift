import Model

/// Which parts of history the target holds, per legacy table; changed only in the transaction of the chunk itself.
struct HistoryBook {
    private let context: String
    private let store: any TargetStore
    private let access: TableAccess
    /// Chunks, rows and completeness by table.
    private(set) var tables: [String: (chunks: Int64, rows: Int64, isComplete: Bool)] = [:]

    init(context: String, store: any TargetStore) throws {
        self.context = context
        self.store = store
        let table = OwnedTables.history
        access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        try reload()
    }

    /// Reads again what the target holds.
    mutating func reload() throws {
        tables = [:]
        let rows = try store.scan(access)
        for row in 0..<rows.count {
            let cells = rows.cells(of: row)
            guard cells.count == 5, cells[0].text == context, let table = cells[1].text else { continue }
            tables[table] = (cells[2].integer, cells[3].integer, cells[4].integer != 0)
        }
    }

    /// Whether the history of all these tables is there.
    func holds(_ names: some Sequence<String>) -> Bool {
        names.allSatisfy { tables[$0]?.isComplete == true }
    }

    /// Records a chunk.
    mutating func record(_ chunk: ChunkCertificate) throws {
        var state = tables[chunk.table] ?? (0, 0, false)
        // A table whose history is read anew starts over.
        if chunk.number == 0 { state = (0, 0, false) }
        state.chunks += 1
        state.rows += Int64(chunk.rowsRead - chunk.rowsDropped)
        state.isComplete = chunk.isLast
        tables[chunk.table] = state
        var rows = RowBuffer(columns: 5)
        rows.beginRow()
        RowWriter.text(context, &rows.bytes)
        RowWriter.text(chunk.table, &rows.bytes)
        RowWriter.integer(state.chunks, &rows.bytes)
        RowWriter.integer(state.rows, &rows.bytes)
        RowWriter.integer(state.isComplete ? 1 : 0, &rows.bytes)
        if let refusal = try store.upsert(rows, access).first {
            throw TargetError(
                .tampered, "the history table refuses a row: \(refusal.message)",
                hint: "constraints were added to a table of Banyan's own; remove them")
        }
    }
}
