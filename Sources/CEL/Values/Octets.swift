import CRE2

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Comparison and search over raw bytes.
enum Octets {
    /// Whether both buffers hold the same bytes.
    static func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count else { return false }
        guard let first = a.baseAddress, let second = b.baseAddress else { return true }
        // Both buffers hold `count` bytes.
        return unsafe memcmp(first, second, a.count) == 0
    }

    /// Negative, zero or positive as `a` comes before, with or after `b` bytewise.
    static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let shared = min(a.count, b.count)
        if shared > 0, let first = a.baseAddress, let second = b.baseAddress {
            // Both buffers hold at least `shared` bytes.
            let order = unsafe Int(memcmp(first, second, shared))
            if order != 0 { return order }
        }
        return a.count - b.count
    }

    /// The first index at or after `start` where `part` occurs in `whole`.
    static func firstIndex(
        of part: UnsafeRawBufferPointer, in whole: UnsafeRawBufferPointer, from start: Int
    ) -> Int? {
        guard start + part.count <= whole.count else { return nil }
        guard part.count > 0, let needle = part.baseAddress, let base = whole.baseAddress
        else { return start }
        // Reads `count - start` bytes from `base + start` and `part.count` from `needle`, both within their
        // buffers.
        guard let found = unsafe banyan_find(base + start, whole.count - start, needle, part.count) else {
            return nil
        }
        return unsafe found - base
    }

    /// A hash for short keys: FNV-1a over all bytes.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        // Every byte read is within the buffer.
        for index in bytes.indices { hash = unsafe (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 29)
    }
}
