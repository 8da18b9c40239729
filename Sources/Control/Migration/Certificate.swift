import Crypto
import Foundation
public import Model
public import Reconcile

/// Evidence that a context's history was read without a gap and that both sides were equal at a frontier.
///
/// The body is canonical JSON; `digest` is the SHA-256 of its bytes, so any changed byte shows. Anyone can
/// check it without a database: the structure, the coverage of every table from its first key to its last,
/// and the chain to the one before.
public struct Certificate: Sendable, Codable, Hashable {
    /// What is certified.
    public struct Body: Sendable, Codable, Hashable {
        /// The format's name and version.
        public var format: String
        /// The migration.
        public var migration: String
        /// The context.
        public var context: String
        /// The mapping's version.
        public var mapping: String
        /// The version of the program that issued it.
        public var tool: String
        /// The source's position at which both sides were compared.
        public var frontier: Position
        /// The chunks of history, table by table.
        public var history: [ChunkCertificate]
        /// What was compared at the frontier, aggregate by aggregate.
        public var compared: [Comparison]
        /// What the totals that the business wrote came to; nil when the plan has none.
        public var totals: [TotalComparison]?
        /// The digest of the rules and totals by which was compared, in hex; nil in the first format.
        public var rules: String?
        /// When the pass began, in microseconds since 1970; nil in the first format.
        public var beganAt: Int64?
        /// The digest of the certificate before this one in the same context.
        public var previous: String?

        /// Collects what is certified.
        public init(
            migration: String, context: String, mapping: String, tool: String, frontier: Position,
            history: [ChunkCertificate], compared: [Comparison], totals: [TotalComparison]? = nil,
            rules: String? = nil, beganAt: Int64? = nil, previous: String?
        ) {
            let isFirst = totals == nil && rules == nil && beganAt == nil
            format = isFirst ? Certificate.formatWithoutRules : Certificate.format
            self.totals = totals
            self.rules = rules
            self.beganAt = beganAt
            self.migration = migration
            self.context = context
            self.mapping = mapping
            self.tool = tool
            self.frontier = frontier
            self.history = history
            self.compared = compared
            self.previous = previous
        }
    }

    /// What a comparison of one aggregate found.
    public struct Comparison: Sendable, Codable, Hashable {
        /// The aggregate.
        public var aggregate: String
        /// Aggregates compared.
        public var compared: Int
        /// Aggregates that the source demands and the target lacks.
        public var missing: Int
        /// Aggregates that the target has and the source does not demand.
        public var extra: Int
        /// Aggregates whose rows or parts differ.
        public var different: Int
        /// Aggregates that changed too often to be judged.
        public var unjudged: Int
        /// Keys that are set aside and were not judged.
        public var quarantined: Int
        /// Root rows that wait for a row that has not arrived, and were not judged; nil when there is none.
        public var pending: Int?
        /// How bad that is by the plan's thresholds, as it stands after the pass; nil of what has none.
        public var level: MismatchLevel.Level?
        /// SHA-256 over the compared rows and parts in key order, in hex.
        public var digest: String

        /// Records a comparison.
        public init(
            aggregate: String, compared: Int, missing: Int, extra: Int, different: Int, unjudged: Int,
            quarantined: Int,
            digest: String, pending: Int? = nil
        ) {
            self.pending = pending
            self.unjudged = unjudged
            self.aggregate = aggregate
            self.compared = compared
            self.missing = missing
            self.extra = extra
            self.different = different
            self.quarantined = quarantined
            self.digest = digest
        }
    }

    /// The format of what this build issues.
    public static let format = "banyan-certificate-2"
    /// The format before, which knew no totals and did not say by which rules was compared.
    public static let formatWithoutRules = "banyan-certificate-1"
    static let formats: Set = [format, formatWithoutRules]

    /// What is certified.
    public var body: Body
    /// SHA-256 over the canonical bytes of `body`, in hex.
    public var digest: String

    /// Certifies a body.
    public init(_ body: Body) throws {
        self.body = body
        digest = try Self.digest(of: body)
    }

    /// Reads a certificate's text.
    public init(text: String) throws {
        self = try JSONDecoder().decode(Certificate.self, from: Data(text.utf8))
    }

    /// The certificate as canonical JSON text.
    public func text() throws -> String {
        String(decoding: try Self.encoder.encode(self), as: UTF8.self)
    }

    /// The level of an aggregate that stood after the pass; nil where the plan had no such aggregate.
    func level(of aggregate: String) -> MismatchLevel.Level? {
        body.compared.first { $0.aggregate == aggregate }?.level
    }

    static func digest(of body: Body) throws -> String {
        Hex.encode(SHA256.hash(data: try encoder.encode(body)))
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return encoder
    }
}
