import CSQLite
import Model
import SQLite

/// Writes row images straight from a statement's columns: the hot path of capture and backfill.
struct SQLiteRowEncoder {
    /// How one column's integers and reals are written; texts and blobs are what they are.
    private enum Rule: UInt8 {
        case plain
        case bool
        case decimal
    }

    private let rules: [Rule]
    private let scales: [Int?]
    /// The key's columns.
    let key: [Int]
    /// The key's columns in which SQLite would let NULL be.
    private let nullableKey: [Int]

    /// Prepares for a table.
    init(_ schema: TableSchema) {
        rules = schema.columns.map { column in
            switch column.kind {
            case .bool: .bool
            case .decimal: .decimal
            default: .plain
            }
        }
        scales = schema.columns.map(\.scale)
        key = schema.key
        nullableKey = schema.key.filter { schema.columns[$0].isNullable }
    }

    /// Appends the image whose first column is `first` and whose columns stand `stride` apart.
    func image(_ statement: SQLiteStatement, first: Int, stride: Int, _ row: inout [UInt8]) {
        var column = first
        for index in rules.indices {
            cell(statement, column, index, &row)
            column += stride
        }
    }

    /// Appends the canonical key of the same image; `scratch` is overwritten.
    func key(
        _ statement: SQLiteStatement, first: Int, stride: Int, _ bytes: inout [UInt8],
        _ scratch: inout [UInt8]
    ) {
        for index in key {
            scratch.removeAll(keepingCapacity: true)
            cell(statement, first + index * stride, index, &scratch)
            unsafe scratch.withUnsafeBytes { cell in
                // The cell was written just now and is copied at once.
                unsafe Key.append(cell, at: 0, to: &bytes)
            }
        }
    }

    /// Whether a column of the key holds NULL.
    func hasNullKey(_ statement: SQLiteStatement, first: Int, stride: Int) -> Bool {
        for index in nullableKey where statement.isNull(first + index * stride) { return true }
        return false
    }

    @inline(__always)
    private func cell(_ statement: SQLiteStatement, _ column: Int, _ index: Int, _ row: inout [UInt8]) {
        switch statement.type(of: column) {
        case SQLITE_INTEGER:
            let value = statement.integer(column)
            if rules[index] == .plain { RowWriter.integer(value, &row) } else { integer(value, index, &row) }
        case SQLITE_TEXT:
            // The bytes are copied before the statement moves on.
            unsafe RowWriter.bytes(statement.textBytes(column), kind: .text, &row)
        case SQLITE_FLOAT:
            let value = statement.double(column)
            if rules[index] == .decimal { decimal(value, index, &row) } else { RowWriter.double(value, &row) }
        case SQLITE_BLOB:
            // The bytes are copied before the statement moves on.
            unsafe RowWriter.bytes(statement.blobBytes(column), kind: .bytes, &row)
        default:
            RowWriter.null(&row)
        }
    }

    private func integer(_ value: Int64, _ index: Int, _ row: inout [UInt8]) {
        guard rules[index] == .decimal else {
            if value == 0 || value == 1 {
                RowWriter.bool(value == 1, &row)
            } else {
                RowWriter.integer(value, &row)
            }
            return
        }
        var coefficient = Int128(value)
        let scale = scales[index] ?? 0
        for _ in 0..<scale { coefficient *= 10 }
        RowWriter.decimal(coefficient: coefficient, scale: UInt8(scale), &row)
    }

    private func decimal(_ value: Double, _ index: Int, _ row: inout [UInt8]) {
        guard let digits = DecimalOfDouble.digits(value, scale: scales[index]) else {
            RowWriter.double(value, &row)
            return
        }
        RowWriter.decimal(coefficient: digits.coefficient, scale: digits.scale, &row)
    }
}

extension Key {
    /// Binds the key's values to parameters from `first` on, in the storage classes in which SQLite holds
    /// them.
    func bind(to statement: SQLiteStatement, from first: Int) {
        unsafe bytes.withUnsafeBytes { arena in
            var offset = 0
            var index = first
            // The bytes were written by `RowWriter`; a damaged end leaves NULLs, which match no row.
            while let (cell, end) = unsafe CellView.read(arena, at: offset) {
                bind(cell, to: statement, at: index)
                index += 1
                offset = end
            }
        }
    }

    private func bind(_ cell: CellView, to statement: SQLiteStatement, at index: Int) {
        switch cell.kind {
        case .null, .absent: statement.bindNull(index)
        case .bool, .int64, .date, .time, .timestamp, .timestampZoned: statement.bind(cell.integer, at: index)
        case .double: statement.bind(cell.double, at: index)
        case .decimal: bind(cell.coefficient, scale: Int(cell.bits), to: statement, at: index)
        case .text, .json:
            // SQLite copies the bytes before this returns.
            _ = unsafe banyan_bind_text_copied(
                statement.handle, Int32(index), cell.payload.baseAddress ?? UnsafeRawPointer(bitPattern: 1),
                Int32(cell.payload.count))
        // The payload is copied.
        default: unsafe statement.bind(Array(cell.payload), at: index)
        }
    }

    private func bind(_ coefficient: Int128, scale: Int, to statement: SQLiteStatement, at index: Int) {
        var (value, scale) = (coefficient, scale)
        while scale > 0, value % 10 == 0 {
            value /= 10
            scale -= 1
        }
        if scale == 0, let whole = Int64(exactly: value) {
            statement.bind(whole, at: index)
        } else if scale < DecimalOfDouble.powers.count, value.magnitude < 1 << 53 {
            statement.bind(Double(value) / DecimalOfDouble.powers[scale], at: index)
        } else {
            // SQLite's own reading of so many digits may end one step beside the double that it stores.
            statement.bind(Decimal128(coefficient: value, scale: scale).nearestDouble, at: index)
        }
    }
}
