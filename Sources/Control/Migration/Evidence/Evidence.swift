import Crypto
public import Exceptions
import Foundation
import Model

/// What a sign-off rests on, frozen: the rules, the newest pass with its totals, and every exception with
/// what was decided about it.
///
/// The body is canonical JSON, and `digest` is the SHA-256 of its bytes; the audit chain keeps the digest.
/// Anyone can check it without a database.
public struct Evidence: Sendable, Codable, Hashable {
    /// What was signed.
    public struct Body: Sendable, Codable, Hashable {
        /// The format's name and version.
        public var format = Evidence.format
        /// The migration.
        public var migration: String
        /// The context.
        public var context: String
        /// The version of the program that wrote it.
        public var tool: String
        /// Who signed.
        public var signedBy: String
        /// When, in microseconds since 1970.
        public var signedAt: Int64
        /// What they said to it.
        public var because: String
        /// The first moment that it is about, in microseconds since 1970; nil for the beginning.
        public var from: Int64?
        /// The moment up to which it is about; nil for the moment of the signature.
        public var until: Int64?
        /// How the context is compared.
        public var rules: [Rule]
        /// The totals, as they stand in the plan.
        public var totals: [TotalRule]
        /// The number of the newest pass.
        public var pass: Int
        /// What that pass found, when, and by which rules.
        public var certificate: Certificate
        /// The passes of the context, oldest first.
        public var passes: [Pass]
        /// Every exception that the period knows, whatever its state, and every one that has not been
        /// decided about.
        public var exceptions: [ExceptionCase]
        /// How many entries the audit chain had before.
        public var auditEntries: Int
        /// The digest of its last one, in hex.
        public var auditDigest: String
    }

    /// A pass in brief.
    public struct Pass: Sendable, Codable, Hashable {
        /// Its number.
        public var number: Int
        /// Its certificate's digest.
        public var digest: String
        /// Differences that it counted.
        public var differences: Int
        /// Keys that it did not judge.
        public var unjudged: Int
    }

    /// The format that this build writes.
    public static let format = "banyan-evidence-1"

    /// What was signed.
    public var body: Body
    /// SHA-256 over the canonical bytes of `body`, in hex.
    public var digest: String

    /// Freezes a body.
    public init(_ body: Body) throws {
        self.body = body
        digest = try Self.digest(of: body)
    }

    /// The bundle as canonical JSON text.
    public func text() throws -> String {
        String(decoding: try Self.encoder.encode(self), as: UTF8.self)
    }

    static func digest(of body: Body) throws -> String {
        Hex.encode(SHA256.hash(data: try encoder.encode(body)))
    }

    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return encoder
    }
}
