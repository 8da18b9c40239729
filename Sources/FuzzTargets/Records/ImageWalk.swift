import CEL
import Expressions
import Model

/// Reads every value of every row image of a batch, the ways that the product does.
enum ImageWalk {
    static func walk(_ batch: ChangeBatch) throws {
        for change in batch.changes {
            let table = batch.tables[Int(change.table)]
            for image in [change.before, change.after] {
                if let image { try walk(batch.bytes, at: Int(image), table) }
            }
        }
    }

    private static func walk(_ arena: [UInt8], at start: Int, _ table: TableSchema) throws {
        let names = table.columns.map(\.name)
        let row = Array(arena[min(start, arena.count)...])
        let cells = OwnedCell.read(row, columns: names.count)
        try FuzzFinding.unless(cells.count == names.count, "a row image that was checked has fewer values")
        _ = RowJSON.object(names: names, row: row)
        try unsafe ExactBytes.with(row) { arena in
            var offsets = RowOffsets()
            let isWhole = unsafe offsets.scan(arena, at: 0, columns: names.count)
            try FuzzFinding.unless(isWhole, "a row image that was checked is damaged")
            // The offsets were found in this block by the scan above.
            let key = unsafe Key(arena, offsets: offsets, columns: table.key)
            _ = (key.display, key.hasNull)
            let bindings = ColumnBindings(table)
            // The block lives until the closure ends, and the bindings let go of it before.
            defer { bindings.clear() }
            let isBound = unsafe bindings.bind(arena: arena, row: 0)
            try FuzzFinding.unless(isBound, "a row image that was checked cannot be bound")
            for slot in names.indices { read(bindings, slot) }
        }
    }

    /// A value that its column's kind does not allow is refused with an error; nothing else may happen.
    private static func read(_ bindings: ColumnBindings, _ slot: Int) {
        do { _ = try bindings.value(at: slot).owned() } catch { return }
    }
}
