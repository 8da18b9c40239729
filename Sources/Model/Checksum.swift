import CChecksum

/// CRC-32C, the checksum of everything that Banyan writes to a disk.
public enum Checksum {
    /// The checksum of these bytes, going on from `seed`.
    public static func crc32c(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        // The C function reads `count` bytes and keeps nothing.
        unsafe banyan_crc32c(seed, bytes.baseAddress, bytes.count)
    }

    /// The checksum of these bytes, going on from `seed`.
    public static func crc32c(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        unsafe bytes.withUnsafeBytes { unsafe crc32c($0, seed: seed) }
    }
}
