import ChangeLog
import Model
import Plan

extension ContextApplier {
    /// The records with their rows in the shapes that the plan was checked against: columns that the context
    /// does not use may come and go.
    ///
    /// - Throws: `schemaChanged` when a table has lost or retyped a column that the context reads, because
    ///   its values would be taken for others; and when a table was emptied at once, because the log does not
    ///   say which rows that took away.
    func conforming(_ records: [LogRecord]) throws -> [LogRecord] {
        try records.map { record in
            try checkTruncation(record)
            var shapes: [Int: TableSchema] = [:]
            for (place, found) in record.batch.tables.enumerated() {
                guard let (read, used) = shapesRead[found.name], read != found,
                    record.batch.changes.contains(where: { Int($0.table) == place })
                else { continue }
                try check(found, against: read, used, record)
                if found.columns.map(\.name) != read.columns.map(\.name) { shapes[place] = read }
            }
            if shapes.isEmpty { return record }
            guard let batch = record.batch.reshaped(shapes) else {
                throw TargetError(
                    .failed, "record \(record.offset) holds a damaged row",
                    hint: "this is a defect of Banyan's")
            }
            return LogRecord(offset: record.offset, appendedAt: record.appendedAt, batch: batch)
        }
    }

    private func check(
        _ found: TableSchema, against read: TableSchema, _ used: Set<Int>, _ record: LogRecord
    ) throws {
        for place in used.sorted() {
            let wanted = read.columns[place]
            guard let held = found.columns.first(where: { $0.name == wanted.name }) else {
                throw Self.changed(record, "\(read.name) without its column \(wanted.name), which is read")
            }
            guard held.kind == wanted.kind, held.scale == wanted.scale,
                TypeChange.keepsValues(held.declaredType, wanted.declaredType)
            else {
                throw Self.changed(
                    record,
                    "\(read.name).\(wanted.name) as \(Self.name(held)), and the plan reads \(Self.name(wanted))"
                )
            }
        }
        let keys = [found, read].map { table in table.key.map { table.columns[$0].name } }
        guard keys[0] == keys[1] else {
            throw Self.changed(
                record,
                "\(read.name) with the key (\(keys[0].joined(separator: ", "))), and the plan reads it by ("
                    + keys[1].joined(separator: ", ") + ")")
        }
    }

    private static func name(_ column: ColumnSchema) -> String {
        column.declaredType.isEmpty ? "\(column.kind)" : column.declaredType
    }

    private static func changed(_ record: LogRecord, _ words: String) -> TargetError {
        TargetError(
            .schemaChanged, "record \(record.offset) holds \(words)",
            hint:
                "a change of a table rewrites values of which the log says nothing: read history again under a plan "
                + "that was checked against the table as it is, as docs/OPERATING.md says")
    }

    private func checkTruncation(_ record: LogRecord) throws {
        for change in record.batch.changes where change.operation == .truncate {
            let name = record.batch.tables[Int(change.table)].name
            guard shapesRead[name] != nil else { continue }
            throw TargetError(
                .schemaChanged,
                "record \(record.offset) says that \(name) was emptied by TRUNCATE, of which no single rows are known",
                hint:
                    "empty what the service has of it, and read history again into a new log; where rows are to be followed, use DELETE"
            )
        }
    }

    /// The tables that a context reads, by name, each with the columns that it uses.
    static func shapesRead(_ context: CheckedContext) -> [String: (TableSchema, Set<Int>)] {
        Dictionary(
            context.reads.map { ($0.table.name, ($0.table, context.columnsUsed(of: $0.table.name))) }
        ) { first, _ in first }
    }
}
