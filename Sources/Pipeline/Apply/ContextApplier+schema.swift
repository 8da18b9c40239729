import ChangeLog
import Model
import Plan

extension ContextApplier {
    /// Refuses rows of a table that has another shape than the plan was checked against: their values would
    /// be taken for others; and a table that was emptied at once, because the log does not say which rows
    /// that took away.
    func checkSchemas(_ records: [LogRecord]) throws {
        for record in records {
            try checkTruncation(record)
            for number in Set(record.batch.changes.map(\.table)) {
                let found = record.batch.tables[Int(number)]
                guard let read = context.reads.first(where: { $0.table.name == found.name })?.table,
                    read != found
                else { continue }
                guard Self.shape(read) == Self.shape(found) else {
                    throw TargetError(
                        .schemaChanged,
                        "record \(record.offset) holds \(found.name) with columns \(Self.names(found)), the plan reads "
                            + Self.names(read),
                        hint:
                            "run the plan that was checked when this was captured, or read history again under the new one"
                    )
                }
            }
        }
    }

    private func checkTruncation(_ record: LogRecord) throws {
        for change in record.batch.changes where change.operation == .truncate {
            let name = record.batch.tables[Int(change.table)].name
            guard context.reads.contains(where: { $0.table.name == name }) else { continue }
            throw TargetError(
                .schemaChanged,
                "record \(record.offset) says that \(name) was emptied by TRUNCATE, of which no single rows are known",
                hint:
                    "empty what the service has of it, and read history again into a new log; where rows are to be followed, use DELETE"
            )
        }
    }

    private static func shape(_ table: TableSchema) -> [String] {
        table.columns.map { "\($0.name) \($0.kind) \($0.scale ?? -1)" } + table.key.map(String.init)
    }

    private static func names(_ table: TableSchema) -> String {
        table.columns.map(\.name).joined(separator: ", ")
    }
}
