import Model

/// What a column keeps of the values that are given to it; asked for every value that is written, so it holds
/// nothing whose references would be counted.
struct ColumnKeeping: Sendable {
    /// How the column's values travel.
    let form: PostgresForm
    /// Whether it holds values of any kind in their canonical bytes.
    let isCell: Bool
    /// Digits after the point that the column keeps; nil when it keeps all.
    let scale: Int?
    /// Digits of a second that the column keeps; nil for six.
    let precision: Int?
    /// How many characters of a text the column keeps; nil when it keeps all.
    let lengthMax: Int?
    /// How many bytes of a text the column keeps, and drops the rest; nil when it keeps all.
    let bytesMax: Int?
    /// Whether its type has a length or precision to which an assignment brings values.
    private let isModified: Bool
    /// The kinds that a parameter of the column's type can hold; of others the text is given.
    let fitting: KindSet
    /// The kinds of which every value is kept as it is, so that none has to be looked at.
    let plain: KindSet

    init(_ column: PostgresColumn) {
        form = column.form
        isCell = column.isCell
        scale = column.schema.scale
        precision = column.precision
        lengthMax = column.lengthMax
        bytesMax = column.bytesMax
        isModified = column.modified != nil
        let (form, isCell) = (form, isCell)
        fitting = KindSet { isCell || PostgresEncoder.fits($0, form) }
        let isBounded = isModified || scale != nil || precision != nil || lengthMax != nil || bytesMax != nil
        plain = KindSet {
            switch (form, $0) {
            case (_, .absent): false
            case (_, .null), (.int2, .int64), (.int4, .int64), (.int8, .int64), (.date, .date): true
            case (.float4, _), (.jsonb, _): false
            default: !isBounded
            }
        }
    }

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
            if let bytesMax, unsafe cell.payload.count > bytesMax {
                return unsafe ("inexact", "keeps \(bytesMax) bytes, and the value has \(cell.payload.count)")
            }
            // A text that is longer by anything else is refused by the server.
            guard let lengthMax, unsafe cell.payload.count > lengthMax, unsafe cell.payload.last == 0x20,
                cell.string.unicodeScalars.count > lengthMax
            else { return nil }
            return ("inexact", "keeps \(lengthMax) characters, and the value has spaces behind them")
        case (.jsonb, .json), (.jsonb, .text):
            return unsafe JSONKeys.standTwice(in: cell.payload)
                ? ("inexact", "keeps one value of a key, and an object of the value has a key twice") : nil
        default: return nil
        }
    }

    /// Whether only the server can say if an assignment would change a value: it goes there as a text, and
    /// its type has a length or a precision.
    func isSuspect(_ cell: CellView) -> Bool {
        guard isModified, !isCell, cell.kind != .null else { return false }
        return switch form {
        case .spelled, .interval: true
        case .numeric, .time, .timestamp, .timestamptz: cell.kind == .text
        default: false
        }
    }
}
