import Crypto

/// The bytes that a digest is taken of: every text with its length before it, so that no two different
/// entries have the same ones.
struct AuditBytes {
    private var bytes: [UInt8] = []

    /// Begins with the name of what is encoded, and its version.
    init(_ format: String) {
        add(format)
    }

    mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func add(_ text: String?) {
        bytes.append(text == nil ? 0 : 1)
        if let text { add(text) }
    }

    /// Eight bytes, the least significant one first.
    mutating func add(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func add(_ number: Int64) { add(UInt64(bitPattern: number)) }

    mutating func add(_ digest: AuditDigest) { bytes += digest.bytes }

    /// The SHA-256 of what was added.
    var digest: AuditDigest {
        guard let digest = AuditDigest(SHA256.hash(data: bytes)) else {
            preconditionFailure("a SHA-256 has 32 bytes")
        }
        return digest
    }
}
