import Crypto
import Foundation
import Model

/// What signatures of an audit chain are checked with: an Ed25519 public key.
public struct AuditPublicKey: Sendable, Hashable, CustomStringConvertible {
    /// 32 bytes.
    let bytes: [UInt8]

    init?(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == 32 else { return nil }
    }

    /// The key that 64 lower-case hexadecimal digits, or a PEM text of RFC 8410, spell; nil for any other
    /// text.
    public init?(text: String) {
        if let bytes = PEM.read("PUBLIC KEY", text, prefix: Self.prefix) {
            self.init(bytes)
        } else if let bytes = Hex.decode(text), Hex.encode(bytes) == text {
            self.init(bytes)
        } else {
            return nil
        }
    }

    /// 64 lower-case hexadecimal digits.
    public var description: String { Hex.encode(bytes) }

    /// The key as other programs read it: SubjectPublicKeyInfo in PEM (RFC 8410).
    public var pem: String { PEM.text("PUBLIC KEY", Self.prefix + bytes) }

    /// SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410, section 4).
    private static let prefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// Whether a signature of a text is this key's.
    func verifies(_ signature: [UInt8], of text: String) -> Bool {
        // Bytes that are no key verify nothing.
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
        return key.isValidSignature(signature, for: Data(text.utf8))
    }
}
