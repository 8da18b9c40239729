import Capture
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// A captured PostgreSQL database, and its application's connections.
///
/// One slot has one reader, who moves it on. The exam has several sources at a time, and goes back: each of
/// its sources reads a copy of the slot, and what one of them confirms moves the slot that is copied.
final class PostgresSourceUnderExam: SourceUnderExam {
    let lacks: [SourceAbility: String] = [
        .replacing: "PostgreSQL has no statement that removes a row to insert another",
        .restoring: "a server is put back as a whole, under another timeline",
        .namingItsLastCommit: "PostgreSQL says how far its log goes, not where its last commit stands",
        .countingItsBacklog: "PostgreSQL numbers transactions of all databases, and does not count changes",
    ]
    private let database: PostgresDatabase
    private let address: PostgresAddress
    private let name: String
    private var idle: [PostgresConnection] = []
    private var schemas: [String: TableSchema] = [:]
    private var copies = 0
    private var retired: [String] = []
    private var confirmed = LogLocation(0)

    init() throws {
        database = try CapturedServer.makeDatabase()
        address = try PostgresAddress(database.address)
        name = PostgresCapture.name(of: "exam \(CapturedServer.number())")
    }

    deinit {
        do {
            try waitUntil("every slot is free") {
                try sweep()
                return retired.isEmpty
            }
            _ = try PostgresCapture.uninstall(name, at: address)
        } catch {
            Issue.record(error)
        }
    }

    func capture(_ tables: [TableSchema]) throws {
        for table in tables {
            try database.app.execute(definition(of: table))
            schemas[table.name] = table
        }
        try PostgresCapture.install(
            .init(name: name, tables: tables.map(\.name), wholeRows: Set(tables.map(\.name))), at: address)
    }

    func begin(_ operations: [SourceOperation]) throws -> any SourceTransactionUnderExam {
        let connection = try idle.popLast() ?? database.connect()
        try connection.execute("BEGIN")
        let transaction = PostgresTransactionUnderExam(connection) { self.idle.append(connection) }
        do {
            for operation in operations { try run(operation, connection) }
        } catch {
            try transaction.rollBack()
            throw error
        }
        return transaction
    }

    func makeSource() throws -> any ChangeSource {
        try sweep()
        if let slot = try PostgresSlot(reading: database.app, named: name), slot.confirmed < confirmed {
            try forget(through: confirmed.position)
        }
        copies += 1
        let copy = "\(name)_\(copies)"
        _ = try database.app.query("SELECT pg_copy_logical_replication_slot($1, $2)", [name, copy])
        let source = try PostgresSource(address, capture: name, slot: copy, name: "legacy")
        return PatientSource(
            source,
            confirmed: { [self] acknowledged in
                try waitUntil("the server has heard it") {
                    try PostgresSlot(reading: database.app, named: copy)?.confirmed == acknowledged
                }
                confirmed = max(confirmed, acknowledged)
            }, closed: { [self] in retired.append(copy) })
    }

    func makeReader() throws -> any RangeReader { try PostgresRangeReader(address, capture: name) }

    func forget(through position: Position) throws {
        _ = try database.app.query(
            "SELECT pg_replication_slot_advance($1, $2::pg_lsn)",
            [name, LogLocation(after: position).description])
    }

    func save() throws {}

    func putBack() throws {}

    /// Drops slots whose sources are gone.
    private func sweep() throws {
        guard !retired.isEmpty else { return }
        let dropped = try database.app.query(
            """
            SELECT slot_name, pg_drop_replication_slot(slot_name) FROM pg_replication_slots
            WHERE slot_name = ANY(string_to_array($1, ',')) AND active_pid IS NULL
            """, [retired.joined(separator: ",")])
        retired.removeAll { dropped.texts(0).contains($0) }
    }

    // MARK: statements

    private func definition(of table: TableSchema) -> String {
        let columns = table.columns.map { column in
            "\(PostgresName.quote(column.name)) \(type(of: column))\(column.isNullable ? "" : " NOT NULL")"
        }
        let key = "PRIMARY KEY (\(names(of: table.key, table).joined(separator: ", ")))"
        let name = PostgresName.quote(table.name)
        return "CREATE TABLE \(name) (\((columns + [key]).joined(separator: ", "))); "
            + "ALTER TABLE \(name) REPLICA IDENTITY FULL"
    }

    private func type(of column: ColumnSchema) -> String {
        switch column.kind {
        case .int64: "bigint"
        case .bytes: "bytea"
        default: "text"
        }
    }

    private func run(_ operation: SourceOperation, _ connection: PostgresConnection) throws {
        switch operation {
        case .insert(let table, let row), .replace(let table, let row):
            let schema = try schema(of: table)
            let values = values(Array(schema.columns.indices), schema, from: 1)
            _ = try connection.query(
                "INSERT INTO \(PostgresName.quote(table)) VALUES (\(values.joined(separator: ", ")))",
                row.map(\.spelled))
        case .update(let table, let key, let row):
            let schema = try schema(of: table)
            let all = Array(schema.columns.indices)
            let sets = zip(names(of: all, schema), values(all, schema, from: 1)).map { "\($0) = \($1)" }
            _ = try connection.query(
                "UPDATE \(PostgresName.quote(table)) SET \(sets.joined(separator: ", ")) "
                    + condition(schema, from: row.count + 1), (row + key).map(\.spelled))
        case .delete(let table, let key):
            _ = try connection.query(
                "DELETE FROM \(PostgresName.quote(table)) \(condition(schema(of: table), from: 1))",
                key.map(\.spelled))
        }
    }

    private func schema(of table: String) throws -> TableSchema {
        guard let schema = schemas[table] else { throw ExamFailure("there is no table \(table)") }
        return schema
    }

    private func names(of columns: [Int], _ table: TableSchema) -> [String] {
        columns.map { PostgresName.quote(table.columns[$0].name) }
    }

    private func values(_ columns: [Int], _ table: TableSchema, from number: Int) -> [String] {
        columns.enumerated().map { "$\(number + $0)::\(type(of: table.columns[$1]))" }
    }

    private func condition(_ table: TableSchema, from number: Int) -> String {
        let tests = zip(names(of: table.key, table), values(table.key, table, from: number))
        return "WHERE " + tests.map { "\($0) = \($1)" }.joined(separator: " AND ")
    }
}

extension PlainValue {
    /// The value as the server reads it.
    fileprivate var spelled: String? {
        switch self {
        case .null: nil
        case .integer(let value): String(value)
        case .text(let value): value
        case .bytes(let value): "\\x\(Hex.encode(value))"
        }
    }
}
