/// Reads the digits and marks of a written value from the front of its text.
@safe struct DigitReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        // The caller keeps the buffer alive while the reader is used.
        unsafe self.bytes = bytes
    }

    var isAtEnd: Bool { unsafe offset == bytes.count }

    var count: Int { unsafe bytes.count }

    /// The next byte, or 0 at the end; no written value holds a zero byte.
    var next: UInt8 {
        // Guarded by the comparison.
        unsafe offset < bytes.count ? bytes[offset] : 0
    }

    /// Passes `byte` if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte, !isAtEnd else { return false }
        offset += 1
        return true
    }

    /// The value of the next digit, which is passed; nil when none comes next.
    mutating func digit() -> UInt8? {
        let digit = next &- 0x30
        guard digit <= 9 else { return nil }
        offset += 1
        return digit
    }

    /// The number written in exactly `count` digits; nil when fewer come next.
    mutating func number(digits count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
