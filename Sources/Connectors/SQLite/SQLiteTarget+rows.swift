public import Apply
import CSQLite
public import Model
import SQLite

extension SQLiteTarget {
    /// Writes rows; what the schema refuses at first is tried again after the others, because a row may only
    /// be in another's way.
    public func upsert(_ rows: RowBuffer, _ access: TableAccess) throws -> [RowRefusal] {
        let statement = try wrapping {
            try self.statement(.upsert, access) { SQLiteTargetSQL.upsert(access) }
        }
        var left = try write(rows, Array(0..<rows.count), statement, access)
        while !left.isEmpty {
            let again = try write(rows, left.map(\.row), statement, access)
            if again.count == left.count { return try makeRoom(rows, again, access) }
            left = again
        }
        return []
    }

    /// Appends rows.
    public func insert(_ rows: RowBuffer, _ access: TableAccess) throws {
        let statement = try wrapping {
            try self.statement(.insert, access) { SQLiteTargetSQL.insert(access) }
        }
        if let refusal = try write(rows, Array(0..<rows.count), statement, access).first {
            throw TargetError(
                .tampered, "\(access.table.name) refuses a row: \(refusal.message)",
                hint: "constraints were added to a table of Banyan's own; remove them")
        }
    }

    /// Deletes the rows with these keys.
    public func delete(_ keys: RowBuffer, _ access: TableAccess) throws {
        // Keys of rows that were not deleted: they were not there, or a trigger kept them.
        var spared = RowBuffer(columns: keys.columns)
        try wrapping {
            let statement = try self.statement(.delete, access) { SQLiteTargetSQL.delete(access) }
            let keepsDigits = CellBinding.keepsDigits(access.table, access.key)
            try unsafe keys.bytes.withUnsafeBytes { arena in
                for row in 0..<keys.count {
                    unsafe CellBinding.bind(
                        arena, at: Int(keys.starts[row]), columns: keys.columns, keepsDigits: keepsDigits,
                        to: statement)
                    try statement.run()
                    if connection.changes == 0 { spared.append(keys[row]) }
                }
                // The bound bytes end with this closure.
                statement.clearBindings()
            }
        }
        guard !spared.isEmpty else { return }
        let left = try fetch(
            spared, by: access.key,
            TableAccess(
                table: access.table, columns: access.key, key: access.key))
        if !left.rows.isEmpty { throw TargetError.keptByTrigger(access.table.name) }
    }

    /// Finds rows by the values of some columns.
    public func fetch(_ keys: RowBuffer, by columns: [Int], _ access: TableAccess) throws -> RowGroups {
        try wrapping {
            let statement = try self.statement(.fetch(columns), access) {
                SQLiteTargetSQL.fetch(access, by: columns, index: try index(of: access.table, over: columns))
            }
            var found = RowBuffer(columns: access.columns.count)
            var groups: [Range<Int>] = []
            groups.reserveCapacity(keys.count)
            let keepsDigits = CellBinding.keepsDigits(access.table, columns)
            try unsafe keys.bytes.withUnsafeBytes { arena in
                for row in 0..<keys.count {
                    let first = found.count
                    unsafe CellBinding.bind(
                        arena, at: Int(keys.starts[row]), columns: keys.columns, keepsDigits: keepsDigits,
                        to: statement)
                    while try statement.step() { CellBinding.read(statement, access, into: &found) }
                    statement.reset()
                    groups.append(first..<found.count)
                }
                // The bound bytes end with this closure.
                statement.clearBindings()
            }
            return RowGroups(rows: found, groups: groups)
        }
    }

    /// Every row of a table of Banyan's own.
    public func scan(_ access: TableAccess) throws -> RowBuffer {
        try wrapping {
            let statement = try self.statement(.scan, access) { SQLiteTargetSQL.scan(access) }
            var found = RowBuffer(columns: access.columns.count)
            defer { statement.reset() }
            while try statement.step() { CellBinding.read(statement, access, into: &found) }
            return found
        }
    }

    /// Rows in the order of the access's key, in a key range.
    public func range(after: Key?, through: Key?, limit: Int, _ access: TableAccess) throws -> RowBuffer {
        try wrapping {
            let verb = StatementKey.Verb.range(hasStart: after != nil, hasEnd: through != nil)
            let statement = try self.statement(verb, access) {
                SQLiteTargetSQL.range(access, hasStart: after != nil, hasEnd: through != nil)
            }
            var found = RowBuffer(columns: access.columns.count)
            let keepsDigits = CellBinding.keepsDigits(access.table, access.key)
            let bounds = (after?.bytes ?? []) + (through?.bytes ?? [])
            let values = (after == nil ? 0 : access.key.count) + (through == nil ? 0 : access.key.count)
            try unsafe bounds.withUnsafeBytes { arena in
                unsafe CellBinding.bind(
                    arena, at: 0, columns: values, keepsDigits: keepsDigits + keepsDigits, to: statement)
                statement.bind(Int64(limit), at: values + 1)
                while try statement.step() { CellBinding.read(statement, access, into: &found) }
                statement.reset()
                // The bound bytes end with this closure.
                statement.clearBindings()
            }
            return found
        }
    }

    /// The name of an index over exactly these columns, in this order, that covers every row; nil when there
    /// is none.
    func index(of table: TableSchema, over columns: [Int]) throws -> String? {
        let wanted = columns.map { table.columns[$0].name }
        let indexes = try connection.rows(
            "SELECT name FROM pragma_index_list(?1) WHERE origin = 'c' AND partial = 0", [.text(table.name)]
        ) { $0.string(0) ?? "" }
        return try indexes.first { name in
            try connection.rows("SELECT name FROM pragma_index_info(?1) ORDER BY seqno", [.text(name)]) {
                $0.string(0) ?? ""
            } == wanted
        }
    }

    func write(_ rows: RowBuffer, _ wanted: [Int], _ statement: SQLiteStatement, _ access: TableAccess)
        throws -> [RowRefusal]
    {
        var refusals: [RowRefusal] = []
        let misfit = misfit(access)
        let keepsDigits = CellBinding.keepsDigits(access.table, access.columns)
        try wrapping {
            try unsafe rows.bytes.withUnsafeBytes { arena in
                for row in wanted {
                    let isDoubtful = unsafe CellBinding.bind(
                        arena, at: Int(rows.starts[row]), columns: rows.columns, keepsDigits: keepsDigits,
                        to: statement)
                    let isSuspect = unsafe isDoubtful || misfit.convertsText(arena, at: Int(rows.starts[row]))
                    if isSuspect, let refusal = misfit.refusal(of: row, in: rows) {
                        refusals.append(refusal)
                        continue
                    }
                    do {
                        try statement.run()
                        if connection.changes == 0 {
                            refusals.append(.droppedByTrigger(row, access.table.name))
                        }
                    } catch let error as SQLiteError where error.recovery == .quarantine {
                        // A failed statement undoes only itself; the transaction goes on.
                        refusals.append(RowRefusal(row: row, reason: "constraint", message: error.message))
                    }
                }
                // The bound bytes end with this closure.
                statement.clearBindings()
            }
        }
        return refusals
    }
}
