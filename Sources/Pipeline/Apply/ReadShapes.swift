import ChangeLog
import Model
import Plan

/// The legacy tables that a context reads, in the shapes that the plan was checked with.
struct ReadShapes {
    /// The shapes by the table's name.
    let byName: [String: ReadShape]

    init(_ context: CheckedContext) {
        byName = ReadShape.all(of: context)
    }

    /// The shape of a table; nil when the context does not read it.
    subscript(table: String) -> ReadShape? { byName[table] }

    /// The records with their rows in the shapes that the plan was checked against: columns that the context
    /// does not use may come and go.
    ///
    /// - Throws: `schemaChanged` when a table has lost or retyped a column that the context reads, because
    ///   its values would be taken for others; and when a table was emptied at once, or not all of its
    ///   changes were seen, because the log does not say which rows that means.
    func conforming(_ records: [LogRecord]) throws -> [LogRecord] {
        try records.map { record in
            try checkRowsAreKnown(record)
            var shapes: [Int: TableSchema] = [:]
            for (place, found) in record.batch.tables.enumerated() {
                guard let read = byName[found.name], read.table != found,
                    record.batch.changes.contains(where: { Int($0.table) == place })
                else { continue }
                if let misfit = read.misfit(of: found) {
                    throw TargetError(
                        .schemaChanged, "record \(record.offset) holds \(misfit)",
                        hint:
                            "a change of a table rewrites values of which the log says nothing: read history again "
                            + "under a plan that was checked against the table as it is, as docs/OPERATING.md says"
                    )
                }
                if found.columns.map(\.name) != read.table.columns.map(\.name) { shapes[place] = read.table }
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

    private func checkRowsAreKnown(_ record: LogRecord) throws {
        for change in record.batch.changes where [.truncate, .unknown].contains(change.operation) {
            let name = record.batch.tables[Int(change.table)].name
            guard byName[name] != nil else { continue }
            guard let unknown = record.batch.unknownChanges(of: change) else {
                throw TargetError(
                    .schemaChanged,
                    "record \(record.offset) says that \(name) was emptied by TRUNCATE, of which no single rows are known",
                    hint:
                        "`banyan backfill restart` has history read anew behind it; where rows are to be followed, use DELETE"
                )
            }
            throw TargetError(
                .schemaChanged,
                "record \(record.offset) says that changes of \(name) are not known: \(unknown.reason)",
                hint: "\(unknown.remedy); `banyan backfill restart` has history read anew behind it")
        }
    }
}
