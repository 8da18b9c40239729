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
    /// Digits after the point that the column keeps; nil when it keeps all.
    let scale: Int?
    /// Digits of a second that the column keeps; nil for six.
    let precision: Int?

    /// How many characters of a text the column keeps; nil when it keeps all.
    let lengthMax: Int?
    /// How many bytes of a text the column keeps, and drops the rest; nil when it keeps all.
    let bytesMax: Int?
    /// Its type in SQL with the length or precision to which an assignment brings values; nil when it has
    /// none.
    let modified: String?

    init(_ column: PostgresColumn, kind: Kind) {
        name = PostgresName.quote(column.schema.name)
        self.kind = kind
        form = column.form
        cast = column.cast
        isCell = column.isCell
        scale = column.schema.scale
        precision = column.precision
        lengthMax = column.lengthMax
        bytesMax = column.bytesMax
        modified = column.modified
    }

    /// The type of a parameter that holds one value or many of this column's, where values are of the form's
    /// own kind.
    var parameter: UInt32? { isCell ? PostgresOID.bytea : form.parameter }

    /// Whether a parameter of that type can hold a value; otherwise its text is given.
    func fits(_ cell: CellView) -> Bool { isCell || PostgresEncoder.fits(cell.kind, form) }

    /// Why the column would store a value as another one without a word; nil when it would not.
    func misfit(_ cell: CellView) -> (reason: String, words: String)? {
        switch (form, cell.kind) {
        case (_, .absent): return ("not_sent", "was not sent by its source")
        case (.numeric, .decimal):
            guard let scale, Int(cell.bits) > scale else { return nil }
            let decimal = Decimal128(coefficient: cell.coefficient, scale: Int(cell.bits)).normalized
            return decimal.scale <= scale
                ? nil
                : ("inexact", "keeps \(scale) digits after the point, and the value has \(decimal.scale)")
        case (.numeric, .double) where scale != nil:
            return (
                "inexact", "keeps \(scale ?? 0) digits after the point of a number that has no fixed ones"
            )
        case (.float4, .double):
            let value = cell.double
            return value.isNaN || Double(Float(value)) == value
                ? nil : ("inexact", "holds numbers of 32 bits, which cannot keep the value; use float8")
        case (.time, .time), (.timestamp, .timestamp), (.timestamptz, .timestampZoned):
            guard let precision, precision < 6 else { return nil }
            let unit = (0..<(6 - precision)).reduce(Int64(1)) { unit, _ in unit * 10 }
            return cell.integer % unit == 0
                ? nil : ("inexact", "keeps \(precision) digits of a second, and the value has more")
        case (.text, .text):
            if let bytesMax, cell.payload.count > bytesMax {
                return ("inexact", "keeps \(bytesMax) bytes, and the value has \(cell.payload.count)")
            }
            // A text that is longer by anything else is refused by the server.
            guard let lengthMax, cell.payload.count > lengthMax, unsafe cell.payload.last == 0x20,
                cell.string.unicodeScalars.count > lengthMax
            else { return nil }
            return ("inexact", "keeps \(lengthMax) characters, and the value has spaces behind them")
        default: return nil
        }
    }

    /// Whether only the server can say if an assignment would change a value: it goes there as a text, and
    /// its type has a length or a precision.
    func isSuspect(_ cell: CellView) -> Bool {
        guard modified != nil, !isCell, cell.kind != .null else { return false }
        return switch form {
        case .spelled, .interval: true
        case .numeric, .time, .timestamp, .timestamptz: cell.kind == .text
        default: false
        }
    }

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
