/// Hashes the images of rows, for digests of ranges: the same on every machine, and no protection against
/// whoever chooses the rows.
public enum RowHash {
    /// A row's hash.
    ///
    /// - Parameters:
    ///   - row: The encoded row.
    ///   - seed: What else goes into it.
    public static func hash(_ row: [UInt8], seed: UInt64) -> UInt64 {
        unsafe row.withUnsafeBytes { bytes in
            var state = mixed(seed ^ UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15)
            var place = 0
            while place + 8 <= bytes.count {
                // The loop's condition keeps eight bytes inside the row.
                let word = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                state = mixed(state ^ UInt64(littleEndian: word))
                place += 8
            }
            var last: UInt64 = 0
            // Fewer than eight bytes are left.
            while place < bytes.count {
                last = unsafe last << 8 | UInt64(bytes[place])
                place += 1
            }
            return mixed(state ^ last)
        }
    }

    /// Spreads each bit over all of them; no two numbers become one.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
