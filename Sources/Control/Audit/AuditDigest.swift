import Model

/// A SHA-256: what an entry of the chain comes to together with everything before it.
public struct AuditDigest: Sendable, Hashable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// A digest of 32 bytes; nil for another number of them.
    public init?(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == 32 else { return nil }
    }

    /// The digest that 64 lower-case hexadecimal digits spell; nil for any other text.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex), let digest = AuditDigest(bytes), digest.description == hex else {
            return nil
        }
        self = digest
    }

    /// 64 lower-case hexadecimal digits.
    public var description: String { Hex.encode(bytes) }
}
