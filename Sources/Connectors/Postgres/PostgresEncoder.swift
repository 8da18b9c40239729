import Model
import PostgreSQL

/// Turns values of row images into what the server takes.
enum PostgresEncoder {
    /// Appends a value in a form's binary parameter type.
    ///
    /// - Returns: False when the value is of another kind than the form's; nothing is appended then.
    static func append(_ cell: CellView, as form: PostgresForm, to bytes: inout [UInt8]) -> Bool {
        switch (form, cell.kind) {
        case (.bool, .bool): bytes.append(cell.isTrue ? 1 : 0)
        case (.int2, .int64), (.int4, .int64), (.int8, .int64), (.oid, .int64):
            PostgresBytes.append(cell.integer, to: &bytes)
        case (.float8, .double): PostgresBytes.append(cell.double.bitPattern, to: &bytes)
        case (.numeric, .int64):
            PostgresNumeric.encode(Int128(cell.integer), scale: 0, to: &bytes)
        case (.numeric, .decimal):
            PostgresNumeric.encode(cell.coefficient, scale: Int(cell.bits), to: &bytes)
        case (.bytea, .bytes): unsafe bytes.append(contentsOf: cell.payload)
        case (.date, .date):
            PostgresBytes.append(
                Int32(truncatingIfNeeded: cell.integer - PostgresCalendar.epochDays), to: &bytes)
        case (.time, .time): PostgresBytes.append(cell.integer, to: &bytes)
        case (.timestamp, .timestamp), (.timestamptz, .timestampZoned):
            PostgresBytes.append(cell.integer - PostgresCalendar.epochMicroseconds, to: &bytes)
        case (.interval, .interval):
            guard let interval = Interval(cell) else { return false }
            PostgresBytes.append(interval.microseconds, to: &bytes)
            PostgresBytes.append(interval.days, to: &bytes)
            PostgresBytes.append(interval.months, to: &bytes)
        case (.uuid, .uuid): unsafe bytes.append(contentsOf: cell.payload)
        default: return false
        }
        return true
    }

    /// Appends a value as the text that the server reads; nothing for NULL.
    static func append(text cell: CellView, to bytes: inout [UInt8]) {
        switch cell.kind {
        case .text, .json: unsafe bytes.append(contentsOf: cell.payload)
        case .bytes:
            bytes += Array("\\x".utf8)
            bytes += unsafe Array(Hex.encode(cell.payload).utf8)
        case .interval: bytes += Array((Interval(cell)?.description ?? "").utf8)
        default: bytes += Array(cell.display.utf8)
        }
    }

    /// Whether a form's binary parameter can hold a value.
    static func fits(_ kind: Kind, _ form: PostgresForm) -> Bool {
        switch (form, kind) {
        case (_, .null), (_, .absent): true
        case (.bool, .bool), (.float8, .double), (.bytea, .bytes), (.date, .date), (.time, .time),
            (.timestamp, .timestamp), (.timestamptz, .timestampZoned), (.interval, .interval), (.uuid, .uuid),
            (.int2, .int64), (.int4, .int64), (.int8, .int64), (.oid, .int64), (.numeric, .int64),
            (.numeric, .decimal):
            true
        default: false
        }
    }
}
