/// Appends values to a row image: one tag byte a value, then its payload.
///
/// The low four bits of a tag are the `Kind`; the high four hold a bool's value, the number of payload bytes
/// of an integer, or the length of a short text (15: the length follows as a varint). Integers are stored in
/// the fewest bytes that hold them, so equal values have equal bytes and a row image can serve as a canonical
/// form.
public enum RowWriter {
    /// SQL's NULL.
    @inlinable
    public static func null(_ row: inout [UInt8]) {
        row.append(Kind.null.rawValue)
    }

    /// A column that the source did not send.
    @inlinable
    public static func absent(_ row: inout [UInt8]) {
        row.append(Kind.absent.rawValue)
    }

    /// A truth value.
    @inlinable
    public static func bool(_ value: Bool, _ row: inout [UInt8]) {
        row.append(Kind.bool.rawValue | (value ? 0x10 : 0))
    }

    /// An integer, or one of the kinds that are stored as one (date, time, timestamps).
    @inlinable
    public static func integer(_ value: Int64, kind: Kind = .int64, _ row: inout [UInt8]) {
        let count = byteCount(of: value)
        row.append(kind.rawValue | UInt8(truncatingIfNeeded: count << 4))
        var rest = UInt64(bitPattern: value)
        for _ in 0..<count {
            row.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// A double, bit for bit.
    @inlinable
    public static func double(_ value: Double, _ row: inout [UInt8]) {
        row.append(Kind.double.rawValue)
        fixed(value.bitPattern, &row)
    }

    /// A decimal: its scale, which is at most 38, then its coefficient in the fewest bytes.
    @inlinable
    public static func decimal(coefficient: Int128, scale: UInt8, _ row: inout [UInt8]) {
        precondition(scale <= 38, "a decimal has 0 to 38 digits after the point")
        var count = 0
        while count < 16, !fits(coefficient, in: count) { count += 1 }
        let stored = count == 15 ? 16 : count
        row.append(Kind.decimal.rawValue | UInt8(truncatingIfNeeded: min(stored, 15) << 4))
        row.append(scale)
        var rest = UInt128(bitPattern: coefficient)
        for _ in 0..<stored {
            row.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Text, bytes, JSON or an encoded array.
    @inlinable
    public static func bytes(_ value: UnsafeRawBufferPointer, kind: Kind, _ row: inout [UInt8]) {
        length(value.count, kind: kind, &row)
        // The buffer is the caller's for the length of this call; its bytes are copied.
        unsafe row.append(contentsOf: value)
    }

    /// Text, bytes, JSON or an encoded array.
    @inlinable
    public static func bytes(_ value: some Collection<UInt8>, kind: Kind, _ row: inout [UInt8]) {
        length(value.count, kind: kind, &row)
        row.append(contentsOf: value)
    }

    /// Text.
    @inlinable
    public static func text(_ value: String, _ row: inout [UInt8]) {
        bytes(value.utf8, kind: .text, &row)
    }

    /// A UUID's sixteen bytes.
    @inlinable
    public static func uuid(_ value: UInt128, _ row: inout [UInt8]) {
        row.append(Kind.uuid.rawValue)
        for shift in stride(from: 120, through: 0, by: -8) {
            row.append(UInt8(truncatingIfNeeded: value >> UInt128(shift)))
        }
    }

    /// An interval's three parts.
    @inlinable
    public static func interval(months: Int32, days: Int32, microseconds: Int64, _ row: inout [UInt8]) {
        row.append(Kind.interval.rawValue)
        fixed(UInt64(bitPattern: Int64(months)), &row)
        fixed(UInt64(bitPattern: Int64(days)), &row)
        fixed(UInt64(bitPattern: microseconds), &row)
    }

    /// Appends a length and tag for a variable-length kind.
    @inlinable
    static func length(_ count: Int, kind: Kind, _ row: inout [UInt8]) {
        guard count >= 15 else {
            row.append(kind.rawValue | UInt8(truncatingIfNeeded: count << 4))
            return
        }
        row.append(kind.rawValue | 0xF0)
        varint(UInt64(count), &row)
    }

    /// Appends a little-endian base-128 number.
    @inlinable
    public static func varint(_ value: UInt64, _ row: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            row.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        row.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends eight bytes, little-endian.
    @inlinable
    public static func fixed(_ value: UInt64, _ row: inout [UInt8]) {
        unsafe withUnsafeBytes(of: value.littleEndian) { bytes in
            // The bytes are those of a local copy and are copied at once.
            unsafe row.append(contentsOf: bytes)
        }
    }

    @inlinable
    static func byteCount(of value: Int64) -> Int {
        if value == 0 { return 0 }
        let magnitude = value < 0 ? ~value : value
        return (64 - magnitude.leadingZeroBitCount) / 8 + 1
    }

    @inlinable
    static func fits(_ value: Int128, in count: Int) -> Bool {
        if count == 0 { return value == 0 }
        let bits = Int128(count * 8 - 1)
        return value >= -(Int128(1) << bits) && value < (Int128(1) << bits)
    }
}
