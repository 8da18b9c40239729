import Crypto
import Foundation

/// What an operator signs an audit chain with: an Ed25519 key in a file that only they can read.
public struct AuditKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// Draws a key.
    public init() {
        key = Curve25519.Signing.PrivateKey()
    }

    /// The key of a PEM text (PKCS #8, RFC 8410); nil for any other text.
    init?(pem: String) {
        guard let seed = PEM.read("PRIVATE KEY", pem, prefix: Self.prefix),
            // Bytes of another length are no key.
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else { return nil }
        self.key = key
    }

    /// Reads a key's file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - shown: How errors name it, where its path is nobody's business.
    public init(path: String, shown: String? = nil) throws {
        let name = shown ?? path
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw AuditError(
                .unusableKey, "the key's file \(name) cannot be read",
                hint: "make one with `banyan audit key FILE`, or name a file that this account may read")
        }
        guard let key = AuditKey(pem: text) else {
            throw AuditError(
                .unusableKey, "\(name) holds no Ed25519 private key in PEM (PKCS #8)",
                hint: "make one with `banyan audit key FILE`, or with `openssl genpkey -algorithm ed25519`")
        }
        self = key
    }

    /// Writes the key to a file that is not there yet, for its owner alone.
    public func write(to path: String) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard file >= 0 else {
            throw AuditError(
                .unusableKey,
                errno == EEXIST ? "\(path) is there already" : "\(path) cannot be made",
                hint: "name a file that is not there, in a folder that this account may write")
        }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        try handle.write(contentsOf: Data(pem.utf8))
        try handle.synchronize()
        try handle.close()
    }

    /// What its signatures are checked with.
    public var publicKey: AuditPublicKey {
        guard let key = AuditPublicKey(key.publicKey.rawRepresentation) else {
            preconditionFailure("an Ed25519 public key has 32 bytes")
        }
        return key
    }

    private var pem: String { PEM.text("PRIVATE KEY", Self.prefix + Array(key.rawRepresentation)) }

    /// PrivateKeyInfo of an Ed25519 key up to its seed (RFC 8410, section 7).
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    func sign(_ text: String) throws -> [UInt8] { Array(try key.signature(for: Data(text.utf8))) }
}
