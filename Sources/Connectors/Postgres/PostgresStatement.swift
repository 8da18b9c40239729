import Apply
import Model
import PostgreSQL

/// A statement about some rows: its text, and the rows as its parameters.
struct PostgresStatement {
    let sql: PostgresTargetSQL
    let parameters: PostgresParameters

    /// A statement about rows of a buffer.
    ///
    /// - Parameters:
    ///   - rows: The buffer.
    ///   - wanted: The rows in it.
    ///   - columns: The columns of the table that the buffer holds.
    ///   - key: The places of the key among them.
    ///   - layout: The table.
    /// - Throws: `TargetError` when a row is damaged.
    init(
        _ rows: ScannedRows, _ wanted: [Int], _ columns: [Int], key: [Int], _ layout: PostgresLayout
    ) throws {
        let columns = layout.columns(columns)
        guard let arrays = PostgresArrays(rows, wanted, columns) else {
            throw TargetError(
                .failed, "a row for \(layout.table) is damaged", hint: "this is a defect of Banyan's")
        }
        sql = PostgresTargetSQL(
            table: layout.table, columns: columns, key: key, areTexts: arrays.areTexts)
        parameters = arrays.parameters
    }
}
