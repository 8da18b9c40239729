import Model
import PostgreSQL

/// Turns values as the server sends them into values of a row image.
///
/// A value that its canonical kind cannot hold (a decimal of more than 38 digits, an infinite date) becomes
/// the text that the server writes for it, which the server reads back as the same value.
enum PostgresDecoder {
    /// Appends a value in its binary form.
    ///
    /// - Returns: False when the bytes are none of the form's.
    static func append(binary bytes: UnsafeRawBufferPointer, _ form: PostgresForm, _ row: inout [UInt8])
        -> Bool
    {
        switch form {
        case .bool:
            guard bytes.count == 1 else { return false }
            unsafe RowWriter.bool(bytes[0] != 0, &row)
        case .int2: return unsafe integer(bytes, Int16.self) { RowWriter.integer(Int64($0), &row) }
        case .int4: return unsafe integer(bytes, Int32.self) { RowWriter.integer(Int64($0), &row) }
        case .int8: return unsafe integer(bytes, Int64.self) { RowWriter.integer($0, &row) }
        case .oid: return unsafe integer(bytes, UInt32.self) { RowWriter.integer(Int64($0), &row) }
        case .float4:
            return unsafe integer(bytes, UInt32.self) {
                RowWriter.double(Double(Float(bitPattern: $0)), &row)
            }
        case .float8:
            return unsafe integer(bytes, UInt64.self) { RowWriter.double(Double(bitPattern: $0), &row) }
        case .numeric: return unsafe PostgresNumeric.decode(bytes, &row)
        case .text, .character, .spelled: unsafe RowWriter.bytes(bytes, kind: .text, &row)
        case .bytea: unsafe RowWriter.bytes(bytes, kind: .bytes, &row)
        case .json: unsafe RowWriter.bytes(bytes, kind: .json, &row)
        case .jsonb:
            // Before the text stands the version of the form, of which there is one.
            guard bytes.count > 1, unsafe bytes[0] == 1 else { return false }
            unsafe RowWriter.bytes(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()), kind: .json, &row)
        case .date: return unsafe integer(bytes, Int32.self) { PostgresCalendar.date($0, &row) }
        case .time:
            return unsafe integer(bytes, Int64.self) { PostgresCalendar.time($0, &row) }
        case .timestamp:
            return unsafe integer(bytes, Int64.self) {
                PostgresCalendar.timestamp($0, isZoned: false, &row)
            }
        case .timestamptz:
            return unsafe integer(bytes, Int64.self) {
                PostgresCalendar.timestamp($0, isZoned: true, &row)
            }
        case .interval: return unsafe interval(bytes, &row)
        case .uuid:
            guard bytes.count == 16 else { return false }
            var number: UInt128 = 0
            for index in bytes.indices { number = unsafe number << 8 | UInt128(bytes[index]) }
            RowWriter.uuid(number, &row)
        }
        return true
    }

    private static func interval(_ bytes: UnsafeRawBufferPointer, _ row: inout [UInt8]) -> Bool {
        guard bytes.count == 16 else { return false }
        // All three lie within the sixteen bytes.
        let microseconds = unsafe Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        let days = unsafe Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int32.self))
        let months = unsafe Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 12, as: Int32.self))
        RowWriter.interval(months: months, days: days, microseconds: microseconds, &row)
        return true
    }

    private static func integer<Number: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _ type: Number.Type, _ body: (Number) -> Void
    ) -> Bool {
        guard bytes.count == MemoryLayout<Number>.size else { return false }
        // The length is the number's.
        body(Number(bigEndian: unsafe bytes.loadUnaligned(as: Number.self)))
        return true
    }

    /// Appends a value in its text form, as a session with Banyan's settings writes it.
    ///
    /// - Returns: False when the text is none of the form's.
    static func append(text bytes: UnsafeRawBufferPointer, _ form: PostgresForm, _ row: inout [UInt8]) -> Bool
    {
        switch form {
        case .text, .character, .spelled: unsafe RowWriter.bytes(bytes, kind: .text, &row)
        case .json, .jsonb: unsafe RowWriter.bytes(bytes, kind: .json, &row)
        case .bool:
            guard bytes.count == 1 else { return false }
            unsafe RowWriter.bool(bytes[0] == 0x74, &row)
        case .int2, .int4, .int8, .oid:
            guard let number = Int64(unsafe string(bytes)) else { return false }
            RowWriter.integer(number, &row)
        case .float4:
            guard let number = Float(unsafe string(bytes)) else { return false }
            RowWriter.double(Double(number), &row)
        case .float8:
            guard let number = Double(unsafe string(bytes)) else { return false }
            RowWriter.double(number, &row)
        case .bytea:
            // `bytea_output` is hex: `\x` and two digits a byte.
            guard let value = Hex.decode(String(unsafe string(bytes).dropFirst(2))) else { return false }
            RowWriter.bytes(value, kind: .bytes, &row)
        case .numeric, .date, .time, .timestamp, .timestamptz, .interval, .uuid:
            unsafe parsed(bytes, form, &row)
        }
        return true
    }

    private static func string(_ bytes: UnsafeRawBufferPointer) -> String {
        unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// Appends a value that the model reads, or its text when the model has no place for it.
    private static func parsed(_ bytes: UnsafeRawBufferPointer, _ form: PostgresForm, _ row: inout [UInt8]) {
        do {
            switch form {
            case .numeric:
                let number = try unsafe Decimal128(parsing: bytes)
                RowWriter.decimal(coefficient: number.coefficient, scale: UInt8(number.scale), &row)
            case .date:
                RowWriter.integer(Int64(try unsafe CalendarDate(parsing: bytes).days), kind: .date, &row)
            case .time:
                PostgresCalendar.time(try unsafe TimeOfDay(parsing: bytes).microseconds, &row)
            case .timestamp, .timestamptz:
                let isZoned = form == .timestamptz
                // The session's zone is UTC: `+00` stands at the end of what has one.
                let text = unsafe isZoned ? string(bytes) + ":00" : string(bytes)
                let moment = try Timestamp(text)
                RowWriter.integer(
                    moment.microseconds, kind: isZoned ? .timestampZoned : .timestamp, &row)
            case .interval:
                let interval = try PostgresIntervalText.parse(unsafe string(bytes))
                RowWriter.interval(
                    months: interval.months, days: interval.days, microseconds: interval.microseconds, &row)
            default:
                RowWriter.uuid(try unsafe UUIDValue(parsing: bytes).number, &row)
            }
        } catch {
            // Infinite, before the year 1, of more than 38 digits: the server's text says it all.
            unsafe RowWriter.bytes(bytes, kind: .text, &row)
        }
    }
}
