import Capture
import Model
import PostgreSQL

/// The statements that read one table in the order of its key, and how their rows are written down.
struct PostgresRangeQuery {
    /// How a key column is compared, so that texts come in the order of their bytes.
    private enum Order: String {
        /// As its type compares.
        case own
        /// By its own bytes, which its collation does not.
        case bytes
        /// By the bytes of its text: its type has no collation, and is captured as text.
        case text
    }

    let oid: UInt32
    let shape: PostgresShape
    /// Whether nothing but the plan says that the key tells rows apart.
    private let isKeyedByPlan: Bool
    private let from: String
    private let table: String
    private let keys: String
    private let keyColumns: String
    /// The casts of a key's values, of which each stands behind a parameter's number.
    private let casts: [String]
    private let cursor: String

    /// - Throws: `unsupported` for a table without a key.
    init(_ table: PostgresTable, _ connection: PostgresConnection) throws {
        oid = table.oid
        isKeyedByPlan = table.isKeyedByPlan
        shape = PostgresShape(table)
        let schema = shape.schema
        guard !schema.key.isEmpty else {
            throw CaptureError(
                .unsupported, "table \(schema.name) has no key by which its history can be read",
                hint: "ALTER TABLE \(table.name.quoted) ADD PRIMARY KEY (…)")
        }
        let columns = zip(schema.columns, shape.forms).map { column, form in
            // What is understood only as text is asked for as text.
            PostgresName.quote(column.name) + (form.hasBinary ? "" : "::text")
        }
        let orders = try Self.orders(table, schema, connection)
        var (keys, casts): ([String], [String]) = ([], [])
        for (index, place) in schema.key.enumerated() {
            let name = PostgresName.quote(schema.columns[place].name)
            let cast = table.columns.first { $0.schema.name == schema.columns[place].name }?.cast ?? "text"
            switch orders[index] {
            case .own:
                keys.append(name)
                casts.append("::\(cast)")
            case .bytes:
                keys.append("\(name) COLLATE \"C\"")
                casts.append("::\(cast) COLLATE \"C\"")
            case .text:
                keys.append("\(name)::text COLLATE \"C\"")
                casts.append("")
            }
        }
        cursor = PostgresName.quote("banyan_\(oid)")
        from =
            "DECLARE \(cursor) NO SCROLL CURSOR FOR SELECT \(columns.joined(separator: ", ")) "
            + "FROM \(table.name.quoted)"
        self.table = table.name.quoted
        self.keys = keys.joined(separator: ", ")
        self.casts = casts
        keyColumns = schema.key.map { columns[$0] }.joined(separator: ", ")
    }

    /// A statement for the rows behind one key and up to another, in their order. The first parameter is a
    /// number of rows, for whatever is put behind it; then come the values of the keys.
    private func statement(_ select: String, _ after: Key?, _ through: Key?) -> String {
        var next = 1
        func values() -> String {
            casts.map { cast in
                next += 1
                return "$\(next)\(cast)"
            }.joined(separator: ", ")
        }
        var conditions: [String] = []
        if after != nil { conditions.append("(\(keys)) > (\(values()))") }
        if through != nil { conditions.append("(\(keys)) <= (\(values()))") }
        let range = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return "\(select)\(range) ORDER BY \(keys)"
    }

    /// The key of the row that stands some rows after a key; nil when there are not more rows than that.
    func boundary(_ connection: PostgresConnection, after key: Key?, rows: Int) throws -> Key? {
        var parameters = PostgresParameters()
        parameters.append(Int64(clamping: max(rows, 1)) &- 1)
        if let key { try append(key, to: &parameters) }
        let cursor = PostgresName.quote("banyan_bound_\(oid)")
        // A prepared query would not survive that a key column gets another type; a cursor does.
        try connection.execute("BEGIN READ ONLY")
        _ = try connection.run(
            statement("DECLARE \(cursor) NO SCROLL CURSOR FOR SELECT \(keyColumns) FROM \(table)", key, nil)
                + " OFFSET $1 LIMIT 2", parameters)
        // One row more tells whether the table goes on.
        let found = try connection.run("FETCH 2 FROM \(cursor)", PostgresParameters())
        try connection.execute("COMMIT")
        guard found.count == 2 else { return nil }
        var bytes: [UInt8] = []
        for (column, place) in shape.schema.key.enumerated() {
            try append(found, 0, column, place, to: &bytes)
        }
        return Key(bytes: bytes)
    }

    private static func orders(
        _ table: PostgresTable, _ schema: TableSchema, _ connection: PostgresConnection
    ) throws -> [Order] {
        let found = try connection.query(
            """
            SELECT a.attname, CASE
                WHEN a.attcollation = 0 THEN 'text'
                WHEN l.collname IN ('C', 'POSIX') THEN 'own'
                WHEN l.collprovider = 'd' AND d.datcollate IN ('C', 'POSIX')
                    AND coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c' THEN 'own'
                ELSE 'bytes' END
            FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
            JOIN pg_catalog.pg_database d ON d.datname = current_database()
            WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
            """, [String(table.oid)])
        let orders = Dictionary(
            zip(found.texts(0), found.texts(1).map { Order(rawValue: $0) ?? .own })
        ) { first, _ in first }
        return schema.key.map { place in
            let column = schema.columns[place]
            return column.kind == .text ? orders[column.name] ?? .own : .own
        }
    }

    /// Reads rows into a batch, in the snapshot of the open transaction.
    ///
    /// - Returns: Whether the table, or the range up to `end`, has nothing after them.
    func read(
        _ connection: PostgresConnection, after key: Key?, through end: Key?, limit: ChunkLimit,
        into batch: inout ChangeBatch
    ) throws -> Bool {
        let rowsMax = max(limit.rows, 1)
        var parameters = PostgresParameters()
        // One row more than asked for tells whether the table goes on.
        parameters.append(Int64(clamping: rowsMax) &+ 1)
        for key in [key, end] { if let key { try append(key, to: &parameters) } }
        _ = try connection.run(statement(from, key, end) + " LIMIT $1", parameters)
        var portion = PostgresPortion()
        var last: Key?
        while true {
            let (asked, before) = (portion.rows, batch.bytes.count)
            let rows = try connection.run("FETCH \(asked) FROM \(cursor)", PostgresParameters())
            try requireTypes(rows)
            for row in 0..<rows.count {
                let isOneTooMany = batch.changes.count == rowsMax
                if isOneTooMany, !isKeyedByPlan { return false }
                let start = batch.bytes.count
                try append(rows, row, to: &batch.bytes)
                if isKeyedByPlan { try requireAnother(key: &last, at: start, in: batch.bytes) }
                if isOneTooMany {
                    batch.bytes.removeSubrange(start...)
                    return false
                }
                if batch.bytes.count > limit.bytes, !batch.changes.isEmpty {
                    // The row is one too many; the next chunk begins with it.
                    batch.bytes.removeSubrange(start...)
                    return false
                }
                batch.changes.append(
                    ChangeBatch.Change(operation: .read, table: 0, before: nil, after: UInt32(start)))
            }
            if rows.count < asked { return true }
            portion.took(bytes: batch.bytes.count - before)
        }
    }

    /// The key of a batch's last row.
    func lastKey(of batch: ChangeBatch) -> Key? {
        batch.changes.last?.after.flatMap { key(at: Int($0), in: batch.bytes) }
    }

    private func key(at image: Int, in bytes: [UInt8]) -> Key? {
        var offsets = RowOffsets()
        return unsafe bytes.withUnsafeBytes { arena in
            // The image was written just now.
            guard unsafe offsets.scan(arena, at: image, columns: shape.schema.columns.count) else {
                return nil
            }
            return unsafe Key(arena, offsets: offsets, columns: shape.schema.key)
        }
    }

    /// Demands that a row has another key than the one before it.
    private func requireAnother(key last: inout Key?, at image: Int, in bytes: [UInt8]) throws {
        let key = key(at: image, in: bytes)
        guard let key, key == last else {
            last = key
            return
        }
        let names = shape.schema.key.map { shape.schema.columns[$0].name }.joined(separator: ", ")
        throw unreadable(
            "table \(shape.schema.name) holds rows that (\(names)) does not tell apart",
            "name a key in the plan that no two rows have in common")
    }

    /// Demands that columns are still of the types that they were captured with: bytes of another one would
    /// be taken for values.
    private func requireTypes(_ rows: PostgresResult) throws {
        for (column, form) in shape.forms.enumerated() where !form.reads(oid: rows.type(column)) {
            let (table, name) = (shape.schema.name, shape.schema.columns[column].name)
            if PostgresForm(oid: rows.type(column), isEnum: false, name: "").kind == form.kind {
                throw CaptureError(
                    .unavailable, "column \(name) of \(table) has got another size",
                    hint: "the table is looked at again, and read on by itself")
            }
            throw unreadable(
                "column \(name) of \(table) has another type than before",
                "check the plan against the table as it is")
        }
    }

    /// What is thrown where this table cannot be read, and others can.
    func unreadable(_ reason: String, _ remedy: String) -> UnreadableTable {
        UnreadableTable(UnknownChanges(table: shape.schema.name, reason: reason, remedy: remedy))
    }

    private func append(_ key: Key, to parameters: inout PostgresParameters) throws {
        let cells = OwnedCell.read(key.bytes)
        guard cells.count == shape.schema.key.count else {
            throw CaptureError(
                .failed, "a key of \(shape.schema.name) has \(cells.count) values",
                hint: "pass a key that a chunk of this table ended with")
        }
        try unsafe key.bytes.withUnsafeBytes { arena in
            var (offset, place) = (0, 0)
            while offset < arena.count, place < cells.count {
                // The bytes were written by `RowWriter`; a damaged end is refused.
                guard let (cell, end) = unsafe CellView.read(arena, at: offset) else {
                    throw CaptureError(
                        .failed, "a key of \(shape.schema.name) is damaged",
                        hint: "the log's checkpoint is not what was written: read history again")
                }
                append(cell, shape.forms[shape.schema.key[place]], to: &parameters)
                place += 1
                offset = end
            }
        }
    }

    /// A value in its type's binary form, or as text where there is none or the value has no place in it.
    private func append(_ cell: CellView, _ form: PostgresForm, to parameters: inout PostgresParameters) {
        if let type = form.parameter, PostgresEncoder.fits(cell.kind, form) {
            parameters.begin(type)
            if PostgresEncoder.append(cell, as: form, to: &parameters.bytes) { return }
            preconditionFailure("what fits a form is written in it")
        }
        parameters.begin(PostgresOID.text)
        PostgresEncoder.append(text: cell, to: &parameters.bytes)
    }

    private func append(_ rows: PostgresResult, _ row: Int, to image: inout [UInt8]) throws {
        for column in shape.forms.indices { try append(rows, row, column, column, to: &image) }
    }

    /// Appends a value of a result: that of one of the table's columns, at its place there.
    private func append(
        _ rows: PostgresResult, _ row: Int, _ column: Int, _ place: Int, to image: inout [UInt8]
    ) throws {
        if rows.isNull(row, column) { return RowWriter.null(&image) }
        let form = shape.forms[place]
        // The result keeps its bytes, and lives longer than this.
        let bytes = unsafe rows.bytes(row, column)
        let isRead =
            form.hasBinary
            ? unsafe PostgresDecoder.append(binary: bytes, form, &image)
            : unsafe PostgresDecoder.append(text: bytes, form, &image)
        guard isRead else {
            throw CaptureError(
                .failed,
                "a value of \(shape.schema.name).\(shape.schema.columns[place].name) is none of "
                    + "its type \(shape.schema.columns[place].declaredType)",
                hint: "open the reader again if the column's type was changed; otherwise report this")
        }
    }
}
