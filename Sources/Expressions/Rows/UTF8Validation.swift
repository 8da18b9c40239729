/// Whether bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF.
enum UTF8Validation {
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        let count = bytes.count
        // Every load below lies within the buffer: its end is compared with `count` first.
        while index + 8 <= count {
            guard
                unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080
                    == 0
            else {
                break
            }
            index += 8
        }
        while index < count {
            let first = unsafe bytes[index]
            if first < 0x80 {
                index += 1
                continue
            }
            guard let length = unsafe sequence(bytes, at: index, first) else { return false }
            index += length
        }
        return true
    }

    /// The length of the well-formed sequence that starts with a byte of 0x80 or more; nil when there is
    /// none.
    private static func sequence(_ bytes: UnsafeRawBufferPointer, at index: Int, _ first: UInt8) -> Int? {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        // The sequence's end is compared with the buffer's before any of its bytes is read.
        guard index + length <= bytes.count, unsafe second.contains(bytes[index + 1]) else { return nil }
        for place in 2..<max(length, 2) where unsafe bytes[index + place] & 0xC0 != 0x80 { return nil }
        return length
    }
}
