import Model
import PostgreSQL

/// One column of a target's table as statements use it.
struct PostgresTargetColumn: Sendable {
    /// Its name in SQL.
    let name: String
    /// The kind that readers expect of its values.
    let kind: Kind
    /// How its values travel.
    let form: PostgresForm
    /// Its type in SQL.
    let cast: String
    /// Whether it holds values of any kind in their canonical bytes, as copies of legacy tables do.
    let isCell: Bool
    /// What it keeps of a value.
    let keeps: ColumnKeeping
    /// Its type in SQL with the length or precision to which an assignment brings values; nil when it has
    /// none.
    let modified: String?
    /// Whether the server numbers it always: given with a new row it is kept, and it is never updated.
    let isAlwaysNumbered: Bool

    init(_ column: PostgresColumn, kind: Kind) {
        name = PostgresName.quote(column.schema.name)
        self.kind = kind
        form = column.form
        cast = column.cast
        isCell = column.isCell
        keeps = ColumnKeeping(column)
        modified = column.modified
        isAlwaysNumbered = column.isAlwaysNumbered
    }

    /// The type of a parameter that holds one value or many of this column's, where values are of the form's
    /// own kind.
    var parameter: UInt32? { isCell ? PostgresOID.bytea : form.parameter }

    /// Whether a parameter of that type can hold a value; otherwise its text is given.
    func fits(_ cell: CellView) -> Bool { keeps.fitting.contains(cell.kind) }

    /// Appends a value as it comes back from the server.
    ///
    /// - Returns: False when the bytes are none of the column's.
    func append(_ bytes: UnsafeRawBufferPointer, to row: inout [UInt8]) -> Bool {
        if isCell {
            unsafe row.append(contentsOf: bytes)
            return true
        }
        guard form == .numeric, kind != .decimal else {
            return unsafe PostgresDecoder.append(binary: bytes, form, &row)
        }
        return unsafe appendNumber(bytes, to: &row)
    }

    /// A column that compares numbers of every kind gives them back in the kind that legacy has.
    private func appendNumber(_ bytes: UnsafeRawBufferPointer, to row: inout [UInt8]) -> Bool {
        let start = row.count
        guard unsafe PostgresDecoder.append(binary: bytes, .numeric, &row) else { return false }
        let decimal: Decimal128? = unsafe row.withUnsafeBytes { arena in
            // The value was appended just now.
            guard let (cell, _) = unsafe CellView.read(arena, at: start), cell.kind == .decimal else {
                return nil
            }
            return Decimal128(coefficient: cell.coefficient, scale: Int(cell.bits))
        }
        guard let decimal else { return true }
        if kind == .int64, let whole = decimal.wholeNumber {
            row.removeSubrange(start...)
            RowWriter.integer(whole, &row)
        } else if kind == .double {
            row.removeSubrange(start...)
            RowWriter.double(decimal.nearestDouble, &row)
        }
        return true
    }
}
