/// Numbers in the order of bytes that PostgreSQL's binary forms have: most significant first.
public enum PostgresBytes {
    /// Appends a number.
    @inlinable
    public static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        // The bytes are those of a local copy and are copied at once.
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Replaces the bytes at `place` by a number.
    @inlinable
    public static func put<Number: FixedWidthInteger>(
        _ number: Number, at place: Int, in bytes: inout [UInt8]
    ) {
        let width = MemoryLayout<Number>.size
        for index in 0..<width {
            bytes[place + index] = UInt8(truncatingIfNeeded: number >> Number(8 * (width - 1 - index)))
        }
    }
}
