import Model

/// A chain's end under an operator's signature: whoever keeps it can tell later that nothing before it was
/// changed and nothing of it cut off.
public struct SignedHead: Sendable, Hashable {
    /// The digest of the chain's name.
    public var genesis: AuditDigest
    /// Where the chain ended.
    public var head: AuditHead
    /// When it was signed, in microseconds since 1970.
    public var at: Int64
    /// What the signature is checked with.
    public var key: AuditPublicKey
    /// 64 bytes of Ed25519 (RFC 8032).
    public var signature: [UInt8]

    /// Signs the end of a chain.
    public init(_ head: AuditHead, of genesis: AuditDigest, at: Int64, by key: AuditKey) throws {
        self.genesis = genesis
        self.head = head
        self.at = at
        self.key = key.publicKey
        signature = []
        signature = try key.sign(message)
    }

    /// What is signed: lines of ASCII.
    public var message: String {
        "banyan-audit-head-1\nchain \(genesis)\nentries \(head.entries)\ndigest \(head.digest)\n"
            + "at \(at)\n"
    }

    /// Whether the signature is that of the key which it names.
    public var isGenuine: Bool { key.verifies(signature, of: message) }

    /// The fields as they stand in JSON.
    private struct Fields: Codable {
        var chain: String
        var entries: Int
        var digest: String
        var atMicroseconds: Int64
        var key: String
        var signature: String

        enum CodingKeys: String, CodingKey {
            case chain, entries, digest, key, signature
            case atMicroseconds = "at_microseconds"
        }
    }

    /// The head as a line of canonical JSON, without the line's end.
    public func text() throws -> String {
        try AuditText.encode(
            Fields(
                chain: genesis.description, entries: head.entries, digest: head.digest.description,
                atMicroseconds: at, key: key.description, signature: Hex.encode(signature)))
    }

    /// Reads a line that `text` wrote; nil for anything else, down to the byte.
    public init?(text: String) {
        guard let fields = AuditText.decode(Fields.self, text), let genesis = AuditDigest(hex: fields.chain),
            let digest = AuditDigest(hex: fields.digest), let key = AuditPublicKey(text: fields.key),
            let signature = Hex.decode(fields.signature), Hex.encode(signature) == fields.signature
        else { return nil }
        self.genesis = genesis
        head = AuditHead(entries: fields.entries, digest: digest)
        at = fields.atMicroseconds
        self.key = key
        self.signature = signature
    }
}
