public import Apply
import ChangeLog
public import Model

/// A connection to a memory store, that can fail as a database does where it hurts.
public final class MemoryTarget: TargetStore {
    private let database: MemoryDatabase
    /// The open transaction's view; nil outside one.
    private var working: MemoryDatabase.State?
    private var isDead = false
    /// What this connection sees otherwise than it is: called for each view that is taken.
    public var alters: ((inout MemoryView) -> Void)?

    /// A connection to a store.
    public init(_ database: MemoryDatabase) {
        self.database = database
    }

    /// Starts a transaction; refused while another connection has one.
    public func begin() throws {
        try entering {
            guard database.writer == nil else {
                throw TargetError(.unavailable, "another connection writes", hint: "try again")
            }
            database.land()
            database.writer = ObjectIdentifier(self)
            working = database.state
        }
    }

    /// Makes the transaction durable.
    public func commit() throws {
        let fault = try enter(isCommit: true)
        if fault == nil || [.lostAnswer(applied: true), .lateCommit, .crashAfter].contains(fault) {
            guard let working else { throw Self.noTransaction }
            guard database.writer == ObjectIdentifier(self) else {
                close()
                throw TargetError(.unavailable, "the store has ended the transaction", hint: "try again")
            }
            database.commit(working, isLate: fault == .lateCommit)
        }
        close()
        switch fault {
        case .lostAnswer, .lateCommit:
            throw TargetError(.ambiguous, "the connection broke during the commit", hint: "the ledger tells")
        case .crashAfter:
            isDead = true
            throw MemoryCrash()
        default: return
        }
    }

    /// Forgets the open transaction.
    public func rollback() { close() }

    /// Runs `body`; when it throws, everything it wrote is undone.
    public func savepoint<T>(_ body: () throws -> T) throws -> T {
        try entering {
            guard working != nil else { throw Self.noTransaction }
        }
        let before = working
        do {
            return try body()
        } catch {
            // A transaction that is gone altogether does not come back.
            if working != nil { working = before }
            throw error
        }
    }

    /// Makes a table of Banyan's own when it is missing.
    public func ensure(_ table: TableSchema, indexes: [[Int]]) throws {
        try entering {
            database.land()
            if database.state.tables[table.name] == nil {
                database.state.tables[table.name] = MemoryTable(schema: table)
            }
            database.state.tables[table.name]?.take(columnsOf: table)
        }
    }

    /// The columns of a table of Banyan's own.
    public func columns(of table: TableSchema) throws -> Set<String>? {
        try entering {
            database.state.tables[table.name].map { Set($0.schema.columns.map(\.name)) }
        }
    }

    /// Writes rows.
    public func upsert(_ rows: RowBuffer, _ access: TableAccess) throws -> [RowRefusal] {
        try entering {
            try writing(access) { table in
                MemoryUpsert(rows: rows, access: access).run(&table)
            }
        }
    }

    /// Appends rows.
    public func insert(_ rows: RowBuffer, _ access: TableAccess) throws {
        try entering {
            try writing(access) { table in
                for row in 0..<rows.count {
                    var values = MemoryUpsert(rows: rows, access: access).values(of: row)
                    if let key = table.schema.key.first, values[key] == nil {
                        var number: [UInt8] = []
                        RowWriter.integer(table.nextInSequence(), &number)
                        values[key] = number
                    }
                    if let words = table.write(values, key: table.schema.key) {
                        throw TargetError(
                            .tampered, "\(access.table.name) refuses a row: \(words)",
                            hint: "constraints were added to a table of Banyan's own; remove them")
                    }
                }
            }
        }
    }

    /// Deletes the rows with these keys.
    public func delete(_ keys: RowBuffer, _ access: TableAccess) throws {
        try entering {
            try writing(access) { table in
                for row in 0..<keys.count {
                    let wanted = keys.key(of: row, columns: Array(0..<keys.columns))
                    if wanted.hasNull { continue }
                    if access.key == table.schema.key {
                        _ = table.remove(wanted)
                        continue
                    }
                    for entry in table.ordered
                    where MemoryRow.key(of: entry.values, by: access.key) == wanted {
                        _ = table.remove(entry.key)
                    }
                }
            }
        }
    }

    /// Finds rows by the values of some columns.
    public func fetch(_ keys: RowBuffer, by columns: [Int], _ access: TableAccess) throws -> RowGroups {
        try entering {
            let table = try table(access)
            var found = RowBuffer(columns: access.columns.count)
            var groups: [Range<Int>] = []
            let isByKey = columns == table.schema.key
            let index =
                isByKey || keys.isEmpty
                ? [:] : Dictionary(grouping: table.ordered) { MemoryRow.key(of: $0.values, by: columns) }
            let all = Array(0..<keys.columns)
            for row in 0..<keys.count {
                let first = found.count
                let wanted = keys.key(of: row, columns: all)
                if wanted.hasNull {
                    // A NULL finds nothing.
                } else if isByKey {
                    if let entry = table[wanted] { found.append(entry, access.columns) }
                } else {
                    for entry in index[wanted] ?? [] { found.append(entry, access.columns) }
                }
                groups.append(first..<found.count)
            }
            return RowGroups(rows: found, groups: groups)
        }
    }

    /// Every row of a table, in key order.
    public func scan(_ access: TableAccess) throws -> RowBuffer {
        try range(after: nil, through: nil, limit: .max, access)
    }

    /// Runs `body` on one unchanging view of the store.
    public func snapshot<T>(_ body: () throws -> T) throws -> T {
        if working != nil { return try body() }
        try entering { working = view }
        defer { if database.writer != ObjectIdentifier(self) { working = nil } }
        return try body()
    }

    /// Rows in the order of the access's key, in a key range.
    public func range(after: Key?, through: Key?, limit: Int, _ access: TableAccess) throws -> RowBuffer {
        try entering {
            let table = try table(access)
            var found = RowBuffer(columns: access.columns.count)
            let low = after.map { OwnedCell.read($0.bytes) }
            let high = through.map { OwnedCell.read($0.bytes) }
            let isByKey = access.key == table.schema.key
            for entry in table.ordered where found.count < limit {
                if low != nil || high != nil {
                    let key =
                        isByKey
                        ? entry.order : OwnedCell.read(MemoryRow.key(of: entry.values, by: access.key).bytes)
                    if let low, !MemoryOrder.precedes(low, key) { continue }
                    if let high, MemoryOrder.precedes(high, key) { continue }
                }
                found.append(entry, access.columns)
            }
            return found
        }
    }

    /// What a view that is taken now shows.
    private var view: MemoryDatabase.State {
        guard let alters else { return database.state }
        var view = MemoryView(database.state)
        alters(&view)
        return view.state
    }

    // MARK: the ledger

    /// Reads a stream's ledger.
    public func ledger(of stream: String) throws -> LedgerEntry? {
        try entering { (working ?? database.state).ledgers[stream] }
    }

    /// Reads a stream's ledger once no commit is under way.
    public func settledLedger(of stream: String) throws -> LedgerEntry? {
        try entering {
            database.land()
            return database.state.ledgers[stream]
        }
    }

    /// Takes a stream over.
    public func claim(_ stream: String) throws -> LedgerEntry {
        try entering {
            guard database.writer == nil else {
                throw TargetError(.unavailable, "another connection writes", hint: "try again")
            }
            database.land()
            var entry =
                database.state.ledgers[stream]
                ?? LedgerEntry(epoch: Epoch(0), offset: .start, position: .start, mapping: "")
            entry.epoch = Epoch(entry.epoch.value + 1)
            database.state.ledgers[stream] = entry
            return entry
        }
    }

    /// Moves a stream's ledger, if it still stands where this worker left it.
    public func advance(_ stream: String, from: LedgerEntry, to: LedgerEntry) throws -> Bool {
        try entering {
            guard var state = working else { throw Self.noTransaction }
            guard let held = state.ledgers[stream], held.epoch == from.epoch, held.offset == from.offset
            else {
                return false
            }
            state.ledgers[stream] = LedgerEntry(
                epoch: held.epoch, offset: to.offset, position: to.position, mapping: to.mapping)
            working = state
            return true
        }
    }

    /// Ends the connection: its transaction is gone, and every further call fails.
    public func disconnect() {
        close()
        isDead = true
    }

    // MARK: faults

    private static let noTransaction = TargetError(.failed, "there is no transaction", hint: "begin one")

    private func close() {
        working = nil
        if database.writer == ObjectIdentifier(self) { database.writer = nil }
    }

    /// Counts a call that is no commit and runs it, unless a fault is planned for it.
    private func entering<T>(_ body: () throws -> T) throws -> T {
        switch try enter() {
        case nil: return try body()
        case .lostAnswer, .lateCommit:
            close()
            throw TargetError(.unavailable, "the connection broke", hint: "try again")
        default:
            _ = try body()
            close()
            isDead = true
            throw MemoryCrash()
        }
    }

    private func enter(isCommit: Bool = false) throws -> MemoryFault? {
        guard !isDead else { throw MemoryCrash() }
        database.calls += 1
        let fault: MemoryFault?
        do {
            fault = try database.faults[database.calls] ?? database.onCall?(isCommit)
        } catch {
            close()
            throw error
        }
        switch fault {
        case .unavailable:
            close()
            throw TargetError(.unavailable, "the store is out of reach", hint: "try again")
        case .full:
            throw TargetError(.unavailable, "there is no room", hint: "make room")
        case .crashBefore:
            close()
            isDead = true
            throw MemoryCrash()
        default: return fault
        }
    }

    private func table(_ access: TableAccess) throws -> MemoryTable {
        guard let table = (working ?? database.state).tables[access.table.name] else {
            throw TargetError(.failed, "no such table: \(access.table.name)", hint: "make it")
        }
        return table
    }

    private func writing<T>(_ access: TableAccess, _ body: (inout MemoryTable) throws -> T) throws -> T {
        guard working != nil else { throw Self.noTransaction }
        var table = try table(access)
        working?.tables[access.table.name] = nil
        defer { working?.tables[access.table.name] = table }
        return try body(&table)
    }
}

extension RowBuffer {
    /// Appends some columns of a row.
    fileprivate mutating func append(_ entry: MemoryEntry, _ columns: [Int]) {
        beginRow()
        for column in columns { bytes.append(contentsOf: entry.values[column]) }
    }
}
