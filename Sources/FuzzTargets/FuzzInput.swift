/// Takes an input apart, byte by byte from its front; past its end every byte is zero.
struct FuzzInput {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = ArraySlice(Array(bytes))
        index = 0
    }

    /// Whether everything was taken.
    var isAtEnd: Bool { index >= bytes.count }

    /// What was not taken.
    var rest: [UInt8] { Array(bytes[min(index, bytes.count)...]) }

    mutating func byte() -> UInt8 {
        guard index < bytes.count else { return 0 }
        defer { index += 1 }
        return bytes[index]
    }

    mutating func flag() -> Bool { byte() & 1 == 1 }

    /// A number of 0 ..< bound; 0 when the bound leaves no choice.
    mutating func number(below bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        var value: UInt64 = 0
        // As many bytes as the bound needs, so that small choices take one byte.
        var range = UInt64(bound - 1)
        while range > 0 {
            value = value << 8 | UInt64(byte())
            range >>= 8
        }
        return Int(value % UInt64(bound))
    }

    mutating func integer() -> Int64 {
        var value: UInt64 = 0
        // The first byte says how many follow.
        for _ in 0..<Int(byte() & 7) + 1 { value = value << 8 | UInt64(byte()) }
        return Int64(bitPattern: value)
    }

    /// So many bytes, fewer at the end.
    mutating func take(_ count: Int) -> [UInt8] {
        let end = min(bytes.count, index + max(0, count))
        defer { index = max(index, end) }
        return index < end ? Array(bytes[index..<end]) : []
    }

    /// Bytes whose number comes first.
    mutating func chunk() -> [UInt8] { take(Int(byte())) }

    mutating func text() -> String { String(decoding: chunk(), as: UTF8.self) }
}
