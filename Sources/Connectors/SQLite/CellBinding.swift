import Apply
import CSQLite
import Model
import SQLite

/// Moves values between row images and SQLite's statements.
enum CellBinding {
    /// Binds the values of a row image to a statement's parameters; the bytes must stay until the statement
    /// is reset.
    ///
    /// - Parameter keepsDigits: For each value, whether its column keeps a decimal's digits as they are
    ///   spelled; else SQLite keeps a number, and gets one.
    /// - Returns: Whether a value might not be stored as it is: then `SQLiteMisfit` has a closer look before
    ///   the row is written.
    @inline(__always)
    @discardableResult
    static func bind(
        _ arena: UnsafeRawBufferPointer, at offset: Int, columns: Int, keepsDigits: [Bool],
        to statement: SQLiteStatement
    ) -> Bool {
        var position = offset
        var isDoubtful = false
        for index in 1...max(columns, 1) where columns > 0 {
            guard let (cell, end) = unsafe CellView.read(arena, at: position) else {
                statement.bindNull(index)
                return true
            }
            position = end
            switch cell.kind {
            case .null: statement.bindNull(index)
            case .absent:
                statement.bindNull(index)
                isDoubtful = true
            case .bool: statement.bind(Int64(cell.isTrue ? 1 : 0), at: index)
            case .int64: statement.bind(cell.integer, at: index)
            case .double:
                statement.bind(cell.double, at: index)
                if cell.double.isNaN { isDoubtful = true }
            case .text, .json: unsafe statement.bindBorrowedText(cell.payload, at: index)
            case .bytes, .array: unsafe statement.bindBorrowedBytes(cell.payload, at: index)
            case .decimal:
                if keepsDigits[index - 1] {
                    statement.bind(cell.display, at: index)
                } else {
                    bindNumber(cell, to: statement, at: index)
                }
                if cell.coefficient.magnitude >= SQLiteMisfit.digitsThatAlwaysFit { isDoubtful = true }
            case .date, .time, .timestamp, .timestampZoned, .interval, .uuid:
                statement.bind(cell.display, at: index)
            }
        }
        return isDoubtful
    }

    /// Binds a decimal as the integer that it is, or as the nearest double: SQLite's own reading of digits
    /// may end one step beside it.
    private static func bindNumber(_ cell: CellView, to statement: SQLiteStatement, at index: Int) {
        let decimal = Decimal128(coefficient: cell.coefficient, scale: Int(cell.bits))
        if let whole = decimal.wholeNumber {
            statement.bind(whole, at: index)
        } else {
            statement.bind(decimal.nearestDouble, at: index)
        }
    }

    /// For each of some columns of a table, whether SQLite keeps the digits of a decimal as they are spelled.
    static func keepsDigits(_ table: TableSchema, _ columns: [Int]) -> [Bool] {
        columns.map { !SQLiteTypes.storesDigitsAsNumbers(table.columns[$0].declaredType) }
    }

    /// Appends a statement's present row to a buffer.
    @inline(__always)
    static func read(_ statement: SQLiteStatement, _ access: TableAccess, into rows: inout RowBuffer) {
        rows.beginRow()
        for (place, column) in access.columns.enumerated() {
            append(statement, place, kind: access.table.columns[column].kind, to: &rows.bytes)
        }
    }

    /// Appends one column of a statement's present row to a row image.
    @inline(__always)
    static func append(_ statement: SQLiteStatement, _ column: Int, kind: Kind, to row: inout [UInt8]) {
        switch statement.type(of: column) {
        case SQLITE_TEXT where kind == .decimal: unsafe appendDecimal(statement.textBytes(column), to: &row)
        case SQLITE_INTEGER where kind == .bool: RowWriter.bool(statement.integer(column) != 0, &row)
        case SQLITE_INTEGER: RowWriter.integer(statement.integer(column), &row)
        case SQLITE_FLOAT where kind == .decimal: appendDecimal(statement.double(column), to: &row)
        case SQLITE_FLOAT: RowWriter.double(statement.double(column), &row)
        case SQLITE_TEXT: unsafe RowWriter.bytes(statement.textBytes(column), kind: .text, &row)
        case SQLITE_BLOB: unsafe RowWriter.bytes(statement.blobBytes(column), kind: .bytes, &row)
        default: RowWriter.null(&row)
        }
    }

    /// A decimal that SQLite keeps as a double comes back as the number it was; one too large stays a double.
    private static func appendDecimal(_ value: Double, to row: inout [UInt8]) {
        guard let digits = DecimalOfDouble.digits(value, scale: nil) else {
            return RowWriter.double(value, &row)
        }
        RowWriter.decimal(coefficient: digits.coefficient, scale: digits.scale, &row)
    }

    /// A decimal that Banyan wrote as text comes back as the decimal it was; any other text stays text.
    private static func appendDecimal(_ text: UnsafeRawBufferPointer, to row: inout [UInt8]) {
        do {
            // The text is SQLite's until the next step.
            let decimal = unsafe try Decimal128(parsing: text)
            RowWriter.decimal(coefficient: decimal.coefficient, scale: UInt8(decimal.scale), &row)
        } catch {
            unsafe RowWriter.bytes(text, kind: .text, &row)
        }
    }
}
