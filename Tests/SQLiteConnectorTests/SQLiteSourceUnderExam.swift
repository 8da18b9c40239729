import Capture
import Foundation
import Model
import SQLite
import SQLiteConnector
import TestKit

/// A SQLite database with a journal, and an application's connection to it.
final class SQLiteSourceUnderExam: SourceUnderExam {
    /// Small pages, so that the margin which trimming keeps is small too.
    private static let pageBytes = 512

    let lacks: [SourceAbility: String]
    private let folder: TemporaryFolder
    private let hasLog: Bool
    private let isClustered: Bool
    private var path: String
    private var app: SQLiteConnection
    private var schemas: [String: TableSchema] = [:]
    private var copies = 0

    /// - Parameters:
    ///   - hasLog: Whether the database has a write-ahead log, or the rollback journal of old.
    ///   - isClustered: Whether tables whose key is not one integer have no rowid.
    init(hasLog: Bool, isClustered: Bool) throws {
        self.hasLog = hasLog
        self.isClustered = isClustered
        var lacks: [SourceAbility: String] = [.interleavingWriters: "SQLite has one writer at a time"]
        if !hasLog {
            lacks[.tellingTransactionsApart] = "only a write-ahead log shows where commits end"
        }
        self.lacks = lacks
        folder = try TemporaryFolder("source-exam", isInMemory: true)
        path = folder.file("legacy-0.db")
        app = try SQLiteConnection(path: path, access: .create)
        try app.execute("PRAGMA page_size = \(Self.pageBytes)")
        if hasLog { _ = try app.string("PRAGMA journal_mode = WAL") }
        try tune()
    }

    func capture(_ tables: [TableSchema]) throws {
        for table in tables {
            try app.execute(definition(of: table))
            schemas[table.name] = table
        }
        try SQLiteJournal.install(.init(tables: tables.map(\.name)), at: path)
    }

    func begin(_ operations: [SourceOperation]) throws -> any SourceTransactionUnderExam {
        try app.execute("BEGIN IMMEDIATE")
        let transaction = SQLiteTransactionUnderExam(app)
        do {
            for operation in operations { try run(operation) }
        } catch {
            try transaction.rollBack()
            throw error
        }
        return transaction
    }

    func makeSource() throws -> any ChangeSource { try SQLiteSource(path: path, name: "legacy") }

    func makeReader() throws -> any RangeReader { try SQLiteRangeReader(path: path) }

    /// Removes what trimming removes in the end; the row at the position stays, as evidence.
    func forget(through position: Position) throws {
        try app.run("DELETE FROM banyan_journal WHERE seq < ?", [.integer(Int64(position.value))])
    }

    func save() throws {
        copies += 1
        try copy(from: path, to: folder.file("copy-\(copies).db"))
    }

    /// Goes on from the copied files, under another path because the present ones are still open.
    func putBack() throws {
        path = folder.file("legacy-\(copies).db")
        try copy(from: folder.file("copy-\(copies).db"), to: path)
        app = try SQLiteConnection(path: path, access: .readWrite)
        try tune()
    }

    private func copy(from source: String, to target: String) throws {
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: source + suffix) {
            try FileManager.default.copyItem(atPath: source + suffix, toPath: target + suffix)
        }
    }

    /// Nothing is synced, and the write-ahead log is kept whole.
    private func tune() throws {
        try app.execute("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0")
    }

    // MARK: statements

    private func definition(of table: TableSchema) -> String {
        let isRowid = table.key.count == 1 && table.columns[table.key[0]].kind == .int64
        let columns = table.columns.map { column in
            "\(SQLiteName.quote(column.name)) \(column.declaredType)\(column.isNullable ? "" : " NOT NULL")"
        }
        let key = "PRIMARY KEY (\(names(of: table.key, table).joined(separator: ", ")))"
        let parts = (columns + [key]).joined(separator: ", ")
        let tail = isClustered && !isRowid ? " WITHOUT ROWID" : ""
        return "CREATE TABLE \(SQLiteName.quote(table.name)) (\(parts))\(tail)"
    }

    private func run(_ operation: SourceOperation) throws {
        switch operation {
        case .insert(let table, let row): try insert("INSERT", row, table)
        case .replace(let table, let row): try insert("REPLACE", row, table)
        case .update(let table, let key, let row):
            let columns = try columns(of: table).map { "\(SQLiteName.quote($0)) = ?" }
            try app.run(
                "UPDATE \(SQLiteName.quote(table)) SET \(columns.joined(separator: ", ")) \(condition(table))",
                (row + key).map(SQLiteValue.init))
        case .delete(let table, let key):
            try app.run(
                "DELETE FROM \(SQLiteName.quote(table)) \(condition(table))", key.map(SQLiteValue.init))
        }
    }

    private func insert(_ verb: String, _ row: [PlainValue], _ table: String) throws {
        let places = row.map { _ in "?" }.joined(separator: ", ")
        try app.run(
            "\(verb) INTO \(SQLiteName.quote(table)) VALUES (\(places))", row.map(SQLiteValue.init))
    }

    private func schema(of table: String) throws -> TableSchema {
        guard let schema = schemas[table] else {
            throw ExamFailure("there is no table \(table)")
        }
        return schema
    }

    private func columns(of table: String) throws -> [String] {
        try schema(of: table).columns.map(\.name)
    }

    private func condition(_ table: String) throws -> String {
        let schema = try schema(of: table)
        return "WHERE " + names(of: schema.key, schema).map { "\($0) = ?" }.joined(separator: " AND ")
    }

    private func names(of columns: [Int], _ table: TableSchema) -> [String] {
        columns.map { SQLiteName.quote(table.columns[$0].name) }
    }
}

extension SQLiteValue {
    fileprivate init(_ value: PlainValue) {
        switch value {
        case .null: self = .null
        case .integer(let integer): self = .integer(integer)
        case .text(let text): self = .text(text)
        case .bytes(let bytes): self = .bytes(bytes)
        }
    }
}
