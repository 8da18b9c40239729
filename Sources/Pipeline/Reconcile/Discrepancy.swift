import Crypto
public import Model

/// A difference that both sides show at one frontier: a fact, not a suspicion.
public struct Discrepancy: Sendable, Hashable, Codable {
    /// The kinds of difference.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The mapping demands it of legacy, and the service does not have it.
        case missing = "missing_in_target"
        /// The service has it, and nothing in legacy demands it.
        case extra = "extra_in_target"
        /// Both have it, and values differ.
        case content
    }

    /// What was compared: an aggregate's name, or `table:` and a legacy table's for a copy.
    public var of: String
    /// The kind of difference.
    public var kind: Kind
    /// The key in the service, as people read it; the legacy key of a copy's row, and of what has no key in
    /// the service.
    public var key: String
    /// What tells the key from every other one: a digest of its bytes, in hex. Different keys may read alike.
    public var keyDigest: String
    /// The legacy row's key, as people read it; nil for what legacy does not have.
    public var legacyKey: String?
    /// The fields that differ; empty where one side has nothing.
    public var fields: [FieldDifference]
    /// The position up to which legacy was shown, and the service had applied.
    public var frontier: Position

    /// Records a difference.
    public init(
        of: String, _ kind: Kind, key: Key, legacyKey: String?, fields: [FieldDifference] = [],
        frontier: Position
    ) {
        self.of = of
        self.kind = kind
        self.key = key.display
        keyDigest = Hex.encode(SHA256.hash(data: key.bytes).prefix(16))
        self.legacyKey = legacyKey
        self.fields = fields
        self.frontier = frontier
    }
}
