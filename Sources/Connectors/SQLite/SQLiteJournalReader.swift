import Capture
import Model
import SQLite

/// Reads journal rows in order: one statement over every column, of which each row uses what its table has.
struct SQLiteJournalReader {
    // The order of columns in every statement made here.
    private static let seq = 0
    private static let mark = 1
    private static let at = 2
    private static let origin = 3
    private static let table = 4
    private static let operation = 5
    private static let firstBefore = 6
    private static let firstAfter = 7

    /// One table in one shape.
    struct Shape {
        /// The index in a batch's tables.
        var index: UInt16
        /// Tells tables apart in the names of rows; shapes of one table share it.
        var tag: UInt16
        /// The table's name.
        var name: String
        var encoder: SQLiteRowEncoder
    }

    let schemas: [TableSchema]
    private let shapes: [Int64: Shape]
    private let nonce: Int64
    private let sql: String

    init(_ installation: SQLiteInstallation) {
        nonce = installation.nonce
        schemas = installation.captured.map(\.shape.schema)
        var tags: [String: UInt16] = [:]
        var shapes: [Int64: Shape] = [:]
        for (index, table) in installation.captured.enumerated() {
            let schema = table.shape.schema
            let tag = tags[schema.name] ?? UInt16(tags.count)
            tags[schema.name] = tag
            shapes[table.number] = Shape(
                index: UInt16(index), tag: tag, name: schema.name, encoder: SQLiteRowEncoder(schema))
        }
        self.shapes = shapes
        let width = schemas.map(\.columns.count).max() ?? 0
        let images = (0..<width).map { ", o\($0), n\($0)" }.joined()
        sql =
            "SELECT seq, mark, at, origin, tbl, op\(images) FROM banyan_journal "
            + "WHERE seq > ?1 AND seq <= ?2 ORDER BY seq"
    }

    /// A statement over journal rows, to be pointed at a range by `rewind`; the caller keeps and resets it.
    func rows(_ connection: SQLiteConnection) throws -> SQLiteStatement {
        try connection.prepare(sql)
    }

    /// Makes a statement of `rows` run over the rows in `(start, end]`.
    func rewind(_ statement: SQLiteStatement, after start: Int64, through end: Int64) {
        statement.reset()
        statement.bind(start, at: 1)
        statement.bind(end, at: 2)
    }

    func seq(_ row: SQLiteStatement) -> Int64 { row.integer(Self.seq) }

    /// When the statement ran, in microseconds since 1970.
    func time(_ row: SQLiteStatement) -> Int64 { row.integer(Self.at) &* 1000 }

    func origin(_ row: SQLiteStatement) -> Origin {
        row.integer(Self.origin) == Int64(Origin.banyan.rawValue) ? .banyan : .application
    }

    /// What happened, and to which table; refuses a row that the triggers did not write.
    func head(_ row: SQLiteStatement) throws -> (Operation, Shape) {
        guard SQLiteJournalMark.isOf(row.integer(Self.mark), nonce: nonce),
            let shape = shapes[row.integer(Self.table)],
            let operation = UInt8(exactly: row.integer(Self.operation)).flatMap(Operation.init(rawValue:)),
            [.insert, .update, .delete, .touch].contains(operation)
        else {
            throw CaptureError(
                .tampered, "the journal's row \(seq(row)) was not written by the installed triggers",
                hint: "find out who writes to banyan_journal; install again and read history again")
        }
        return (operation, shape)
    }

    /// Whether the key after the change (`isAfter`), or before it, names no row.
    func hasNullKey(_ row: SQLiteStatement, _ shape: Shape, isAfter: Bool) -> Bool {
        shape.encoder.hasNullKey(row, first: isAfter ? Self.firstAfter : Self.firstBefore, stride: 2)
    }

    /// Appends the image before the change.
    func before(_ row: SQLiteStatement, _ shape: Shape, _ arena: inout [UInt8]) {
        shape.encoder.image(row, first: Self.firstBefore, stride: 2, &arena)
    }

    /// Appends the image after the change.
    func after(_ row: SQLiteStatement, _ shape: Shape, _ arena: inout [UInt8]) {
        shape.encoder.image(row, first: Self.firstAfter, stride: 2, &arena)
    }

    /// The name of the row before a change (`isAfter` false) or after it.
    func name(
        _ row: SQLiteStatement, _ shape: Shape, isAfter: Bool, _ scratch: inout [UInt8]
    ) -> SQLiteTouchResolver.RowName {
        var name = [UInt8(truncatingIfNeeded: shape.tag), UInt8(truncatingIfNeeded: shape.tag >> 8)]
        shape.encoder.key(
            row, first: isAfter ? Self.firstAfter : Self.firstBefore, stride: 2, &name, &scratch)
        return name
    }

    /// The table and the key of a row's name.
    func parse(_ name: SQLiteTouchResolver.RowName) -> (schema: TableSchema, key: Key)? {
        guard name.count > 2 else { return nil }
        let tag = UInt16(name[0]) | UInt16(name[1]) << 8
        // The newest shape of a table is the one that the table has.
        let shape = shapes.values.filter { $0.tag == tag }.max { $0.index < $1.index }
        guard let shape else { return nil }
        return (schemas[Int(shape.index)], Key(bytes: Array(name.dropFirst(2))))
    }
}
