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
        precondition(place >= 0 && place <= bytes.count - MemoryLayout<Number>.size, "no room at this place")
        // The place was checked just now.
        unsafe bytes.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: number.bigEndian, toByteOffset: place, as: Number.self)
        }
    }
}
