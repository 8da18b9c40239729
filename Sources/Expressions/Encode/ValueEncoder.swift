public import CEL
public import Model

/// Writes values of expressions into row images, exactly or not at all.
public enum ValueEncoder {
    /// Appends a value in the form that a column holds; an error that names the column when that would change
    /// the value.
    public static func encode(
        _ value: Value, for column: ColumnSchema, into row: inout [UInt8]
    ) throws(EvaluationError) {
        switch (value, column.kind) {
        case (.null, _):
            guard column.isNullable else {
                throw EvaluationError(.nullNotAllowed, "\(column.name) takes no null")
            }
            RowWriter.null(&row)
        case (.string(let text), .text), (.string(let text), .json):
            // The bytes are copied within the closure.
            unsafe text.withBytes { bytes in unsafe RowWriter.bytes(bytes, kind: column.kind, &row) }
        case (.int(let number), .int64): RowWriter.integer(number, &row)
        case (.bool(let value), .bool): RowWriter.bool(value, &row)
        case (.bool(let value), .int64): RowWriter.integer(value ? 1 : 0, &row)
        case (.double(let value), .double): RowWriter.double(value, &row)
        case (.bytes(let bytes), .bytes):
            // The bytes are copied within the closure.
            unsafe bytes.withBytes { bytes in unsafe RowWriter.bytes(bytes, kind: .bytes, &row) }
        case (.opaque(let opaque), _): try encode(opaque, for: column, into: &row)
        case (.timestamp(let moment), _): try encode(moment, for: column, into: &row)
        case (.list(let list), .array): try encode(list, for: column, into: &row)
        default: try encodeNumber(value, for: column, into: &row)
        }
    }

    private static func encode(
        _ opaque: any OpaqueValue, for column: ColumnSchema, into row: inout [UInt8]
    ) throws(EvaluationError) {
        // A cast that fails takes as long as one that does not, so dates, of which there are most, come
        // first.
        switch opaque {
        case let date as CalendarDate:
            if column.kind == .date { return RowWriter.integer(Int64(date.days), kind: .date, &row) }
            guard column.kind == .text else { throw mismatch(opaque.typeName, column) }
            appendText(&row) { text in date.write(to: &text) }
        case let decimal as Decimal128: try encode(decimal, for: column, into: &row)
        case let uuid as UUIDValue:
            if column.kind == .uuid { return RowWriter.uuid(uuid.number, &row) }
            guard column.kind == .text else { throw mismatch(opaque.typeName, column) }
            appendText(&row) { text in uuid.write(to: &text) }
        case let timestamp as Model.Timestamp:
            if column.kind == .timestamp, !timestamp.isZoned {
                return RowWriter.integer(timestamp.microseconds, kind: .timestamp, &row)
            }
            guard column.kind == .text else { throw mismatch(opaque.typeName, column) }
            appendText(&row) { text in timestamp.write(to: &text) }
        case let time as TimeOfDay:
            if column.kind == .time { return RowWriter.integer(time.microseconds, kind: .time, &row) }
            guard column.kind == .text else { throw mismatch(opaque.typeName, column) }
            appendText(&row) { text in time.write(to: &text) }
        case let interval as Interval:
            if column.kind == .interval {
                return RowWriter.interval(
                    months: interval.months, days: interval.days, microseconds: interval.microseconds, &row)
            }
            guard column.kind == .text else { throw mismatch(opaque.typeName, column) }
            appendText(&row) { text in text += interval.description.utf8 }
        default: throw mismatch(opaque.typeName, column)
        }
    }

    private static func encode(
        _ decimal: Decimal128, for column: ColumnSchema, into row: inout [UInt8]
    ) throws(EvaluationError) {
        switch column.kind {
        case .decimal:
            var fitted = decimal
            if let scale = column.scale {
                do throws(ModelError) {
                    fitted = try decimal.rescaled(to: scale)
                } catch {
                    throw EvaluationError(
                        error.code == .inexact ? .lossy : .overflow,
                        "\(column.name) has \(scale) digits after the point; round with a named rounding")
                }
            }
            RowWriter.decimal(coefficient: fitted.coefficient, scale: UInt8(fitted.scale), &row)
        case .int64:
            guard let whole = decimal.wholeNumber else {
                throw EvaluationError(
                    .lossy, "\(column.name) takes whole numbers; round with a named rounding")
            }
            RowWriter.integer(whole, &row)
        default: throw mismatch("decimal", column)
        }
    }

    private static func encode(
        _ moment: CEL.Timestamp, for column: ColumnSchema, into row: inout [UInt8]
    ) throws(EvaluationError) {
        guard let microseconds = moment.microseconds else {
            throw EvaluationError(.lossy, "\(column.name) takes microseconds, and the timestamp is finer")
        }
        switch column.kind {
        case .timestampZoned: RowWriter.integer(microseconds, kind: .timestampZoned, &row)
        case .text:
            let timestamp = Model.Timestamp(microseconds: microseconds, isZoned: true)
            appendText(&row) { text in timestamp.write(to: &text) }
        default: throw mismatch("timestamp", column)
        }
    }

    private static func encodeNumber(
        _ value: Value, for column: ColumnSchema, into row: inout [UInt8]
    ) throws(EvaluationError) {
        switch (value, column.kind) {
        case (.int(let number), .decimal): try encode(Decimal128(number), for: column, into: &row)
        case (.uint(let number), .decimal):
            try encode(Decimal128(coefficient: Int128(number), scale: 0), for: column, into: &row)
        case (.uint(let number), .int64):
            guard let fitting = Int64(exactly: number) else {
                throw EvaluationError(.overflow, "\(column.name) takes 64-bit signed integers")
            }
            RowWriter.integer(fitting, &row)
        case (.int(let number), .double):
            guard let double = Double(exactly: number) else {
                throw EvaluationError(.lossy, "\(column.name) takes doubles, which cannot hold this int")
            }
            RowWriter.double(double, &row)
        case (.duration(let nanoseconds), .interval):
            guard nanoseconds % 1_000 == 0 else {
                throw EvaluationError(.lossy, "\(column.name) takes microseconds, and the duration is finer")
            }
            RowWriter.interval(months: 0, days: 0, microseconds: nanoseconds / 1_000, &row)
        default: throw mismatch(value.type.name, column)
        }
    }

    private static func encode(
        _ list: ListValue, for column: ColumnSchema, into row: inout [UInt8]
    ) throws(EvaluationError) {
        var payload: [UInt8] = []
        for index in 0..<list.count {
            guard append(list[index], to: &payload, isCanonical: false) else {
                throw EvaluationError(.typeMismatch, "\(column.name) takes arrays of plain values")
            }
        }
        RowWriter.bytes(payload, kind: .array, &row)
    }

    /// Appends a short ASCII text: in place, with its tag set right once its length is known.
    private static func appendText(_ row: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        let start = row.count
        row.append(0)
        write(&row)
        let count = row.count - start - 1
        if count < 15 {
            row[start] = Kind.text.rawValue | UInt8(count << 4)
        } else {
            row[start] = Kind.text.rawValue | 0xF0
            // The length follows the tag; these texts stay under 128 bytes, so it is one byte.
            row.insert(UInt8(count), at: start + 1)
        }
    }

    private static func mismatch(_ type: String, _ column: ColumnSchema) -> EvaluationError {
        EvaluationError(.typeMismatch, "\(column.name) takes \(column.kind), not \(type)")
    }
}
