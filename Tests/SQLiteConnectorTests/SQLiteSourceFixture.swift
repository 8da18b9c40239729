import Capture
import Foundation
import Model
import SQLite
import Testing

@testable import SQLiteConnector

/// A database in a folder of its own, an application's connection to it, and a replica fed by the captured
/// stream.
final class SQLiteSourceFixture {
    let folder: URL
    let path: String
    let app: SQLiteConnection
    private(set) var opened: SQLiteSource?
    var replica = Replica()
    /// Operations as captured, with the key: `insert 1`, `delete 1/x`.
    var trace: [String] = []
    var transactions: [ChangeBatch.Transaction] = []

    init(_ schema: String, wal: Bool = true) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "banyan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "legacy.db").path
        app = try SQLiteConnection(path: path, access: .create)
        if wal { _ = try app.string("PRAGMA journal_mode = WAL") }
        try app.execute("PRAGMA synchronous = OFF")
        try app.execute(schema)
    }

    deinit {
        opened = nil
        do { try FileManager.default.removeItem(at: folder) } catch {
            Issue.record("cannot remove \(folder): \(error)")
        }
    }

    @discardableResult
    func install(_ tables: String..., keys: [String: [String]] = [:]) throws -> SQLiteInstallation {
        try SQLiteJournal.install(.init(tables: tables, keys: keys), at: path)
    }

    /// The source, opened at the journal's present end when first asked for.
    func source() throws -> SQLiteSource {
        if let opened { return opened }
        let source = try SQLiteSource(path: path, name: "legacy")
        _ = try source.open(after: nil)
        opened = source
        return source
    }

    func reopen(after point: ResumePoint?) throws -> SQLiteSource {
        let source = try SQLiteSource(path: path, name: "legacy")
        _ = try source.open(after: point)
        opened = source
        return source
    }

    /// Reads everything there is into the replica.
    func drain(byteLimit: Int = 1 << 20) throws {
        let source = try source()
        while let batch = try source.next(byteLimit: byteLimit) {
            try replica.apply(batch)
            trace += describe(batch)
            transactions += batch.transactions
        }
    }

    /// Runs `sql` and returns what was captured of it.
    func captured(_ sql: String) throws -> [String] {
        _ = try source()
        try drain()
        trace = []
        try app.execute(sql)
        try drain()
        return trace
    }

    /// Every row of the captured tables as a reader of ranges sees them.
    func present(limit: ChunkLimit = .init(rows: 7, bytes: 1 << 20)) throws -> Replica {
        let reader = try SQLiteRangeReader(path: path)
        var present = Replica()
        for name in Set(try source().tables.map(\.name)) {
            var key: Key?
            while true {
                let chunk = try reader.chunk(of: name, after: key, limit: limit)
                try present.apply(chunk.batch)
                if chunk.isLast { break }
                key = chunk.lastKey
            }
        }
        return present
    }

    private func describe(_ batch: ChangeBatch) -> [String] {
        batch.changes.map { change in
            let before = Replica.key(batch, change.before, change.table)?.display
            let after = Replica.key(batch, change.after, change.table)?.display
            let keys =
                before == nil || after == nil || before == after
                ? (after ?? before ?? "") : "\(before ?? "")>\(after ?? "")"
            return "\(change.operation) \(keys)"
        }
    }
}

/// Tables as dictionaries, kept by applying changes by key.
struct Replica: Equatable {
    var rows: [String: [Key: [UInt8]]] = [:]

    mutating func apply(_ batch: ChangeBatch) throws {
        for change in batch.changes {
            let name = batch.tables[Int(change.table)].name
            let before = Replica.key(batch, change.before, change.table)
            let after = Replica.key(batch, change.after, change.table)
            if change.operation == .delete || (change.operation == .update && before != after), let before {
                #expect(rows[name]?[before] != nil || !isComplete, "removed a row that is not there")
                rows[name]?[before] = nil
            }
            if let after, let start = change.after {
                rows[name, default: [:]][after] = Replica.image(batch, start, change.table)
            }
        }
        for name in rows.keys where rows[name]?.isEmpty == true { rows[name] = nil }
    }

    /// Whether the replica saw every row from the start, so that a removal must find its row.
    var isComplete = false

    static func == (left: Replica, right: Replica) -> Bool { left.rows == right.rows }

    static func key(_ batch: ChangeBatch, _ image: UInt32?, _ table: UInt16) -> Key? {
        guard let image else { return nil }
        let schema = batch.tables[Int(table)]
        var offsets = RowOffsets()
        return unsafe batch.bytes.withUnsafeBytes { arena in
            guard unsafe offsets.scan(arena, at: Int(image), columns: schema.columns.count) else {
                return nil
            }
            return unsafe Key(arena, offsets: offsets, columns: schema.key)
        }
    }

    static func image(_ batch: ChangeBatch, _ start: UInt32, _ table: UInt16) -> [UInt8] {
        var offsets = RowOffsets()
        return unsafe batch.bytes.withUnsafeBytes { arena in
            let columns = batch.tables[Int(table)].columns.count
            guard unsafe offsets.scan(arena, at: Int(start), columns: columns) else { return [] }
            return unsafe Array(arena[Int(start)..<offsets.end])
        }
    }
}
