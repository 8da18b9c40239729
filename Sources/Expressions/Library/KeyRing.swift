import Crypto

/// The secret keys that `hmac` may use, by name: one for each domain whose pseudonyms must not be joined with
/// another's.
///
/// Neither a key nor its length is ever part of a description, a mirror or an error.
public struct KeyRing: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The fewest bytes of a key: half of what HMAC-SHA-256 can use.
    public static let keyBytesMin = 16

    private var keys: [String: SymmetricKey] = [:]

    /// A ring without keys.
    public init() {}

    /// A ring of keys by name; refuses one of fewer than 16 bytes.
    public init(_ keys: [String: [UInt8]]) throws(ExpressionError) {
        for (name, bytes) in keys {
            guard bytes.count >= KeyRing.keyBytesMin else {
                throw ExpressionError(
                    .weakKey, "the key '\(name)' has fewer than \(KeyRing.keyBytesMin) bytes")
            }
            self.keys[name] = SymmetricKey(data: bytes)
        }
    }

    /// The names, which are no secret, in order.
    public var names: [String] { keys.keys.sorted() }

    /// The names only.
    public var description: String { "KeyRing(\(names.joined(separator: ", ")))" }

    /// The names only.
    public var debugDescription: String { description }

    /// No children: a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    func key(_ name: String) -> SymmetricKey? { keys[name] }
}
