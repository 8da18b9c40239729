import Crypto

extension UUIDValue {
    /// The name of the scheme by which `init(namespace:name:)` makes identifiers; part of every stored id,
    /// never changed.
    public static let scheme = "banyan-id-1"

    /// The identifier of a name within a namespace: the same on every machine and in every version.
    ///
    /// Scheme `banyan-id-1`: a UUID of version 8 (RFC 9562) from the first 16 bytes of the SHA-256 over the
    /// scheme's name, a zero byte, the number of the namespace's UTF-8 bytes (eight bytes, little-endian),
    /// those bytes, and the name. `name` is a sequence of values in the canonical form of `Key`, which is
    /// self-delimiting, so no two lists of values run together.
    public init(namespace: String, name: some Collection<UInt8>) {
        var input: [UInt8] = []
        let space = namespace.utf8
        input.reserveCapacity(UUIDValue.scheme.utf8.count + 9 + space.count + name.count)
        input += UUIDValue.scheme.utf8
        input.append(0)
        RowWriter.fixed(UInt64(space.count), &input)
        input += space
        input += name
        var value: UInt128 = 0
        for byte in SHA256.hash(data: input).prefix(16) { value = value << 8 | UInt128(byte) }
        let version = (value & ~(UInt128(0xF) << 76)) | (UInt128(8) << 76)
        self.init((version & ~(UInt128(3) << 62)) | (UInt128(2) << 62))
    }
}
