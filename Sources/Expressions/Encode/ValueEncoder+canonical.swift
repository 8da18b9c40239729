public import CEL
import Model

extension ValueEncoder {
    /// Appends a value in the canonical form of `Key`; false, with nothing appended, for what cannot be part
    /// of a key.
    ///
    /// Numbers that are equal have equal bytes, whatever their types.
    public static func appendCanonical(_ value: Value, to bytes: inout [UInt8]) -> Bool {
        append(value, to: &bytes, isCanonical: true)
    }

    /// Appends a value in the form of its own type; false, with nothing appended, when it has none.
    static func append(_ value: Value, to bytes: inout [UInt8], isCanonical: Bool) -> Bool {
        switch value {
        case .null: RowWriter.null(&bytes)
        case .bool(let value): RowWriter.bool(value, &bytes)
        case .int(let value): RowWriter.integer(value, &bytes)
        case .uint(let value):
            let decimal = Decimal128(coefficient: Int128(value), scale: 0)
            Key.append(decimal, to: &bytes)
        case .double(let value):
            if isCanonical, let whole = Int64(exactly: value) {
                RowWriter.integer(whole, &bytes)
            } else {
                RowWriter.double(value, &bytes)
            }
        case .string(let text):
            // The bytes are copied within the closure.
            unsafe text.withBytes { content in unsafe RowWriter.bytes(content, kind: .text, &bytes) }
        case .bytes(let value):
            // The bytes are copied within the closure.
            unsafe value.withBytes { content in unsafe RowWriter.bytes(content, kind: .bytes, &bytes) }
        case .timestamp(let moment):
            guard let microseconds = moment.microseconds else { return false }
            RowWriter.integer(microseconds, kind: .timestampZoned, &bytes)
        case .opaque(let opaque): return append(opaque, to: &bytes, isCanonical: isCanonical)
        case .list, .map, .type, .duration, .optional, .record: return false
        }
        return true
    }

    private static func append(_ opaque: any OpaqueValue, to bytes: inout [UInt8], isCanonical: Bool) -> Bool
    {
        switch opaque {
        case let decimal as Decimal128:
            if isCanonical {
                Key.append(decimal, to: &bytes)
            } else {
                RowWriter.decimal(coefficient: decimal.coefficient, scale: UInt8(decimal.scale), &bytes)
            }
        case let date as CalendarDate: RowWriter.integer(Int64(date.days), kind: .date, &bytes)
        case let time as TimeOfDay: RowWriter.integer(time.microseconds, kind: .time, &bytes)
        case let timestamp as Model.Timestamp:
            RowWriter.integer(
                timestamp.microseconds, kind: timestamp.isZoned ? .timestampZoned : .timestamp, &bytes)
        case let uuid as UUIDValue: RowWriter.uuid(uuid.number, &bytes)
        case let interval as Interval:
            RowWriter.interval(
                months: interval.months, days: interval.days, microseconds: interval.microseconds, &bytes)
        default: return false
        }
        return true
    }
}
