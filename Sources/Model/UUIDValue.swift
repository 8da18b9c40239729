/// A 128-bit universally unique identifier.
public struct UUIDValue: Hashable, Comparable, Sendable {
    // Two words instead of one `UInt128`, so that an existential with a UUID needs no alignment of 16.
    /// The first eight bytes, most significant first.
    public let high: UInt64
    /// The last eight bytes, most significant first.
    public let low: UInt64

    /// The identifier whose sixteen bytes, most significant first, make this number.
    @inlinable
    public init(_ value: UInt128) {
        high = UInt64(truncatingIfNeeded: value >> 64)
        low = UInt64(truncatingIfNeeded: value)
    }

    /// The sixteen bytes as one number, most significant first.
    @inlinable public var number: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// Bytewise order, which is also the order of the texts.
    @inlinable
    public static func < (left: UUIDValue, right: UUIDValue) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

extension UUIDValue: CustomStringConvertible {
    /// Reads 32 hexadecimal digits, with or without the usual four hyphens.
    public init(_ text: String) throws(ModelError) {
        self = unsafe try WrittenValue.parse(text) { bytes throws(ModelError) in
            unsafe try UUIDValue(parsing: bytes)
        }
    }

    /// Reads 32 hexadecimal digits, with or without the usual four hyphens, from UTF-8 bytes.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(ModelError) {
        let hasHyphens = bytes.count == 36
        guard hasHyphens || bytes.count == 32 else { throw UUIDValue.noUUID }
        var value: UInt128 = 0
        for index in bytes.indices {
            // The index comes from the buffer itself.
            let byte = unsafe bytes[index]
            if hasHyphens, [8, 13, 18, 23].contains(index) {
                guard byte == 0x2D else { throw UUIDValue.noUUID }
                continue
            }
            guard let digit = Hex.value(of: byte) else { throw UUIDValue.noUUID }
            value = value << 4 | UInt128(digit)
        }
        self.init(value)
    }

    /// Lower-case digits in groups of 8-4-4-4-12.
    public var description: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `description` shows, in ASCII.
    public func write(to bytes: inout [UInt8]) {
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { bytes.append(0x2D) }
            let word = index < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 15
            bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    private static let noUUID = ModelError(
        .invalidText, "a UUID is written in 32 hexadecimal digits, 8-4-4-4-12")
}
