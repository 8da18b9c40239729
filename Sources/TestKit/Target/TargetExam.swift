import Apply
import ChangeLog
import Model

/// What the questions of the target's exam work on: one table of the service's own, and connections.
final class TargetExam {
    struct Question {
        var name: String
        var ask: (TargetExam) throws -> Void
    }

    static var questions: [Question] { transactions + rows + searches }

    static let table = TableSchema(
        name: "item",
        columns: [
            ColumnSchema(name: "id", kind: .int64, declaredType: "INTEGER", isNullable: false),
            ColumnSchema(name: "name", kind: .text, declaredType: "TEXT", isNullable: false),
            ColumnSchema(name: "slot", kind: .text, declaredType: "TEXT"),
            ColumnSchema(name: "amount", kind: .decimal, declaredType: "TEXT"),
            ColumnSchema(name: "data", kind: .bytes, declaredType: "BLOB"),
            ColumnSchema(name: "own", kind: .text, declaredType: "TEXT"),
        ], key: [0], uniqueKeys: [[2]])
    /// Every column but the one that belongs to the service alone.
    static let access = TableAccess(table: table, columns: [0, 1, 2, 3, 4], key: [0])
    static let whole = TableAccess(table: table, columns: [0, 1, 2, 3, 4, 5], key: [0])

    let subject: any TargetUnderExam
    let store: any TargetStore

    init(_ subject: any TargetUnderExam) throws {
        self.subject = subject
        try subject.create(Self.table)
        store = try subject.open()
    }

    /// A row of the table; a slot of nil is NULL.
    static func row(
        _ id: Int64, _ name: String?, slot: String? = nil, amount: String? = nil, data: [UInt8]? = nil
    ) throws
        -> [UInt8]
    {
        var row: [UInt8] = []
        RowWriter.integer(id, &row)
        for text in [name, slot] {
            if let text { RowWriter.text(text, &row) } else { RowWriter.null(&row) }
        }
        if let amount {
            let decimal = try Decimal128(amount)
            RowWriter.decimal(coefficient: decimal.coefficient, scale: UInt8(decimal.scale), &row)
        } else {
            RowWriter.null(&row)
        }
        if let data { RowWriter.bytes(data, kind: .bytes, &row) } else { RowWriter.null(&row) }
        return row
    }

    static func buffer(_ rows: [[UInt8]], columns: Int = 5) -> RowBuffer {
        var buffer = RowBuffer(columns: columns)
        for row in rows { buffer.append(row) }
        return buffer
    }

    static func key(_ id: Int64) -> Key {
        var bytes: [UInt8] = []
        RowWriter.integer(id, &bytes)
        return Key(bytes: bytes)
    }

    static func keys(_ ids: [Int64]) -> RowBuffer { buffer(ids.map { key($0).bytes }, columns: 1) }

    /// Runs `body` in a transaction of its own.
    func transaction<T>(_ body: () throws -> T) throws -> T {
        try store.begin()
        do {
            let value = try body()
            try store.commit()
            return value
        } catch {
            store.rollback()
            throw error
        }
    }

    @discardableResult
    func write(_ rows: [[UInt8]]) throws -> [RowRefusal] {
        try transaction { try store.upsert(Self.buffer(rows), Self.access) }
    }

    /// What the table holds, read on a connection of its own.
    func held() throws -> [[String]] {
        let rows = try subject.open().scan(Self.whole)
        return (0..<rows.count).map { rows.cells(of: $0).map { $0.text ?? "NULL" } }
    }

    func expect(_ wanted: [[String]], _ when: String) throws {
        let found = try held()
        try demand(found == wanted, "\(when): the table holds \(found), not \(wanted)")
    }
}
