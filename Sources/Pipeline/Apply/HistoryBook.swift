import Foundation
import Model

/// Which parts of history the target holds, per legacy table; changed only in the transaction of the chunk
/// itself.
struct HistoryBook {
    /// The tables that the context reads; others may share its log.
    var wanted: Set<String> = [] {
        didSet { findAnew() }
    }
    private let context: String
    private let store: any TargetStore
    private let access: TableAccess
    /// Where the history of tables ends, as far as it was asked for.
    private var ends: [String: Position] = [:]
    /// Chunks, rows and what they come to, by table.
    private(set) var tables: [String: (chunks: Int64, rows: Int64, reading: Reading)] = [:]

    /// What of a table's history the target holds.
    enum Reading: Int64 {
        /// Part of it.
        case first = 0
        /// All of it.
        case whole = 1
        /// Part of it as it is now, and what was known before changes went unseen.
        case anew = 2
        /// All of it as it is now, and what was known before and may be gone, until every table is read.
        case anewRead = 3

        /// Whether what was known before may be gone.
        var isAnew: Bool { self == .anew || self == .anewRead }
    }

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
        ends = [:]
        let rows = try store.scan(access)
        for row in 0..<rows.count {
            let cells = rows.cells(of: row)
            guard cells.count == 5, cells[0].text == context, let table = cells[1].text else { continue }
            tables[table] = (
                cells[2].integer, cells[3].integer, Reading(rawValue: cells[4].integer) ?? .first
            )
        }
        findAnew()
    }

    /// Whether the history of all these tables is there.
    func holds(_ names: some Sequence<String>) -> Bool {
        names.allSatisfy { tables[$0]?.reading == .whole }
    }

    /// The tables whose history is being read anew: of them it is noted what is met.
    private(set) var anew: [String] = []

    private mutating func findAnew() {
        anew = wanted.filter { tables[$0]?.reading.isAnew ?? false }.sorted()
    }

    /// Whether every table that is read anew has been read to its end.
    var isReadAnew: Bool { !anew.isEmpty && !anew.contains { tables[$0]?.reading == .anew } }

    /// Notes that nothing is known any more of the tables that were read anew but what they hold.
    mutating func endReadingAnew() throws {
        for table in anew {
            tables[table]?.reading = .whole
            try write(table)
        }
        findAnew()
    }

    /// Where the history of all these tables ends: what committed later found it complete. Nil while it is
    /// not complete.
    mutating func end(of names: some Collection<String>) throws -> Position? {
        guard holds(names) else { return nil }
        for name in names where ends[name] == nil {
            ends[name] = try chunks(of: [name]).map(\.high).max() ?? .start
        }
        return names.compactMap { ends[$0] }.max()
    }

    /// Records a chunk.
    mutating func record(_ chunk: ChunkCertificate) throws {
        ends[chunk.table] = nil
        var state = tables[chunk.table] ?? (0, 0, .first)
        if chunk.number == 0 || chunk.isRestart {
            state = (0, 0, chunk.isRestart || state.reading.isAnew ? .anew : .first)
            try forgetChunks(of: chunk.table)
        }
        if !chunk.isRestart {
            state.chunks += 1
            state.rows += Int64(chunk.rowsRead - chunk.rowsDropped)
        }
        if chunk.isLast { state.reading = state.reading == .anew ? .anewRead : .whole }
        tables[chunk.table] = state
        findAnew()
        try write(chunk.table)
        if !chunk.isRestart { try write(chunk) }
    }

    /// The certificates of all chunks of these tables, table by table, in order.
    func chunks(of names: some Sequence<String>) throws -> [ChunkCertificate] {
        var result: [ChunkCertificate] = []
        for name in names {
            let rows = try chunkRows(of: name)
            for row in 0..<rows.count {
                let text = rows.cells(of: row).last?.text ?? ""
                result.append(try JSONDecoder().decode(ChunkCertificate.self, from: Data(text.utf8)))
            }
        }
        return result
    }

    private func write(_ table: String) throws {
        guard let state = tables[table] else { return }
        var rows = RowBuffer(columns: 5)
        rows.beginRow()
        RowWriter.text(context, &rows.bytes)
        RowWriter.text(table, &rows.bytes)
        RowWriter.integer(state.chunks, &rows.bytes)
        RowWriter.integer(state.rows, &rows.bytes)
        RowWriter.integer(state.reading.rawValue, &rows.bytes)
        try refuse(try store.upsert(rows, access))
    }

    private var chunkAccess: TableAccess {
        let table = OwnedTables.chunks
        return TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
    }

    private func chunkRows(of table: String) throws -> RowBuffer {
        var wanted = RowBuffer(columns: 2)
        wanted.beginRow()
        RowWriter.text(context, &wanted.bytes)
        RowWriter.text(table, &wanted.bytes)
        return try store.fetch(wanted, by: [0, 1], chunkAccess).rows
    }

    private func forgetChunks(of table: String) throws {
        let rows = try chunkRows(of: table)
        var keys = RowBuffer(columns: 3)
        for row in 0..<rows.count { keys.append(rows.key(of: row, columns: [0, 1, 2]).bytes) }
        if !keys.isEmpty { try store.delete(keys, chunkAccess) }
    }

    private func write(_ chunk: ChunkCertificate) throws {
        var row = RowBuffer(columns: 4)
        row.beginRow()
        RowWriter.text(context, &row.bytes)
        RowWriter.text(chunk.table, &row.bytes)
        RowWriter.integer(Int64(chunk.number), &row.bytes)
        RowWriter.text(chunk.canonicalJSON, &row.bytes)
        try refuse(try store.upsert(row, chunkAccess))
    }

    private func refuse(_ refusals: [RowRefusal]) throws {
        guard let refusal = refusals.first else { return }
        throw TargetError(
            .tampered, "a table of history refuses a row: \(refusal.message)",
            hint: "constraints were added to a table of Banyan's own; remove them")
    }
}
