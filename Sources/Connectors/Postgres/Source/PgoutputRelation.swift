/// What the stream says of a table before the first row of it, and again whenever the table has changed.
struct PgoutputRelation: Hashable {
    /// One column, as it was when the rows that follow were written.
    struct Column: Hashable {
        /// Whether it tells a changed row from others.
        var isKey: Bool
        var name: String
        /// Its type's object id.
        var type: UInt32
        /// Its type's modifier, such as a length.
        var modifier: Int32
    }

    /// The table's object id, by which rows refer to it.
    var id: UInt32
    /// The schema; the server leaves it empty for its own.
    var schema: String
    var name: String
    /// What changes carry of the row before: `d`, `f`, `i` or `n`, as the catalog writes it.
    var identity: UInt8
    var columns: [Column]

    /// Whether changes carry the whole row before.
    var isFull: Bool { identity == 0x66 }

    /// Whether changes carry the primary key before, and nothing else.
    var isOfKey: Bool { identity == 0x64 }

    init(_ cursor: inout PgoutputCursor) throws(PgoutputFault) {
        id = try cursor.integer(UInt32.self)
        schema = try cursor.text()
        name = try cursor.text()
        identity = try cursor.byte()
        columns = []
        let count = try cursor.count(Int16.self)
        for _ in 0..<count {
            let flags = try cursor.byte()
            columns.append(
                Column(
                    isKey: flags & 1 == 1, name: try cursor.text(), type: try cursor.integer(UInt32.self),
                    modifier: try cursor.integer(Int32.self)))
        }
        if schema.isEmpty { schema = "pg_catalog" }
    }
}
